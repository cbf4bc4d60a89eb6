/* Which of many words a text holds, in one pass over it, whatever the text: the
 * automaton of Aho and Corasick. */
#pragma once

#include "base/regex/required.h"
#include "base/span.h"

#define WORD_SEARCH_GROUPS 256u
#define WORD_SEARCH_STATES 32768u

/* A bit for each group. */
struct word_groups {
	uint64_t bits[WORD_SEARCH_GROUPS / 64];
};

static inline void
word_groups_add(struct word_groups *g, unsigned group)
{
	g->bits[group / 64] |= (uint64_t)1 << (group % 64);
}

static inline bool
word_groups_have(const struct word_groups *g, unsigned group)
{
	return g->bits[group / 64] >> (group % 64) & 1;
}

/* Whether the one has all that the other has. */
bool
word_groups_cover(const struct word_groups *g, const struct word_groups *all);

struct word_search;
struct word_search *word_search_new(void);
void word_search_free(struct word_search *s);
/* Adds the words as those of the group, which is below WORD_SEARCH_GROUPS.
 * False, and nothing is added, if there is no room for them. */
bool word_search_add(struct word_search *s, const struct required_words *words,
	unsigned group);
/* Ends the adding. */
void word_search_build(struct word_search *s);
/* The groups of which one word at least stands in the text. */
struct word_groups
word_search_run(const struct word_search *s, struct span text);
