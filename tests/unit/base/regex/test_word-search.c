#include "config.h"
#include "base/regex/word-search.h"

#include <stdlib.h>

#include "support/check_main.h"

static uint32_t
roll(uint64_t *state, uint32_t sides)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33) % sides;
}

/* Letters that make many words begin like others. */
static void
fill(char *to, size_t n, uint64_t *state)
{
	static const char letters[] = "aaaabbbABc ";
	for (size_t i = 0; i < n; i++)
		to[i] = letters[roll(state, sizeof(letters) - 1)];
}

static struct required_word
any_word(uint64_t *state)
{
	struct required_word w = { .cased = roll(state, 2) };
	w.len = (uint8_t)(1 + roll(state, roll(state, 4) ? 5 : 23));
	fill(w.text, w.len, state);
	for (size_t i = 0; !w.cased && i < w.len; i++)
		if (w.text[i] == 'A' || w.text[i] == 'B')
			w.text[i] |= 0x20;
	return w;
}

static bool
stands(const struct required_word *w, struct span text, size_t at)
{
	for (size_t i = 0; i < w->len; i++) {
		char c = text.data[at + i];
		if (!w->cased && c >= 'A' && c <= 'Z')
			c |= 0x20;
		if (c != w->text[i])
			return false;
	}
	return true;
}

static bool
holds(const struct required_words *words, struct span text)
{
	for (size_t i = 0; i < words->n; i++)
		for (size_t at = 0; at + words->list[i].len <= text.len; at++)
			if (stands(&words->list[i], text, at))
				return true;
	return false;
}

/* One set of groups, on texts of each length. */
static void
try_one(uint64_t *state)
{
	struct required_words groups[20];
	struct word_search *s = word_search_new();
	for (unsigned g = 0; g < ELEMENTS(groups); g++) {
		groups[g].n = 1 + roll(state, 3);
		groups[g].list = xcalloc(groups[g].n, sizeof(*groups[g].list));
		for (size_t i = 0; i < groups[g].n; i++)
			groups[g].list[i] = any_word(state);
		ck_assert(word_search_add(s, &groups[g], g));
	}
	word_search_build(s);
	for (size_t len = 0; len < 300; len++) {
		char *text = xcalloc(len + 1, 1);
		fill(text, len, state);
		struct span bytes = { text, len };
		struct word_groups found = word_search_run(s, bytes);
		for (unsigned g = 0; g < ELEMENTS(groups); g++)
			ck_assert_int_eq(word_groups_have(&found, g),
				holds(&groups[g], bytes));
		free(text);
	}
	word_search_free(s);
	for (unsigned g = 0; g < ELEMENTS(groups); g++)
		free(groups[g].list);
}

START_TEST(the_words_that_are_there_are_found_and_no_others)
{
	uint64_t state = 1;
	for (int round = 0; round < 50; round++)
		try_one(&state);
}
END_TEST

START_TEST(a_word_is_found_wherever_it_stands)
{
	struct required_word word = { "a-word-of-24-bytes-aaaaa", 24, true };
	const struct required_words words = { &word, 1 };
	struct word_search *s = word_search_new();
	ck_assert(word_search_add(s, &words, 200));
	word_search_build(s);
	for (size_t at = 0; at + 24 <= 1000; at++) {
		char text[1000] = { 0 };
		memcpy(text + at, word.text, 24);
		struct word_groups found =
			word_search_run(s, (struct span){ text, sizeof(text) });
		ck_assert(word_groups_have(&found, 200));
	}
	word_search_free(s);
}
END_TEST

START_TEST(too_many_words_are_refused)
{
	struct required_word word = { "0123456789abcdefghij", 20, true };
	const struct required_words words = { &word, 1 };
	struct word_search *s = word_search_new();
	ck_assert(!word_search_add(s, &words, WORD_SEARCH_GROUPS));
	size_t n = 0;
	while (word_search_add(s, &words, 0))
		n++;
	ck_assert_uint_eq(n, (WORD_SEARCH_STATES - 1) / 20);
	word_search_build(s);
	struct word_groups found =
		word_search_run(s, SPAN("0123456789abcdefghij"));
	ck_assert(word_groups_have(&found, 0));
	word_search_free(s);
}
END_TEST

CHECK_MAIN("word-search", the_words_that_are_there_are_found_and_no_others,
	a_word_is_found_wherever_it_stands, too_many_words_are_refused)
