/* What a command says on a terminal beside its page. */
#pragma once

#include <stdbool.h>

/* Whether standard output takes colours: a terminal, and no NO_COLOR. */
bool terminal_colours(void);
/* `logmend: why` on standard error; returns the code. */
int terminal_fails(int code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
