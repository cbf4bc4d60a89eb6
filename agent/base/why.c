#include "config.h"
#include "base/why.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
because(struct why *why, int r, const char *fmt, ...)
{
	if (!why)
		return r;
	va_list args;
	va_start(args, fmt);
	/* The text is built beside `why`, because callers pass why->text as an
	 * argument to put more around it. */
	char text[sizeof(why->text)];
	int len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	/* A failure that nobody explained would be told as `error: `. */
	if (len <= 0 && r < 0)
		snprintf(text, sizeof(text), "%s", strerror(-r));
	if (len >= (int)sizeof(text))
		memcpy(text + sizeof(text) - 5, " ...", 5);
	memcpy(why->text, text, sizeof(text));
	return r;
}
