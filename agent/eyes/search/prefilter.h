/* Looks for the rules' literals in raw bytes, before anything is decoded. */
#pragma once

#include "base/buf.h"
#include "base/why.h"
#include "rule/rule.h"

/* Offsets of found literals. */
struct hits {
	uint32_t *at;
	size_t n, room;
};

void hits_free(struct hits *h);
void hits_add(struct hits *h, size_t at);
/* Ascending and each once. */
void hits_sort(struct hits *h);

struct prefilter;
int prefilter_new(
	const struct rules *rules, struct prefilter **ret, struct why *why);
void prefilter_free(struct prefilter *f);
OWN(prefilter, struct prefilter *, prefilter_free);

/* Adds the first byte of each literal in `bytes` (less than 2 GiB) to `ret`,
 * not in order. */
void prefilter_all(struct prefilter *f, struct span bytes, struct hits *ret);
/* Which literals are in `bytes`, a bit for each number; at most RULES_MAX. */
void prefilter_which(
	struct prefilter *f, struct span bytes, uint64_t ret[RULES_MAX / 64]);
/* The literal's number; -1 if it is none of them. */
int prefilter_number(const struct prefilter *f, const char *literal);
/* Whether a rule has no literal, so that every line is a candidate. */
bool prefilter_is_blind(const struct prefilter *f);
