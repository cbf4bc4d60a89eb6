#include "config.h"
#include "base/redact-marks.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/redact-table.h"

/* Patterns take time in proportion to the text, so that even a hostile one of a
 * few KiB stays below. Who hits it is not shown. */
#define MATCH_LIMIT 2000000u
#define JIT_STACK_MAX (256u << 10)

/* The table, compiled once and never freed. */
static struct patterns {
	pcre2_code **list;
	size_t n;
	pcre2_match_context *context;
	pcre2_match_data *data;
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
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

static void
compile_all(void)
{
	size_t n = 0;
	while (redact_table[n].name)
		n++;
	patterns.list = xcalloc(n, sizeof(*patterns.list));
	for (size_t i = 0; i < n; i++)
		patterns.list[i] = compile(&redact_table[i]);
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
	size_t from = 0;
	while (from <= v->text.len && !m->undecided) {
		int r = pcre2_match(patterns.list[i],
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

void
redact_patterns_mark(struct redact_marks *m, const struct redact_view *v)
{
	if (!patterns.n)
		compile_all();
	for (size_t i = 0; i < patterns.n && v->text.len; i++)
		mark_all(m, v, i);
}
