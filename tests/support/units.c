#include "config.h"
#include "support/units.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/plan/guard.h"
#include "hands/sql/statement.h"

void
units_add_bytes(struct units *u, const char *name, struct span sql)
{
	ck_assert_uint_lt(u->n, UNITS_MAX);
	struct unit *unit = &u->units[u->n];
	struct script *script = &u->scripts[u->n];
	*unit = (struct unit){ .name = xstrdup(name) };
	buf_add_span(&unit->text, sql);
	buf_str(&unit->text);
	sha256_hex(sql, unit->checksum);
	script_parse(sql, USEC_NEVER, script);
	u->list[u->n++] = (struct unit_script){ unit, script };
}

void
units_add(struct units *u, const char *name, const char *sql)
{
	units_add_bytes(u, name, span_of(sql));
}

void
units_free(struct units *u)
{
	for (size_t i = 0; i < u->n; i++) {
		unit_free(&u->units[i]);
		script_free(&u->scripts[i]);
	}
	u->n = 0;
}

static int
exists(void *arg, const char *schema, const struct made *m, bool *ret,
	struct why *why)
{
	(void)schema;
	(void)why;
	own(str) char *text = made_text(m);
	*ret = false;
	for (const char *const *name = arg; name && *name; name++)
		*ret |= strcmp(*name, text) == 0;
	return 0;
}

struct census_catalog
units_catalog(const char *const *existing)
{
	return (struct census_catalog){ exists, (void *)existing };
}

enum verdict
units_judge(const struct census *c, char **ret_reason)
{
	static const struct guard_how how = {
		.history = "_prisma_migrations",
		.lock_timeout = 2 * USEC_SECOND,
		.statement_timeout = 60 * USEC_SECOND,
	};
	own(judgements) struct judgements j = { 0 };
	guard_judge(c, &how, &j);
	own(strings) char **doubts = judgements_doubts(&j, c, false);
	*ret_reason = xstrdup(doubts ? doubts[0] : "passed");
	return judgements_verdict(&j);
}

struct census *
units_census(const struct units *u, const char *const *existing)
{
	const struct census_catalog catalog = units_catalog(existing);
	struct census *c = NULL;
	ck_assert_int_eq(
		census_take(&catalog, "public", u->list, u->n, &c, NULL), 0);
	return c;
}
