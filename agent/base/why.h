/* Why something failed, in a sentence for a person: the thing, the place
 * (file:line, app, incident) and, where there is one, the way out. */
#pragma once

struct why {
	char text[1024];
};

/* Fills `why` (may be NULL) and returns r, so that failures read
 *	return because(why, -EINVAL, "%s:%u: ...", file, line);
 * The caller escapes texts from outside. An empty text of a failure becomes
 *what strerror() says of r. */
int because(struct why *why, int r, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
