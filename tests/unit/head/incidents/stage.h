/* What the tests of this folder stand on: one app with a database, a policy, a
 * remedy and somebody who is told; a store; and words to look at an incident.
 */
#pragma once

#include "head/incidents/attempts.h"
#include "head/incidents/incidents.h"
#include "head/incidents/transition.h"
#include "head/notices/notice.h"
#include "sim/fake-hands.h"
#include "sim/memory-store.h"
#include "support/check_main.h"

#define NOW ((usec)1795350344 * USEC_SECOND)
#define DATABASE "db:5432/moving"
#define KEY "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11"
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct notify ops = { .name = (char *)"ops" };
static const struct notify *told[] = { &ops };
static struct policy policy = { .mode = MODE_ACT,
	.attempts = { 3, 10 },
	.cooldown = 10 * USEC_MINUTE,
	.quiet = 5 * USEC_MINUTE,
	.approval = 30 * USEC_MINUTE };
static struct remedy remedy = { .name = (char *)"prisma",
	.deadline = 2 * USEC_MINUTE };
static struct app app = { .name = (char *)"shop",
	.database_url_file = (char *)"/nowhere",
	.policy = &policy,
	.remedy = { &remedy },
	.notify = told,
	.n_notify = 1 };
static struct settings settings = { .apps = &app, .n_apps = 1 };
static struct incidents d;
static struct why why;
static char noted[1024]; /* the last sentence for the log */

static inline void
note(uint64_t incident, const char *text)
{
	(void)incident;
	snprintf(noted, sizeof(noted), "%s", text);
}

static inline void
ok(int r)
{
	ck_assert_msg(r >= 0, "%s", why.text);
}

static inline void
on_step(void *arg, uint64_t incident, const char *text)
{
	(void)arg;
	note(incident, text);
}

static inline void
on_done(void *arg, enum job_purpose purpose, const struct app *of,
	uint64_t incident, struct report *report)
{
	(void)arg;
	(void)purpose;
	(void)of;
	(void)incident;
	(void)report;
}

static inline void
set_up(void)
{
	const struct job_queue_calls calls = { on_step, on_done, NULL };
	own(str) char *folder = scratch_folder();
	settings.store = xprintf("%s/logmend.db", folder);
	settings.freeze_file = xprintf("%s/freeze", folder);
	settings.file = xprintf("%s/logmend.conf", folder);
	d = (struct incidents){
		.settings = &settings, .note = note, .due = USEC_NEVER
	};
	ok(store_open(settings.store, &d.store, &why));
	d.queue = job_queue_new(NULL, settings.file, &calls);
	d.ranking = ranking_new();
	struct target t = { (char *)"db", (char *)"5432", (char *)"moving",
		(char *)"public" };
	ok(store_target_put(d.store, "shop", &t, NOW, &why));
}

static inline void
tear_down(void)
{
	run_memory_release(&d.memory);
	job_queue_free(d.queue);
	ranking_free(d.ranking);
	store_close(d.store);
	fake_hands_forget();
	memory_store_forget();
	str_free(settings.store);
	str_free(settings.freeze_file);
	str_free(settings.file);
}

/* An incident in this state, with a plan that the guard lets pass; free it. */
static inline struct incident
add(enum incident_state state)
{
	struct fault f = { .class = CLASS_MISSING_TABLE,
		.count = 1,
		.first_ns = (int64_t)NOW * NSEC_USEC,
		.last_ns = (int64_t)NOW * NSEC_USEC };
	struct incident i;
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	object_set(&f.object, OBJECT_TABLE, SPAN("Invoice"));
	buf_add_str(&f.text, "The table does not exist");
	incident_init(&i, "shop", "prisma-p2021", &f, NOW);
	fault_free(&f);
	i.state = state;
	i.cause = CAUSE_PENDING_MIGRATION;
	i.plan.remedy = xstrdup("prisma");
	i.plan.writable = true;
	memcpy(i.plan.hash, HASH, sizeof(HASH));
	ok(store_incident_add(d.store, &i, &why));
	return i;
}

/* As it is stored; free it. */
static inline struct incident
get(uint64_t id)
{
	struct incident i = { 0 };
	ok(store_incident_get(d.store, id, &i, &why));
	return i;
}

