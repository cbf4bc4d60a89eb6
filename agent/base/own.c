#include "config.h"
#include "base/own.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ends the process if an allocation failed. write() and a static text, because
 * anything that formats might allocate again. */
static void *
must(void *p)
{
	if (p)
		return p;
	static const char text[] = "logmend: out of memory\n";
	/* The process ends whether or not anybody can read why. */
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	abort();
}

void *
xcalloc(size_t count, size_t size)
{
	return must(calloc(count ? count : 1, size ? size : 1));
}

/* For `count` objects of `size` bytes: the product is checked, so that it
 * cannot wrap to a small one. */
void *
xrealloc(void *old, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		must(NULL);
	size_t bytes = count * size;
	return must(realloc(old, bytes ? bytes : 1));
}

char *
xstrdup(const char *s)
{
	return s ? must(strdup(s)) : NULL;
}

char *
xstrndup(const char *s, size_t len)
{
	char *copy = xcalloc(len + 1, 1);
	memcpy(copy, s, len);
	return copy;
}

char *
xvprintf(const char *fmt, va_list args)
{
	char *s = NULL;
	int r = vasprintf(&s, fmt, args);
	return must(r < 0 ? NULL : s);
}

/* Formats into a new string of the right length. Owned. */
char *
xprintf(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	char *s = xvprintf(fmt, args);
	va_end(args);
	return s;
}

/* Counts the list each time, which is quadratic: for lists of a few names
 * only. */
void
strings_add(char ***list, const char *s)
{
	size_t n = strings_count(*list);
	*list = xrealloc(*list, n + 2, sizeof(**list));
	(*list)[n] = xstrdup(s);
	(*list)[n + 1] = NULL;
}

size_t
strings_count(char *const *list)
{
	size_t n = 0;
	while (list && list[n])
		n++;
	return n;
}

bool
strings_have(char *const *list, const char *s)
{
	for (; list && *list; list++)
		if (strcmp(*list, s) == 0)
			return true;
	return false;
}

void
strings_free(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

bool
str_equal(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

bool
str_same(const char *a, const char *b)
{
	return a == b || str_equal(a, b);
}

void
str_free(char *s)
{
	free(s);
}

void
fd_close(int fd)
{
	int saved = errno;
	if (fd >= 0)
		close(fd);
	errno = saved;
}

void
file_close(FILE *f)
{
	if (f)
		fclose(f);
}
