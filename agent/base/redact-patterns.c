#include "config.h"
#include "base/redact-marks.h"

#include <assert.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/redact-table.h"
#include "base/regex/word-search.h"

/* Patterns take time in proportion to the text, so that even a hostile one of a
 * few KiB stays below. Who hits it is not shown. */
#define MATCH_LIMIT 2000000u
#define JIT_STACK_MAX (256u << 10)
#define PATTERNS_MAX 256u

/* One of the table. */
struct pattern {
	pcre2_code *code;         /* NULL: not compiled yet */
	struct word_groups words; /* that a text must hold to match */
	struct required_need *runs;
	size_t n_runs;
};

/* A bit for each pattern. */
struct pattern_set {
	uint64_t bits[PATTERNS_MAX / 64];
};

/* Made once and never freed. */
static struct patterns {
	struct pattern *list;
	size_t n;
	struct word_search *search;
	struct required_words groups[WORD_SEARCH_GROUPS]; /* of the search */
	unsigned n_groups;
	/* Each pattern is in one set: that of the rarest group it waits for, or
	 * of those that wait for none. Most texts hold words of few groups. */
	struct pattern_set awaiting[WORD_SEARCH_GROUPS], unawaiting;
	pcre2_match_context *context;
	pcre2_match_data *data;
	bool interpreted; /* no pattern becomes machine code any more */
} patterns;

