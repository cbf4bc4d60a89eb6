#include "config.h"
#include "cli/output/terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* poll(2): POLLERR is the end of a pipe or socket that nobody reads. */
bool
terminal_unread(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };
	return poll(&out, 1, 0) > 0 && (out.revents & POLLERR);
}

bool
terminal_flush(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	int error = errno;
	if (error != EPIPE && !terminal_unread())
		(void)terminal_fails(0,
			"standard output could not be written: %s",
			strerror(error));
	return error == EPIPE || terminal_unread();
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
