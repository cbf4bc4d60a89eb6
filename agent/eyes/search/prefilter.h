/* Searches raw bytes for the rules' literals, before anything is decoded: lines
 * without one cost a single pass at the speed of memory. */
#pragma once

#include "base/buf.h"
#include "base/why.h"
#include "rule/rule.h"

/* Offsets of literals that were found. */
struct hits {
	uint32_t *at;
	size_t n, room;
};

void hits_free(struct hits *h);
void hits_add(struct hits *h, size_t at);
/* Puts them in ascending order, each once. */
void hits_sort(struct hits *h);

struct prefilter;
int prefilter_new(
	const struct rules *rules, struct prefilter **ret, struct why *why);
void prefilter_free(struct prefilter *f);
OWN(prefilter, struct prefilter *, prefilter_free);

/* Adds to `ret`, in no order, where each literal in `bytes` begins. `bytes` has
 * less than 2 GiB. */
void prefilter_all(struct prefilter *f, struct span bytes, struct hits *ret);
/* Tells which literals are in `bytes`, a bit for each number. */
void prefilter_which(
	struct prefilter *f, struct span bytes, uint64_t ret[RULES_MAX / 64]);
/* The number of a literal; -1 if no rule has it. */
int prefilter_number(const struct prefilter *f, const char *literal);
/* Whether a rule has no literal, so that every line is a candidate. */
bool prefilter_needs_every_line(const struct prefilter *f);
