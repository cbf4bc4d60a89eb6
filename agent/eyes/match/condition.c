#include "config.h"
#include "eyes/match/condition.h"

#include <stdlib.h>

/* One part, or two and the most bytes that may lie between them. */
struct clause {
	pcre2_code *first, *second;
	size_t distance;
};

struct condition {
	struct clause *clauses;
	size_t n;
};

void
condition_free(struct condition *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++) {
		pattern_free(c->clauses[i].first);
		pattern_free(c->clauses[i].second);
	}
	free(c->clauses);
	free(c);
}

static int
compile(const char *text, bool *jit, pcre2_code **ret, struct why *why)
{
	int r = text ? pattern_compile(text, ret, why) : 0;
	if (r == 0 && text && pcre2_jit_compile(*ret, PCRE2_JIT_COMPLETE) != 0)
		*jit = false;
	return r;
}

int
condition_new(
	const char *pattern, bool *jit, struct condition **ret, struct why *why)
{
	own(condition) struct condition *c = xcalloc(1, sizeof(*c));
	struct pattern_part *parts;
	size_t n = pattern_parts(pattern, &parts);
	c->clauses = xcalloc(n, sizeof(*c->clauses));
	int r = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		struct clause *to = &c->clauses[c->n++];
		to->distance = parts[i].distance;
		r = compile(parts[i].first, jit, &to->first, why);
		if (r == 0)
			r = compile(parts[i].second, jit, &to->second, why);
	}
	pattern_parts_free(parts, n);
	if (r == 0)
		*ret = take(c);
	return r;
}

bool
matching_run(struct matching *m, pcre2_match_data *data, const pcre2_code *code,
	struct span text, size_t from)
{
	int r = PCRE2_ERROR_MATCHLIMIT;
	if (m->left) {
		m->left--;
		r = pcre2_match(code, (PCRE2_SPTR)text.data, text.len, from, 0,
			data, m->context);
	}
	if (r < 0 && r != PCRE2_ERROR_NOMATCH)
		m->undecided = true;
	return r >= 0;
}

static bool
is_found(struct matching *m, const pcre2_code *code, struct span text,
	size_t from)
{
	return matching_run(m, m->data, code, text, from);
}

/* Finds the first part at each of its places, and walks on to the first place
 * of the second part behind it. */
static bool
are_near(const struct clause *c, struct matching *m, struct span text)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(m->data);
	size_t from = 0, second = 0;
	bool found = false; /* the second part, at `second` */
	while (from <= text.len && is_found(m, c->first, text, from)) {
		size_t behind = ends[1];
		from = ends[0] + 1;
		if (!found || second < behind) {
			if (!is_found(m, c->second, text, behind))
				return false;
			found = true;
			second = ends[0];
		}
		if (second - behind <= c->distance)
			return true;
	}
	return false;
}

bool
condition_holds(const struct condition *c, struct matching *m, struct span text)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct clause *one = &c->clauses[i];
		if (one->second ? are_near(one, m, text)
				: is_found(m, one->first, text, 0))
			return true;
	}
	return false;
}
