#include "config.h"
#include "base/regex/word-search.h"

#include <stdlib.h>
#include <string.h>

#include "base/own.h"

/* A state is the longest suffix of what was read that begins a word. */
struct state {
	uint16_t first;   /* of the words that end here, from 1 on; 0: none */
	uint16_t back;    /* the next shorter suffix */
	uint16_t shorter; /* the longest suffix in which a word ends; 0: none */
};

struct entry {
	struct required_word word;
	uint16_t group;
	uint16_t next; /* of those that end in the same state */
};

struct word_search {
	uint8_t columns[256]; /* of the table, for each byte; 0: in no word */
	unsigned n_columns;
	uint16_t *table; /* the next state, for each state and column */
	struct state *states;
	size_t n_states;
	struct entry *entries;
	size_t n_entries, longest; /* and the length of the longest word */
	uint16_t *ends; /* for each state the first of those in which a word
			   ends: itself or a shorter one; 0: none */
	/* The table as it is run on: for each state and column where the row of
	 * the next state begins, with HIT if a word ends there. */
	uint32_t *rows;
};

#define HIT (UINT32_C(1) << 31)
/* Each step waits for the one before, so long texts are walked over from
 * several places at a time. */
#define LANES 4u
#define LANES_LEAST 64u

bool
word_groups_cover(const struct word_groups *g, const struct word_groups *all)
{
	for (size_t i = 0; i < ELEMENTS(g->bits); i++)
		if (all->bits[i] & ~g->bits[i])
			return false;
	return true;
}

struct word_search *
word_search_new(void)
{
	return xcalloc(1, sizeof(struct word_search));
}

void
word_search_free(struct word_search *s)
{
	if (!s)
		return;
	free(s->table);
	free(s->states);
	free(s->entries);
	free(s->ends);
	free(s->rows);
	free(s);
}

static uint8_t
lower(char c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

bool
word_search_add(struct word_search *s, const struct required_words *words,
	unsigned group)
{
	size_t bytes = 1;
	for (size_t i = 0; i < words->n; i++)
		bytes += words->list[i].len;
	for (size_t i = 0; i < s->n_entries; i++)
		bytes += s->entries[i].word.len;
	if (group >= WORD_SEARCH_GROUPS || bytes > WORD_SEARCH_STATES)
		return false;
	s->entries = xrealloc(
		s->entries, s->n_entries + words->n + 1, sizeof(*s->entries));
	for (size_t i = 0; i < words->n; i++) {
		s->longest = MAX(s->longest, words->list[i].len);
		s->entries[s->n_entries++] =
			(struct entry){ words->list[i], (uint16_t)group, 0 };
	}
	return true;
}

/* A column for each byte that stands in a word; the two cases of a letter share
 * one. */
static void
number_columns(struct word_search *s)
{
	s->n_columns = 1;
	for (size_t i = 0; i < s->n_entries; i++)
		for (size_t k = 0; k < s->entries[i].word.len; k++) {
			uint8_t *c =
				&s->columns[lower(s->entries[i].word.text[k])];
			if (!*c)
				*c = (uint8_t)s->n_columns++;
		}
	for (unsigned byte = 'A'; byte <= 'Z'; byte++)
		s->columns[byte] = s->columns[byte | 0x20];
}

static uint16_t *
cell(const struct word_search *s, size_t state, size_t column)
{
	return &s->table[state * s->n_columns + column];
}

/* Makes the tree of the words: a state for each of their beginnings. */
static void
plant(struct word_search *s)
{
	s->n_states = 1;
	for (size_t i = 0; i < s->n_entries; i++) {
		struct entry *e = &s->entries[i];
		size_t at = 0;
		for (size_t k = 0; k < e->word.len; k++) {
			uint16_t *next = cell(
				s, at, s->columns[(uint8_t)e->word.text[k]]);
			if (!*next)
				*next = (uint16_t)s->n_states++;
			at = *next;
		}
		e->next = s->states[at].first;
		s->states[at].first = (uint16_t)(i + 1);
	}
}

/* Fills in where each state goes with a byte that continues none of its words:
 * where the next shorter suffix goes. Shorter states come first. */
static void
complete(struct word_search *s)
{
	uint16_t *queue = xcalloc(s->n_states, sizeof(*queue));
	size_t n = 1;
	for (size_t i = 0; i < n; i++) {
		struct state *from = &s->states[queue[i]];
		for (size_t c = 1; c < s->n_columns; c++) {
			uint16_t *next = cell(s, queue[i], c);
			uint16_t other = queue[i] ? *cell(s, from->back, c) : 0;
			if (!*next) {
				*next = other;
				continue;
			}
			struct state *to = &s->states[*next];
			to->back = other;
			to->shorter = s->ends[other];
			s->ends[*next] = to->first ? *next : to->shorter;
			queue[n++] = *next;
		}
	}
	free(queue);
}

void
word_search_build(struct word_search *s)
{
	number_columns(s);
	size_t most = 1;
	for (size_t i = 0; i < s->n_entries; i++)
		most += s->entries[i].word.len;
	s->table = xcalloc(most * s->n_columns, sizeof(*s->table));
	s->states = xcalloc(most, sizeof(*s->states));
	s->ends = xcalloc(most, sizeof(*s->ends));
	plant(s);
	complete(s);
	size_t cells = s->n_states * s->n_columns;
	s->rows = xcalloc(cells, sizeof(*s->rows));
	for (size_t i = 0; i < cells; i++)
		s->rows[i] = s->table[i] * s->n_columns |
			(s->ends[s->table[i]] ? HIT : 0);
}

/* Notes the words that end behind the byte at `at`. */
static void
note(const struct word_search *s, struct span text, size_t at, uint16_t state,
	struct word_groups *ret)
{
	for (; state; state = s->states[state].shorter)
		for (uint16_t i = s->states[state].first; i;
			i = s->entries[i - 1].next) {
			const struct entry *e = &s->entries[i - 1];
			size_t len = e->word.len;
			if (!e->word.cased ||
				memcmp(text.data + at + 1 - len, e->word.text,
					len) == 0)
				word_groups_add(ret, e->group);
		}
}

/* Takes a step with the byte at `at`. */
static inline uint32_t
step(const struct word_search *s, struct span text, size_t at, uint32_t row,
	struct word_groups *ret)
{
	row = s->rows[row + s->columns[(uint8_t)text.data[at]]];
	if (row & HIT) {
		row &= ~HIT;
		note(s, text, at, s->ends[row / s->n_columns], ret);
	}
	return row;
}

/* Walks over the parts of the text side by side. They overlap, so that each
 * word lies in one of them. */
static struct word_groups
run_lanes(const struct word_search *s, struct span text)
{
	struct word_groups ret = { 0 };
	uint32_t rows[LANES] = { 0 };
	size_t begin[LANES],
		len = (text.len + (LANES - 1) * s->longest) / LANES + 1;
	for (size_t lane = 0; lane < LANES; lane++)
		begin[lane] = lane * (text.len - len) / (LANES - 1);
	for (size_t i = 0; i < len; i++)
		for (size_t lane = 0; lane < LANES; lane++)
			rows[lane] = step(
				s, text, begin[lane] + i, rows[lane], &ret);
	return ret;
}

struct word_groups
word_search_run(const struct word_search *s, struct span text)
{
	struct word_groups ret = { 0 };
	uint32_t row = 0;
	if (text.len >= LANES_LEAST + s->longest)
		return run_lanes(s, text);
	for (size_t i = 0; i < text.len; i++)
		row = step(s, text, i, row, &ret);
	return ret;
}
