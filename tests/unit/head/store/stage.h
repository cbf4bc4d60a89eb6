/* What the tests of the stores share: one to open, and an incident with and
 * without everything that can be known of it. */
#pragma once

#include "head/store/store.h"
#include "support/check_main.h"

#define NOW (1000 * USEC_DAY)

/* Each test is a process of its own, which ends with them. */
static char *folder __attribute__((used)), *path __attribute__((used));

static inline struct store *
open_again(void)
{
	struct why why = { "" };
	struct store *s = NULL;
	ck_assert_msg(store_open(path, &s, &why) == 0, "%s", why.text);
	return s;
}

static inline struct store *
open_new(void)
{
	own(str) char *base = scratch_folder();
	folder = xprintf("%s/state", base);
	path = xprintf("%s/logmend.db", folder);
	return open_again();
}

#define ok(call)                                                \
	do {                                                    \
		struct why why = { "" };                        \
		int r_ = (call);                                \
		ck_assert_msg(r_ == 0, "%d: %s", r_, why.text); \
	} while (0)

static inline struct fault
a_fault(const char *table)
{
	struct fault f = { .class = CLASS_MISSING_TABLE,
		.count = 1,
		.first_ns = 1000,
		.last_ns = 2000 };
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	if (table)
		object_set(&f.object, OBJECT_TABLE, span_of(table));
	buf_add(&f.text, "raw \xff\x1b[31m", 10);
	return f;
}

static inline struct incident
an_incident(const char *table)
{
	struct fault f = a_fault(table);
	struct incident i;
	incident_init(&i, "shop", "prisma-p2021", &f, NOW);
	fault_free(&f);
	return i;
}

/* Every field that the table of columns names. */
static inline struct incident
a_full_incident(void)
{
	struct incident i = an_incident("AnalyticsEvent");
	i.cause = CAUSE_STRAY_SQL;
	i.action = ACTION_ASK;
	i.state = STATE_AWAITING_APPROVAL;
	i.breaker = true;
	i.cause_text = xstrdup("only a stray file creates it");
	i.target = xstrdup("db:5432/moving");
	i.reason = xstrdup("a person is asked");
	i.plan.remedy = xstrdup("prisma");
	i.plan.verdict = VERDICT_ASK;
	i.plan.reason = xstrdup("it asks");
	i.plan.writable = true;
	memset(i.plan.hash, 'a', SHA256_HEX - 1);
	plan_step(&i.plan, "one \"quoted\"");
	plan_step(&i.plan, "two\nlines");
	plan_doubt(&i.plan, "one of them asks");
	i.plan.statements = 2;
	i.plan.cut = true;
	memcpy(i.code, "1a2b3c4d", APPROVAL_CODE);
	i.expires = NOW + 5;
	i.approved_by = xstrdup("root (uid 0)");
	i.approved_at = NOW + 6;
	i.rehearsed = true;
	i.rehearsal = OUTCOME_PASSED;
	i.rehearsal_text = xstrdup("it passed");
	i.attempts = 2;
	i.committed = NOW + 7;
	i.verified = true;
	i.verification = OUTCOME_BROKE;
	i.verification_text = xstrdup("seen again");
	i.quiet_until = NOW + 8;
	i.wait_until = USEC_NEVER;
	i.wait_reason = xstrdup("cooldown");
	i.waiting_since = NOW + 9;
	i.recheck_due = NOW + 10;
	i.rechecks = 3;
	i.notices = 5;
	return i;
}