static inline void
expect_state(uint64_t id, enum incident_state state)
{
	own(incident) struct incident i = get(id);
	ck_assert_str_eq(state_name(i.state), state_name(state));
}

/* How many of these messages are queued for it. */
static inline size_t
notices(uint64_t id, enum notice_kind kind)
{
	struct outgoing *list = NULL;
	size_t n = 0, count = 0;
	ok(store_outbox_of(d.store, id, &list, &n, &why));
	for (size_t k = 0; k < n; k++)
		count += strcmp(list[k].kind, notice_kind_name(kind)) == 0;
	outgoings_free(list, n);
	return count;
}

/* Every moment of it, `KIND TEXT|`. Owned. */
static inline char *
timeline(uint64_t id)
{
	struct moment *list = NULL;
	struct buf text = { 0 };
	size_t n = 0;
	ok(store_moments(d.store, id, &list, &n, &why));
	for (size_t k = 0; k < n; k++)
		buf_printf(&text, "%s %s|", list[k].kind, list[k].text);
	moments_free(list, n);
	return buf_take_str(&text);
}

static inline void
expect_timeline(uint64_t id, const char *expected)
{
	own(str) char *text = timeline(id);
	ck_assert_str_eq(text, expected);
}

/* The job that hands were sent for, and no other. */
static inline struct fake_job *
expect_sent(enum job_purpose purpose)
{
	struct fake_job *job = fake_hands_at(0);
	ck_assert_ptr_nonnull(job);
	ck_assert_int_eq(job->purpose, purpose);
	ck_assert_ptr_null(fake_hands_at(1));
	return job;
}

static inline void
expect_nothing_sent(void)
{
	ck_assert_ptr_null(fake_hands_at(0));
}

/* What a look says that found this; free it. */
static inline struct report
looked(enum cause cause, enum answer fault)
{
	struct report r = { .answered = true };
	r.result.outcome = OUTCOME_DONE;
	r.result.cause = cause;
	r.result.fault = fault;
	r.result.history = ANSWER_YES;
	r.result.text = xstrdup("a sentence of hands");
	r.result.host = xstrdup("db");
	r.result.port = xstrdup("5432");
	r.result.database = xstrdup("moving");
	r.result.schema = xstrdup("public");
	if (fault != ANSWER_YES)
		return r;
	r.planned = true;
	r.plan.remedy = xstrdup("prisma");
	r.plan.writable = true;
	memcpy(r.plan.hash, HASH, sizeof(HASH));
	return r;
}

/* What hands say that did a job with this end; free it. */
static inline struct report
ended(enum outcome outcome)
{
	struct report r = { .answered = true };
	r.result.outcome = outcome;
	r.result.fault = r.result.history = ANSWER_UNKNOWN;
	r.result.text = xstrdup("a sentence of hands");
	return r;
}

/* Hands measured that the database lacks the incident's object, and nothing
 * else. */
static inline void
lacks(const struct incident *i, bool awaited)
{
	struct missing_list list = { 0 };
	struct object o = object_copy(&i->object);
	missing_add(&list, i->class, &o, awaited);
	ranking_set(d.ranking, i->app, &list);
}

/* Stores an attempt of the incident, ended or under way. */
static inline void
add_attempt(uint64_t incident, const char *key, usec started, usec ended,
	bool failed)
{
	struct attempt a = { .incident = incident,
		.number = 1,
		.database = (char *)DATABASE,
		.started = started };
	snprintf(a.key, sizeof(a.key), "%s", key);
	memcpy(a.plan_hash, HASH, sizeof(HASH));
	ok(store_attempt_add(d.store, &a, &why));
	a.ended = ended;
	a.failed = failed;
	a.outcome = OUTCOME_APPLIED;
	if (ended)
		ok(store_attempt_end(d.store, &a, &why));
}

/* An incident whose attempt KEY is under way, begun in this run of the agent or
 * in an earlier one; free it. */
static inline struct incident
mending(bool of_this_run)
{
	struct incident i = add(STATE_MENDING);
	add_attempt(i.id, KEY, NOW, 0, false);
	if (of_this_run)
		run_memory_begin(&d.memory, KEY);
	return i;
}

static inline enum attempts_next
look_after(struct incident *i, usec now)
{
	struct attempt a = { 0 };
	enum attempts_next next = attempts_look_after(&d, i, now, &a, &why);
	attempt_clear(&a);
	return next;
}
