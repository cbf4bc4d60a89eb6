#include "config.h"
#include "hands/plan/in-script.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hands/sql/script.h"

/* Whether the statement creates the table, which does not exist before. */
static bool
makes_new(const struct census *run, const struct in_script *p,
	const struct made *table)
{
	return p->s->kind == STATEMENT_CREATE_TABLE && p->s->n_makes &&
		!census_exists(run, p->unit, p->statement, 0) &&
		made_same(&p->s->makes[0], table, census_schema(run));
}

/* Rows that nobody has counted. Those that are written out are few. */
static bool
fills(const struct census *run, const struct in_script *p,
	const struct made *table)
{
	for (size_t i = 0; i < p->s->n_parts; i++) {
		const struct guard_part *part = &p->s->parts[i];
		const struct guard_rule *r = part_rule(part);
		struct made into = {
			.kind = MADE_RELATION,
			.schema = part->schema,
			.name = part->table,
		};
		if (r->lock == LOCK_ROW_EXCLUSIVE && !r->fresh && part->table &&
			made_same(&into, table, census_schema(run)))
			return true;
	}
	return false;
}

static struct in_script
at_of(const struct census *run, size_t unit, size_t statement)
{
	const struct script *s = census_units(run)[unit].script;
	return (struct in_script){ unit, statement, s->n,
		&s->statements[statement] };
}

/* How many of the unit's statements stand before the place. */
static size_t
before(const struct census *run, const struct in_script *at, size_t unit)
{
	return unit < at->unit ? census_units(run)[unit].script->n
			       : at->statement;
}

static void
find_table(const struct census *run, const struct in_script *at,
	const char *schema, const char *table, bool *made, bool *filled)
{
	struct made what = {
		.kind = MADE_RELATION,
		.schema = (char *)schema,
		.name = (char *)table,
	};
	*made = *filled = false;
	for (size_t i = 0; i <= at->unit; i++)
		for (size_t k = 0; k < before(run, at, i); k++) {
			struct in_script p = at_of(run, i, k);
			*made |= makes_new(run, &p, &what);
			*filled |= *made && fills(run, &p, &what);
		}
}

bool
in_script_is_new(const struct census *run, const struct in_script *at,
	const char *schema, const char *table)
{
	bool made, filled;
	find_table(run, at, schema, table, &made, &filled);
	return made && !filled;
}

bool
in_script_is_filled(const struct census *run, const struct in_script *at,
	const char *schema, const char *table)
{
	bool made, filled;
	find_table(run, at, schema, table, &made, &filled);
	return filled;
}

bool
in_script_adds_unchecked(const struct census *run, const struct in_script *at,
	const struct guard_part *validates)
{
	for (size_t i = 0; i <= at->unit; i++)
		for (size_t k = 0; k < before(run, at, i); k++) {
			struct in_script p = at_of(run, i, k);
			for (size_t n = 0; n < p.s->n_parts; n++)
				if (str_equal(p.s->parts[n].table,
					    validates->table) &&
					str_equal(p.s->parts[n].name,
						validates->name))
					return true;
		}
	return false;
}

bool
in_script_is_locked(const struct census *run, const struct in_script *at)
{
	for (size_t i = 0; i <= at->unit; i++)
		for (size_t k = 0; k < before(run, at, i); k++) {
			struct in_script p = at_of(run, i, k);
			for (size_t n = 0; n < p.s->n_parts; n++) {
				const struct guard_part *part = &p.s->parts[n];
				if (part_rule(part)->lock >= LOCK_SHARE &&
					part->table &&
					!in_script_is_new(run, &p, part->schema,
						part->table))
					return true;
			}
		}
	return false;
}

static bool
holds(struct span text, const char *word)
{
	return span_find(text, span_of(word)) >= 0;
}

/* Whether the statement's text has the value in quotes, and is about a column
 * of the type, as far as its text tells. */
