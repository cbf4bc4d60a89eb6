/* Who owns what: release at the end of a scope, and allocation that never
 * returns NULL.
 *
 *	own(str) char *name = xstrdup("x");	freed when the scope ends
 *	own(fd) int fd = open(...);		closed if not negative
 *	*ret = take(name);			handed over, the scope lets go
 *
 * A type joins with OWN(record, struct record *, record_free). */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define OWN(name, type, release)                  \
	static inline void name##_let_go(type *p) \
	{                                         \
		release(*p);                      \
	}                                         \
	struct own_##name##_needs_a_semicolon

/* Unused: clang 14 does not see that letting go is a use. */
#define own(name) __attribute__((unused, cleanup(name##_let_go)))

/* Hands a value over: yields it and empties the variable (-1 for a descriptor,
 * NULL for a pointer), so that the end of the scope releases nothing. */
#define take(var)                                                  \
	({                                                         \
		__typeof__(var) taken_ = (var);                    \
		(var) = _Generic((var), int : -1, default : NULL); \
		taken_;                                            \
	})

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* These abort the process when memory runs out, so callers check nothing. That
 * is right for small objects only: code that stores what the outside can make
 * large limits it first. xcalloc() and xrealloc() never return NULL, also for
 * 0 bytes; xstrdup(NULL) is NULL. */
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);
char *xprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *
xvprintf(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));

/* A list of owned strings that ends with NULL; `*list` may be NULL, which is
 * an empty list. Adds a copy of s. */
void strings_add(char ***list, const char *s);
size_t strings_count(char *const *list);
bool strings_have(char *const *list, const char *s);
void strings_free(char **list);

/* Whether both are there, and equal; and whether both are equal, or neither is
 * there. */
bool str_equal(const char *a, const char *b);
bool str_same(const char *a, const char *b);
void str_free(char *s);
/* Closes fd if it is not negative. Keeps errno, so that a cleanup at the end
 * of a scope does not hide why the scope was left. */
void fd_close(int fd);
void file_close(FILE *f);

OWN(str, char *, str_free);
OWN(strings, char **, strings_free);
OWN(fd, int, fd_close);
OWN(file, FILE *, file_close);
