/* What a command says beside its page: errors, and whether colours fit. */
#pragma once

#include <stdbool.h>

/* Whether standard output takes colours: it is a terminal, and NO_COLOR is
 * unset or empty (https://no-color.org/). */
bool terminal_colours(void);
/* Writes `logmend: TEXT` on standard error and returns the code. The caller
 * escapes texts from outside. */
int terminal_fails(int code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
