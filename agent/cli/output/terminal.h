/* What a command says beside its page: errors, and whether colours fit. */
#pragma once

#include <stdbool.h>

/* Whether standard output takes colours: it is a terminal, and NO_COLOR is
 * unset or empty (https://no-color.org/). */
bool terminal_colours(void);
/* Whether whoever reads standard output has gone, as `head` does when it has
 * enough: no error, and nothing is left to be said. */
bool terminal_unread(void);
/* Whether all that was printed could be written; if not, it says so on standard
 * error, unless nobody reads it any more. */
bool terminal_flush(void);
/* Writes `logmend: TEXT` on standard error and returns the code. The caller
 * escapes texts from outside. */
int terminal_fails(int code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
