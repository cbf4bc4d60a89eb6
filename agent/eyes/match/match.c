#include "config.h"
#include "eyes/match/match.h"

#include <stdlib.h>

#include "base/escape.h"
#include "eyes/match/condition.h"
#include "eyes/match/flatten.h"
#include "rule/pattern.h"
#include "rule/shapes.h"
#include "wire/fault.h"
#include "wire/source.h"

/* A pattern that backtracks gives up here: after 0.1 ms instead of 11. */
#define MATCH_LIMIT 100000u
/* Runs of patterns that a record may cost for each rule; one of 64 KiB that
 * holds a fault in every line needs 2000. */
#define RUNS_MAX 20000u
/* How much of a line `before` is asked about. */
#define BEFORE_MAX 4096u
#define JIT_STACK_MAX (1u << 20)

struct compiled {
	pcre2_code *match, *before;
	struct condition *also, *unless;
	int groups[OBJECT_KEYS]
		  [4]; /* numbers of the key's groups; 0 ends them */
};

/* A bit for each rule. */
struct rule_set {
	uint64_t bits[RULES_MAX / 64];
};

struct match {
	const struct rules *rules;
	struct prefilter *prefilter;
	struct compiled *compiled;
	/* The rules with each literal, by its number, and those without one. */
	struct rule_set *having, without;
	pcre2_jit_stack *stack;
	pcre2_match_data *data; /* of a rule's match and its groups */
	struct matching run;    /* with match data of its own */
	struct buf text;        /* of the record, flattened */
	bool jit;
	struct match_undecided undecided;
};

void
match_free(struct match *m)
{
	if (!m)
		return;
	for (size_t i = 0; m->compiled && i < rules_count(m->rules); i++) {
		pattern_free(m->compiled[i].match);
		pattern_free(m->compiled[i].before);
		condition_free(m->compiled[i].also);
		condition_free(m->compiled[i].unless);
	}
	free(m->compiled);
	free(m->having);
	pcre2_match_data_free(m->data);
	pcre2_match_data_free(m->run.data);
	pcre2_jit_stack_free(m->stack);
	pcre2_match_context_free(m->run.context);
	buf_free(&m->text);
	free(m);
}

bool
match_is_compiled(const struct match *m)
{
	return m->jit;
}

struct match_undecided
match_undecided(struct match *m)
{
	struct match_undecided ret = m->undecided;
	m->undecided = (struct match_undecided){ 0 };
	return ret;
}

static int
compile(struct match *m, const char *text, pcre2_code **ret, struct why *why)
{
	if (!text)
		return 0;
	int r = pattern_compile(text, ret, why);
	if (r < 0)
		return r;
	/* Hardened hosts refuse memory that is written and then executed:
	 * matching is slower there, but no less right. */
	if (pcre2_jit_compile(*ret, PCRE2_JIT_COMPLETE) != 0)
		m->jit = false;
	return 0;
}

/* Compiles the patterns of a rule. */
static int
compile_rule(struct match *m, const struct rule *rule, struct compiled *c,
	struct why *why)
{
	int r = compile(m, rule->match, &c->match, why);
	/* As options of a run these anchors would keep it from machine code. */
	own(str) char *before =
		rule->before ? xprintf("\\A(?:%s)\\z", rule->before) : NULL;
	if (r == 0)
		r = compile(m, before, &c->before, why);
	if (r == 0 && rule->also)
		r = condition_new(rule->also, &m->jit, &c->also, why);
	if (r == 0 && rule->unless)
		r = condition_new(rule->unless, &m->jit, &c->unless, why);
	return r;
}

/* Finds the groups of each key. A name may stand in several branches of a
 * pattern, and each has its number. */
