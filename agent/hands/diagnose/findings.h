/* The findings of one job, in the order in which they were made. */
#pragma once

#include "wire/finding.h"

/* As many as head takes from one job (wire/report.h). */
#define FINDINGS_MAX 64u

struct findings {
	struct finding *list;
	size_t n;
	size_t left_out; /* what did not fit */
};

/* The sentence is escaped and cut here. Where more than FINDINGS_MAX are added,
 * the last one of the list says how many are not in it. */
void findings_add(struct findings *f, const char *name, enum answer answer,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void findings_free(struct findings *f);
static inline void
findings_let_go(struct findings *f)
{
	findings_free(f);
}
