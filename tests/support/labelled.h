/* Statements with the verdict that each should get, of tests/data/guard: one a
 * line, verdict TAB SQL TAB reason; \n, \\ and \xNN stand for single bytes. */
#pragma once

#include <stddef.h>

#include "base/span.h"
#include "wire/plan.h"

struct labelled {
	enum verdict verdict;
	struct span sql; /* any byte may occur */
};

struct labelled_list {
	struct labelled *list;
	size_t n;
};

/* Ends the test if the file cannot be read or a line is no such line. */
void labelled_read(const char *file, struct labelled_list *ret);
#define LABELLED_PLACES 9u

#define LABELLED_PLACES 9u

/* The same of expressions, each in one place of a statement: 0 is DEFAULT, 1
 * the predicate of an index. */
void labelled_read_expressions(
	const char *file, size_t place, struct labelled_list *ret);
void labelled_free(struct labelled_list *l);
static inline void
labelled_list_let_go(struct labelled_list *l)
{
	labelled_free(l);
}
