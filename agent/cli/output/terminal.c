#include "config.h"
#include "cli/output/terminal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/own.h"
#include "base/redact.h"

/* The caller asks about standard output: errors have no colours. */
bool
terminal_colours(void)
{
	const char *no = getenv("NO_COLOR");
	return isatty(STDOUT_FILENO) && !(no && *no);
}

int
terminal_fails(int code, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	own(str) char *shown = redact(span_of(text));
	fprintf(stderr, "logmend: %s\n", shown);
	return code;
}