static void
find_groups(struct compiled *c)
{
	uint32_t count = 0, size = 0;
	PCRE2_SPTR table = NULL;
	pcre2_pattern_info(c->match, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(c->match, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(c->match, PCRE2_INFO_NAMETABLE, &table);
	for (uint32_t i = 0; i < count; i++) {
		PCRE2_SPTR entry = table + i * size;
		int key = object_key_by_name(span_of((const char *)entry + 2));
		int *to = key < 0 ? NULL : c->groups[key];
		for (size_t k = 0; to && k < ELEMENTS(c->groups[0]); k++)
			if (!to[k]) {
				to[k] = entry[0] << 8 | entry[1];
				break;
			}
	}
}

static void
put_into_set(struct match *m, size_t i)
{
	const char *literal = rules_at(m->rules, i)->literal;
	int number = literal ? prefilter_number(m->prefilter, literal) : -1;
	struct rule_set *to = number < 0 ? &m->without : &m->having[number];
	to->bits[i / 64] |= (uint64_t)1 << (i % 64);
}

int
match_new(const struct rules *rules, struct prefilter *prefilter,
	struct match **ret, struct why *why)
{
	own(match) struct match *m = xcalloc(1, sizeof(*m));
	m->rules = rules;
	m->prefilter = prefilter;
	m->jit = true;
	m->compiled = xcalloc(rules_count(rules) + 1, sizeof(*m->compiled));
	m->having = xcalloc(rules_count(rules) + 1, sizeof(*m->having));
	for (size_t i = 0; i < rules_count(rules); i++) {
		struct compiled *c = &m->compiled[i];
		int r = compile_rule(m, rules_at(rules, i), c, why);
		if (r < 0)
			return r;
		find_groups(c);
		put_into_set(m, i);
	}
	m->run.context = pcre2_match_context_create(NULL);
	m->data = pcre2_match_data_create(64, NULL);
	m->run.data = pcre2_match_data_create(1, NULL);
	m->stack = pcre2_jit_stack_create(32768, JIT_STACK_MAX, NULL);
	if (!m->run.context || !m->data || !m->run.data || !m->stack)
		abort();
	pcre2_set_match_limit(m->run.context, MATCH_LIMIT);
	pcre2_jit_stack_assign(m->run.context, NULL, m->stack);
	*ret = take(m);
	return 0;
}

/* Whether all that stands before `at` in its line matches. */
static bool
is_behind(struct match *m, const pcre2_code *before, size_t at)
{
	const char *nl = at ? memrchr(m->text.data, '\n', at) : NULL;
	size_t begin = nl ? (size_t)(nl - m->text.data) + 1 : 0;
	struct span lead = { m->text.data + begin, at - begin };
	return lead.len <= BEFORE_MAX &&
		matching_run(&m->run, m->run.data, before, lead, 0);
}

/* Finds the rule's next match at or behind `from`; its groups are in m->data
 * then. */
static bool
find_next(struct match *m, const struct compiled *c, size_t from)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(m->data);
	for (; from <= m->text.len; from = ends[0] + 1) {
		if (!matching_run(&m->run, m->data, c->match,
			    buf_span(&m->text), from))
			return false;
		if (!c->before || is_behind(m, c->before, ends[0]))
			return true;
	}
	return false;
}

/* Whether the record has what the rule asks for besides a match. */
static bool
is_proven(struct match *m, const struct compiled *c)
{
	struct span text = buf_span(&m->text);
	return (!c->also || condition_holds(c->also, &m->run, text)) &&
		(!c->unless || !condition_holds(c->unless, &m->run, text));
}

static struct span
group(const struct match *m, int number)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(m->data);
	if ((uint32_t)number >= pcre2_get_ovector_count(m->data) ||
		ends[2 * number] == PCRE2_UNSET)
		return SPAN_NONE;
	return (struct span){ m->text.data + ends[2 * number],
		ends[2 * number + 1] - ends[2 * number] };
}

static struct object
captured(const struct match *m, const struct compiled *c)
{
	struct object o = { 0 };
	const struct shapes *shapes = rules_shapes(m->rules);
	for (int key = 0; key < OBJECT_KEYS; key++)
		for (size_t k = 0; k < ELEMENTS(c->groups[0]); k++) {
			int number = c->groups[key][k];
			struct span value =
				number ? group(m, number) : SPAN_NONE;
			if (value.data && !shapes_is_unknown(shapes, value))
				object_set(&o, (enum object_key)key, value);
		}
	return o;
}

/* Adds the object unless one is there that agrees with it; of the two the one
 * that knows more stays. */
static size_t
add_object(struct object o, size_t rule, enum fault_class class,
	struct fault ret[MATCH_FAULTS], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct object *old = &ret[i].object;
		if (ret[i].class != class || !object_agrees(old, &o))
			continue;
		if (object_known(&o) > object_known(old)) {
			object_free(old);
			*old = o;
		} else {
			object_free(&o);
		}
		return n;
	}
	if (n == MATCH_FAULTS) {
		object_free(&o);
		return n;
	}
	ret[n] = (struct fault){
		.rule = (uint32_t)rule, .class = class, .object = o, .count = 1
	};
	return n + 1;
}

