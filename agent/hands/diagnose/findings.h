/* The findings of one job, in the order in which they were made. */
#pragma once

#include "wire/finding.h"

#define FINDINGS_MAX 64u

struct findings {
	struct finding *list;
	size_t n;
};

/* The sentence is escaped and cut here; past FINDINGS_MAX nothing is added. */
void findings_add(struct findings *f, const char *name, enum answer answer,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void findings_free(struct findings *f);
static inline void
findings_let_go(struct findings *f)
{
	findings_free(f);
}