static bool
uses(struct span sql, const struct statement *s, const struct guard_part *label)
{
	own(str) char *quoted = xprintf("'%s'", label->value);
	if (!holds(sql, quoted))
		return false;
	for (size_t i = 0; i < s->n_parts; i++) {
		const char *name = part_rule(&s->parts[i])->name;
		/* These only name values. */
		if (str_equal(name, "create-enum") ||
			str_equal(name, "add-enum-value") ||
			str_equal(name, "rename-enum-value") ||
			str_equal(name, "comment"))
			return false;
		/* These say of which type their columns are. */
		if ((str_equal(name, "create-table") ||
			    strncmp(name, "add-column", 10) == 0) &&
			!(label->name && holds(sql, label->name)))
			return false;
	}
	return true;
}

enum verdict
in_script_uses_label(const struct census *run, const struct in_script *at,
	const struct guard_part *label)
{
	const struct unit_script *u = &census_units(run)[at->unit];
	for (size_t k = at->statement + 1; k < u->script->n && label->value;
		k++) {
		const struct statement *s = &u->script->statements[k];
		if (uses(script_text(buf_span(&u->unit->text), s), s, label))
			return VERDICT_FAILS;
	}
	return VERDICT_AUTO;
}

static bool
is_used_behind(
	const struct census *run, size_t unit, const struct guard_part *label)
{
	for (size_t i = unit + 1; i < census_size(run); i++) {
		const struct unit_script *u = &census_units(run)[i];
		for (size_t k = 0; k < u->script->n; k++)
			if (uses(script_text(buf_span(&u->unit->text),
					 &u->script->statements[k]),
				    &u->script->statements[k], label))
				return true;
	}
	return false;
}

bool
in_script_labels_are_used_later(const struct census *run)
{
	for (size_t i = 0; i < census_size(run); i++) {
		const struct script *s = census_units(run)[i].script;
		for (size_t k = 0; k < s->n; k++)
			for (size_t n = 0; n < s->statements[k].n_parts; n++) {
				const struct guard_part *p =
					&s->statements[k].parts[n];
				if (str_equal(part_rule(p)->name,
					    "add-enum-value") &&
					p->value && is_used_behind(run, i, p))
					return true;
			}
	}
	return false;
}

bool
in_script_runs_apart(const struct census *run)
{
	bool ret = false;
	for (size_t i = 0; i < census_size(run); i++) {
		const struct script *s = census_units(run)[i].script;
		if (script_is_atomic(s))
			continue;
		ret = true;
		if (s->n != 1 || s->statements[0].n_parts != 1)
			return false;
		const struct guard_rule *r =
			part_rule(&s->statements[0].parts[0]);
		if (r->effect != EFFECT_BUILD || r->lock != LOCK_SHARE_UPDATE)
			return false;
	}
	return ret && !in_script_labels_are_used_later(run);
}

/* PostgreSQL's units of time, and a number without one in milliseconds. */
static bool
read_time(const char *s, usec *ret)
{
	static const struct {
		const char *name;
		usec length;
	} units[] = { { "", 1000 }, { "us", 1 }, { "ms", 1000 },
		{ "s", USEC_SECOND }, { "min", USEC_MINUTE } };
	char *end;
	errno = 0;
	unsigned long n = strtoul(s, &end, 10);
	if (end == s || !isdigit((unsigned char)*s) || errno || n > 1u << 30)
		return false;
	while (*end == ' ')
		end++;
	for (size_t i = 0; i < ELEMENTS(units); i++)
		if (strcmp(end, units[i].name) == 0) {
			*ret = n * units[i].length;
			return true;
		}
	return false;
}

/* 0 is none at all, and what rounds to it too. */
bool
in_script_is_short(
	const struct guard_part *set, usec lock_timeout, usec statement_timeout)
{
	usec value = 0;
	bool lock = set->name && strcasecmp(set->name, "lock_timeout") == 0;
	return set->value && read_time(set->value, &value) && value >= 1000 &&
		value <= (lock ? lock_timeout : statement_timeout);
}
