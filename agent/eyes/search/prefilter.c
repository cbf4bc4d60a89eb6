#include "config.h"
#include "eyes/search/prefilter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_HS
#include <hs.h>
#endif

struct prefilter {
	char **literals; /* each once */
	size_t *lens;
	size_t n;
	bool every_line;
#ifdef HAVE_HS
	hs_database_t *db;
	hs_scratch_t *scratch;
#endif
};

void
hits_free(struct hits *h)
{
	free(h->at);
	*h = (struct hits){ 0 };
}

void
hits_add(struct hits *h, size_t at)
{
	if (h->n == h->room) {
		h->room = h->room ? 2 * h->room : 256;
		h->at = xrealloc(h->at, h->room, sizeof(*h->at));
	}
	h->at[h->n++] = (uint32_t)at;
}

static int
ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

void
hits_sort(struct hits *h)
{
	bool sorted = true;
	for (size_t i = 1; i < h->n; i++)
		sorted &= h->at[i - 1] < h->at[i];
	if (sorted)
		return;
	qsort(h->at, h->n, sizeof(*h->at), ascending);
	size_t n = 1;
	for (size_t i = 1; i < h->n; i++)
		if (h->at[i] != h->at[n - 1])
			h->at[n++] = h->at[i];
	h->n = n;
}

void
prefilter_free(struct prefilter *f)
{
	if (!f)
		return;
#ifdef HAVE_HS
	hs_free_scratch(f->scratch);
	hs_free_database(f->db);
#endif
	strings_free(f->literals);
	free(f->lens);
	free(f);
}

bool
prefilter_needs_every_line(const struct prefilter *f)
{
	return f->every_line;
}

static void
add_literal(struct prefilter *f, const char *literal)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->literals[i], literal) == 0)
			return;
	strings_add(&f->literals, literal);
	f->lens = xrealloc(f->lens, f->n + 1, sizeof(*f->lens));
	f->lens[f->n++] = strlen(literal);
}

#ifdef HAVE_HS
/* Whether the processor has what the library needs. */
static bool
cpu_fits(void)
{
#if defined(__x86_64__)
	/* Debian's build needs SSE 4.2 and dies of SIGILL without it, whatever
	 * hs_valid_platform() says. */
	return __builtin_cpu_supports("sse4.2");
#else
	return hs_valid_platform() == HS_SUCCESS;
#endif
}

/* Compiles the literals. Vectorscan's regex mode loses matches
 * (VectorCamp/vectorscan#382), so it is never asked for patterns: PCRE2
 * confirms them. */
static int
compile(struct prefilter *f, struct why *why)
{
	if (!f->n || !cpu_fits())
		return 0;
	unsigned *flags = xcalloc(f->n, sizeof(*flags));
	unsigned *ids = xcalloc(f->n, sizeof(*ids));
	for (size_t i = 0; i < f->n; i++) {
		ids[i] = (unsigned)i;
	}
	hs_compile_error_t *error = NULL;
	int r = hs_compile_lit_multi((const char *const *)f->literals, flags,
		ids, f->lens, (unsigned)f->n, HS_MODE_BLOCK, NULL, &f->db,
		&error);
	free(flags);
	free(ids);
	if (r != HS_SUCCESS) {
		r = because(why, -EINVAL, "the literals cannot be compiled: %s",
			error ? error->message : "?");
		hs_free_compile_error(error);
		return r;
	}
	if (hs_alloc_scratch(f->db, &f->scratch) != HS_SUCCESS)
		return because(why, -ENOMEM, "no memory to find literals");
	return 0;
}

/* Where hits go: either their offsets, or the numbers of their literals. */
struct hit_sink {
	const struct prefilter *prefilter;
	struct hits *hits;
	size_t first; /* of these bytes */
	uint64_t *which;
};

/* Hits come in the order of their ends; their beginnings are apart from that
 * order by a literal at the most. */
static void
put(struct hits *h, size_t first, size_t at)
{
	size_t i = h->n;
	while (i > first && h->at[i - 1] > at)
		i--;
	if (i > first && h->at[i - 1] == at)
		return;
	hits_add(h, at);
	for (size_t k = h->n - 1; k > i; k--)
		h->at[k] = h->at[k - 1];
	h->at[i] = (uint32_t)at;
}

static int
on_hit(unsigned id, unsigned long long from, unsigned long long to,
	unsigned flags, void *user)
{
	struct hit_sink *h = user;
	(void)from; /* it is 0 unless asked for, and asking costs */
	(void)flags;
	if (h->which)
		h->which[id / 64] |= (uint64_t)1 << (id % 64);
	else
		put(h->hits, h->first, (size_t)to - h->prefilter->lens[id]);
	return 0;
}

static void
scan(struct prefilter *f, struct span bytes, struct hit_sink *h)
{
	/* It fails for wrong arguments only, and those are ours. */
	if (hs_scan(f->db, bytes.data, (unsigned)bytes.len, 0, f->scratch,
		    on_hit, h) != HS_SUCCESS)
		abort();
}
#endif

int
prefilter_new(
	const struct rules *rules, struct prefilter **ret, struct why *why)
{
	own(prefilter) struct prefilter *f = xcalloc(1, sizeof(*f));
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);
		if (rule->literal)
			add_literal(f, rule->literal);
		else
			f->every_line = true;
	}
#ifdef HAVE_HS
	int r = compile(f, why);
	if (r < 0)
		return r;
#else
	(void)why;
#endif
	*ret = take(f);
	return 0;
}

/* The search where Vectorscan is missing or does not run: one literal after the
 * other, each at every place. */
static void
find_one_by_one(struct prefilter *f, struct span bytes, struct hits *ret)
{
	for (size_t i = 0; i < f->n; i++) {
		struct span literal = span_of(f->literals[i]), rest = bytes;
		ptrdiff_t at;
		while ((at = span_find(rest, literal)) >= 0) {
			size_t offset =
				(size_t)(rest.data - bytes.data) + (size_t)at;
			hits_add(ret, offset);
			rest = span_from(bytes, offset + 1);
		}
	}
}

void
prefilter_all(struct prefilter *f, struct span bytes, struct hits *ret)
{
	if (!bytes.len)
		return;
#ifdef HAVE_HS
	if (f->db) {
		scan(f, bytes,
			&(struct hit_sink){
				.prefilter = f, .hits = ret, .first = ret->n });
		return;
	}
#endif
	find_one_by_one(f, bytes, ret);
}

void
prefilter_which(
	struct prefilter *f, struct span bytes, uint64_t ret[RULES_MAX / 64])
{
	memset(ret, 0, RULES_MAX / 8);
	if (!bytes.len)
		return;
#ifdef HAVE_HS
	if (f->db) {
		scan(f, bytes,
			&(struct hit_sink){ .prefilter = f, .which = ret });
		return;
	}
#endif
	for (size_t i = 0; i < f->n; i++)
		if (span_find(bytes, span_of(f->literals[i])) >= 0)
			ret[i / 64] |= (uint64_t)1 << (i % 64);
}

int
prefilter_number(const struct prefilter *f, const char *literal)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->literals[i], literal) == 0)
			return (int)i;
	return -1;
}