/* A pattern that does not compile is our own mistake: a test compiles all. */
static pcre2_code *
compile(const struct redact_entry *e)
{
	int error;
	PCRE2_SIZE at;
	pcre2_code *code =
		pcre2_compile((PCRE2_SPTR)e->mask, PCRE2_ZERO_TERMINATED,
			PCRE2_CASELESS | PCRE2_MULTILINE |
				PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF,
			&error, &at, NULL);
	if (!code) {
		PCRE2_UCHAR text[256];
		pcre2_get_error_message(error, text, sizeof(text));
		fprintf(stderr, "rules/secrets.table: %s: %s, at: %.60s\n",
			e->name, (const char *)text, e->mask + at);
		abort();
	}
	/* Hardened hosts refuse memory that is written and then executed:
	 * matching is slower there, but no less right. */
	if (!patterns.interpreted)
		(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

static bool
same_words(const struct required_words *a, const struct required_words *b)
{
	return a->n == b->n &&
		memcmp(a->list, b->list, a->n * sizeof(*a->list)) == 0;
}

/* Has the words searched for, and keeps them. Where there is no room for them,
 * the pattern does not wait for them. */
static void
await_words(struct pattern *p, struct required_words *words)
{
	unsigned group = 0;
	while (group < patterns.n_groups &&
		!same_words(&patterns.groups[group], words))
		group++;
	if (group == patterns.n_groups) {
		if (!word_search_add(patterns.search, words, group))
			return;
		patterns.groups[patterns.n_groups++] = *words;
		*words = (struct required_words){ 0 };
	}
	word_groups_add(&p->words, group);
}

static size_t
shortest(const struct required_words *words)
{
	size_t least = REQUIRED_WORD_MAX;
	for (size_t i = 0; i < words->n; i++)
		least = MIN(least, words->list[i].len);
	return least;
}

/* Puts the pattern into its set. Texts have long words less often. */
static void
put_into_set(size_t i)
{
	struct pattern_set *to = &patterns.unawaiting;
	size_t longest = 0;
	for (unsigned g = 0; g < patterns.n_groups; g++) {
		size_t len = shortest(&patterns.groups[g]);
		if (!word_groups_have(&patterns.list[i].words, g) ||
			len <= longest)
			continue;
		longest = len;
		to = &patterns.awaiting[g];
	}
	to->bits[i / 64] |= (uint64_t)1 << (i % 64);
}

/* Whether nearly every text has one of the words: blanks and quotes only cost
 * time. */
static bool
is_common(const struct required_words *words)
{
	for (size_t i = 0; i < words->n; i++)
		if (words->list[i].len == 1 &&
			(words->n > 1 || words->list[i].text[0] == ' '))
			return true;
	return false;
}

static void
await_required(struct pattern *p, const char *mask)
{
	own(required) struct required r = { 0 };
	if (!required_of(mask, &r))
		return;
	p->runs = xcalloc(r.n, sizeof(*p->runs));
	for (size_t i = 0; i < r.n; i++)
		if (r.needs[i].run)
			p->runs[p->n_runs++] = r.needs[i];
		else if (!is_common(&r.needs[i].words))
			await_words(p, &r.needs[i].words);
}

static void
prepare(void)
{
	size_t n = 0;
	while (redact_table[n].name)
		n++;
	assert(n <= PATTERNS_MAX);
	patterns.list = xcalloc(n, sizeof(*patterns.list));
	patterns.context = pcre2_match_context_create(NULL);
	patterns.data = pcre2_match_data_create(32, NULL);
	pcre2_jit_stack *stack =
		pcre2_jit_stack_create(32768, JIT_STACK_MAX, NULL);
	if (!patterns.context || !patterns.data || !stack)
		abort();
	pcre2_set_match_limit(patterns.context, MATCH_LIMIT);
	pcre2_jit_stack_assign(patterns.context, NULL, stack);
	patterns.n = n;
}

/* Only once there is a text: most commands show none, and most logs hold no
 * fault. */
static void
prepare_search(void)
{
	patterns.search = word_search_new();
	for (size_t i = 0; i < patterns.n; i++)
		await_required(&patterns.list[i], redact_table[i].mask);
	for (size_t i = 0; i < patterns.n; i++)
		put_into_set(i);
	word_search_build(patterns.search);
}

void
redact_patterns_interpret(void)
{
	patterns.interpreted = true;
}

/* Marks the groups of the last match, or all of it where none took part. */
static void
mark_groups(struct redact_marks *m, const struct redact_view *v, int groups,
	const char *kind)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(patterns.data);
	bool any = false;
	for (int g = 1; g < groups; g++) {
		if (ends[2 * g] == PCRE2_UNSET)
			continue;
		redact_marks_add(m, v, ends[2 * g], ends[2 * g + 1], kind);
		any = true;
	}
	if (!any)
		redact_marks_add(m, v, ends[0], ends[1], kind);
}

static void
mark_all(struct redact_marks *m, const struct redact_view *v, size_t i)
{
	struct pattern *p = &patterns.list[i];
	size_t from = 0;
	if (!p->code)
		p->code = compile(&redact_table[i]);
	while (from <= v->text.len && !m->undecided) {
		int r = pcre2_match(p->code,
			(PCRE2_SPTR)buf_span(&v->text).data, v->text.len, from,
			0, patterns.data, patterns.context);
		if (r == PCRE2_ERROR_NOMATCH)
			return;
		if (r < 0) {
			m->undecided = true;
			return;
		}
		size_t end = pcre2_get_ovector_pointer(patterns.data)[1];
		mark_groups(m, v, r, redact_table[i].kind);
		from = end > from ? end : from + 1;
	}
}

/* Whether so many bytes of the class follow each other in the text. Looks at
 * the last byte of where a run would stand: most often it is none, and all
 * before it are passed over. */
static bool
has_run(struct span text, const struct required_need *need)
{
	size_t begin = 0, known = 0; /* bytes from `begin` on that are of it */
	while (begin + need->run <= text.len) {
		size_t at = begin + need->run;
		while (at > begin + known &&
			byte_class_has(
				&need->class, (uint8_t)text.data[at - 1]))
			at--;
		if (at == begin + known)
			return true;
		known = begin + need->run - at;
		begin = at;
	}
	return false;
}

/* Whether the pattern can match; most texts hold nothing that it needs. */
static bool
may_match(const struct pattern *p, struct span text,
	const struct word_groups *found)
{
	bool may = word_groups_cover(found, &p->words);
	for (size_t i = 0; may && i < p->n_runs; i++)
		may = has_run(text, &p->runs[i]);
	return may;
}

/* The patterns that can match by one group at least. */
static struct pattern_set
candidates(const struct word_groups *found)
{
	struct pattern_set ret = patterns.unawaiting;
	for (size_t i = 0; i < ELEMENTS(found->bits); i++)
		for (uint64_t left = found->bits[i]; left; left &= left - 1) {
			size_t g = i * 64 + (size_t)__builtin_ctzll(left);
			for (size_t k = 0; k < ELEMENTS(ret.bits); k++)
				ret.bits[k] |= patterns.awaiting[g].bits[k];
		}
	return ret;
}

void
redact_patterns_mark(struct redact_marks *m, const struct redact_view *v)
{
	struct span text = buf_span(&v->text);
	if (!text.len)
		return;
	if (!patterns.n)
		prepare();
	if (!patterns.search)
		prepare_search();
	struct word_groups found = word_search_run(patterns.search, text);
	struct pattern_set set = candidates(&found);
	for (size_t k = 0; k < ELEMENTS(set.bits); k++)
		for (uint64_t left = set.bits[k]; left; left &= left - 1) {
			size_t i = k * 64 + (size_t)__builtin_ctzll(left);
			if (may_match(&patterns.list[i], text, &found))
				mark_all(m, v, i);
		}
}