static size_t
try_rule(struct match *m, size_t i, struct fault ret[MATCH_FAULTS], size_t n)
{
	const struct compiled *c = &m->compiled[i];
	enum fault_class class = rules_at(m->rules, i)->class;
	size_t from = 0;
	/* A record may report several objects: the search goes on behind each
	 * match, and by a byte behind an empty one. Whether it counts is asked
	 * once there is one. */
	while (find_next(m, c, from)) {
		if (!from && !is_proven(m, c))
			return n;
		size_t end = pcre2_get_ovector_pointer(m->data)[1];
		n = add_object(captured(m, c), i, class, ret, n);
		from = end > from ? end : from + 1;
	}
	return n;
}

/* Tries a rule, and counts it if it could not tell. */
static size_t
ask_rule(struct match *m, size_t i, const struct record *record,
	struct fault ret[MATCH_FAULTS], size_t n)
{
	m->run.left = RUNS_MAX;
	m->run.undecided = false;
	n = try_rule(m, i, ret, n);
	if (m->run.undecided) {
		m->undecided.times++;
		m->undecided.rule = rules_at(m->rules, i);
		m->undecided.offset = record->offset;
	}
	return n;
}

/* The rules of the source that can match at all: a match is pattern and
 * literal, the literal unbroken in the record, on every path that leads here.
 */
static struct rule_set
candidates(const struct match *m, const struct record *record,
	const struct source *source)
{
	struct rule_set ret = m->without;
	uint64_t literals[RULES_MAX / 64];
	size_t words = rules_count(m->rules) / 64 + 1;
	prefilter_which(m->prefilter, buf_span(&record->text), literals);
	for (size_t i = 0; i < MIN(words, ELEMENTS(literals)); i++)
		for (uint64_t left = literals[i]; left; left &= left - 1) {
			size_t n = i * 64 + (size_t)__builtin_ctzll(left);
			for (size_t k = 0; k < words && k < RULES_MAX / 64; k++)
				ret.bits[k] |= m->having[n].bits[k];
		}
	for (size_t i = 0; i < ELEMENTS(ret.bits); i++)
		ret.bits[i] &= source->rules[i];
	return ret;
}

/* Fills in where the fault was seen, and the text that is shown to people. */
static void
describe(struct fault *f, const struct record *record)
{
	f->stream = record->stream;
	f->first_ns = record->first_ns;
	f->last_ns = record->first_ns;
	f->offset = record->offset;
	f->lines = record->lines;
	f->cut = record->cut;
	/* More than is kept: a secret is known by what follows, too. */
	struct buf text = { 0 };
	strip_colours(
		&text, span_first(buf_span(&record->text), 4 * FAULT_TEXT_MAX));
	f->text = text;
}

/* Asks the rule, unless another told the same of the record already. False if
 * nothing of the record is seen by rules. */
static bool
ask(struct match *m, size_t i, const struct record *record,
	struct fault ret[MATCH_FAULTS], size_t *n)
{
	const struct rule *rule = rules_at(m->rules, i);
	if (rule->stream >= 0 && rule->stream != (int)record->stream)
		return true;
	for (size_t k = 0; k < *n; k++)
		if (ret[k].class == rule->class)
			return true;
	if (!m->text.len)
		flatten_text(&m->text, record, rules_shapes(m->rules));
	if (!m->text.len)
		return false;
	*n = ask_rule(m, i, record, ret, *n);
	return true;
}

size_t
match_record(struct match *m, const struct record *record,
	const struct source *source, struct fault ret[MATCH_FAULTS])
{
	size_t n = 0;
	bool goes_on = true;
	struct rule_set set = candidates(m, record, source);
	buf_reset(&m->text);
	for (size_t k = 0; goes_on && k < ELEMENTS(set.bits); k++)
		for (uint64_t left = set.bits[k]; goes_on && left;
			left &= left - 1)
			goes_on = ask(m, k * 64 + (size_t)__builtin_ctzll(left),
				record, ret, &n);
	for (size_t i = 0; i < n; i++)
		describe(&ret[i], record);
	return n;
}
