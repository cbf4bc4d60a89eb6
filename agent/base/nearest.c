#include "config.h"
#include "base/nearest.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/own.h"

#define COMPARED 64u

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same(char a, char b)
{
	return lower(a) == lower(b);
}

/* Three rows of the table are enough: the last of them for two letters that
 * changed places. */
unsigned
nearest_distance(const char *a, const char *b)
{
	unsigned rows[3][COMPARED + 1];
	size_t n = strnlen(a, COMPARED), m = strnlen(b, COMPARED);
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned *now = rows[i % 3];
		const unsigned *above = rows[(i + 2) % 3];
		const unsigned *before = rows[(i + 1) % 3];
		now[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned least = MIN(above[j], now[j - 1]) + 1;
			least = MIN(least,
				above[j - 1] + !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
				same(a[i - 2], b[j - 1]))
				least = MIN(least, before[j - 2] + 1);
			now[j] = least;
		}
	}
	return rows[n % 3][m];
}

const char *
nearest_meant(const char *name, char *const *names)
{
	const char *ret = NULL;
	unsigned least = (unsigned)strlen(name) / 3 + 1;
	for (; names && *names; names++) {
		unsigned d = nearest_distance(name, *names);
		if (d < least || (d == least && !ret)) {
			ret = *names;
			least = d;
		}
	}
	return ret;
}

struct ranked {
	const char *name;
	unsigned distance;
};

static int
by_distance(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Names that are the same follow each other once they are sorted. */
static size_t
drop_repeated(struct ranked *list, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(list[i].name, list[kept - 1].name) != 0)
			list[kept++] = list[i];
	return kept;
}

char *
nearest_list(const char *name, char *const *names,
	const char *(*part)(const char *), size_t most)
{
	size_t n = strings_count(names);
	struct ranked *list = xcalloc(n + 1, sizeof(*list));
	own(buf) struct buf text = { 0 };
	for (size_t i = 0; i < n; i++)
		list[i] = (struct ranked){ names[i],
			nearest_distance(
				name, part ? part(names[i]) : names[i]) };
	qsort(list, n, sizeof(*list), by_distance);
	n = drop_repeated(list, n);
	for (size_t i = 0; i < n && i < most; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", list[i].name);
	if (n > most)
		buf_printf(&text, " and %zu more", n - most);
	free(list);
	return xstrdup(buf_str(&text));
}
