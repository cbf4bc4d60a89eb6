#include "config.h"
#include "head/store/store.h"

#include <errno.h>
#include <stdio.h>

#include "unit/head/store/stage.h"

/* What holds for every store: it is also linked with the one in memory. */

static void
assert_same(const struct incident *a, const struct incident *b)
{
	ck_assert_uint_eq(a->id, b->id);
	ck_assert_str_eq(a->app, b->app);
	ck_assert_str_eq(a->rule, b->rule);
	ck_assert_int_eq(a->class, b->class);
	ck_assert(object_eq(&a->object, &b->object));
	ck_assert_str_eq(a->fingerprint, b->fingerprint);
	ck_assert_str_eq(a->sample, b->sample);
	ck_assert_uint_eq(a->count, b->count);
	ck_assert_int_eq(a->first_ns, b->first_ns);
	ck_assert_int_eq(a->last_ns, b->last_ns);
	ck_assert_int_eq(a->state, b->state);
	ck_assert_uint_eq(a->opened, b->opened);
	ck_assert_int_eq(a->breaker, b->breaker);
	ck_assert_int_eq(a->cause, b->cause);
	ck_assert_str_eq(a->cause_text, b->cause_text);
	ck_assert_str_eq(a->target, b->target);
	ck_assert_int_eq(a->action, b->action);
	ck_assert_str_eq(a->reason, b->reason);
	ck_assert_str_eq(a->plan.remedy, b->plan.remedy);
	ck_assert_str_eq(a->plan.hash, b->plan.hash);
	ck_assert_uint_eq(strings_count(b->plan.steps), 2);
	ck_assert_str_eq(a->plan.steps[0], b->plan.steps[0]);
	ck_assert_str_eq(a->plan.steps[1], b->plan.steps[1]);
	ck_assert_int_eq(a->plan.verdict, b->plan.verdict);
	ck_assert_str_eq(a->plan.reason, b->plan.reason);
	ck_assert_int_eq(a->plan.writable, b->plan.writable);
	ck_assert_uint_eq(a->plan.statements, b->plan.statements);
	ck_assert_uint_eq(strings_count(b->plan.doubts), 1);
	ck_assert_str_eq(a->plan.doubts[0], b->plan.doubts[0]);
	ck_assert_uint_eq(a->plan.n_doubts, b->plan.n_doubts);
	ck_assert_int_eq(a->plan.cut, b->plan.cut);
	ck_assert_str_eq(a->code, b->code);
	ck_assert_uint_eq(a->expires, b->expires);
	ck_assert_str_eq(a->approved_by, b->approved_by);
	ck_assert_uint_eq(a->approved_at, b->approved_at);
	ck_assert_int_eq(a->rehearsed, b->rehearsed);
	ck_assert_int_eq(a->rehearsal, b->rehearsal);
	ck_assert_str_eq(a->rehearsal_text, b->rehearsal_text);
	ck_assert_uint_eq(a->attempts, b->attempts);
	ck_assert_uint_eq(a->committed, b->committed);
	ck_assert_int_eq(a->verified, b->verified);
	ck_assert_int_eq(a->verification, b->verification);
	ck_assert_str_eq(a->verification_text, b->verification_text);
	ck_assert_uint_eq(a->quiet_until, b->quiet_until);
	ck_assert_uint_eq(a->wait_until, b->wait_until);
	ck_assert_str_eq(a->wait_reason, b->wait_reason);
	ck_assert_uint_eq(a->waiting_since, b->waiting_since);
	ck_assert_uint_eq(a->recheck_due, b->recheck_due);
	ck_assert_uint_eq(a->rechecks, b->rechecks);
	ck_assert_uint_eq(a->notices, b->notices);
}

START_TEST(an_incident_comes_back_as_it_was)
{
	own(store) struct store *s = open_new();
	own(incident) struct incident first = an_incident("First");
	ok(store_incident_add(s, &first, &why));
	own(incident) struct incident i = a_full_incident();
	i.previous = first.id;
	ok(store_incident_add(s, &i, &why));
	ck_assert_uint_eq(i.id, 2);
	store_close(take(s));
	s = open_again();
	own(incident) struct incident back = { 0 };
	ok(store_incident_get(s, 2, &back, &why));
	assert_same(&i, &back);
	ck_assert_uint_eq(back.previous, 1);
	own(incident) struct incident newest = { 0 };
	ok(store_incident_newest(s, i.fingerprint, &newest, &why));
	ck_assert_uint_eq(newest.id, 2);
}
END_TEST

START_TEST(saving_does_not_undo_counting)
{
	own(store) struct store *s = open_new();
	own(incident) struct incident i = an_incident("A");
	ok(store_incident_add(s, &i, &why));
	ok(store_incident_seen(s, i.id, 41, 500, 9000, &why));
	incident_set(&i.reason, "decided meanwhile");
	i.state = STATE_DIAGNOSING;
	ok(store_incident_save(s, &i, &why));
	own(incident) struct incident back = { 0 };
	ok(store_incident_get(s, i.id, &back, &why));
	ck_assert_uint_eq(back.count, 42);
	ck_assert_int_eq(back.first_ns, 500);
	ck_assert_int_eq(back.last_ns, 9000);
	ck_assert_str_eq(back.reason, "decided meanwhile");
	/* 0 is no time. */
	ok(store_incident_seen(s, i.id, 1, 0, 0, &why));
	incident_free(&back);
	ok(store_incident_get(s, i.id, &back, &why));
	ck_assert_int_eq(back.first_ns, 500);
	ck_assert_int_eq(store_incident_seen(s, 99, 1, 0, 0, NULL), -ENOENT);
	i.id = 99;
	ck_assert_int_eq(store_incident_save(s, &i, NULL), -ENOENT);
}
END_TEST

START_TEST(incidents_are_listed_by_what_is_asked)
{
	own(store) struct store *s = open_new();
	static const char *const tables[] = { "A", "B", "C", "D" };
	for (size_t k = 0; k < ELEMENTS(tables); k++) {
		own(incident) struct incident i = an_incident(tables[k]);
		if (k == 1)
			i.state = STATE_CLOSED;
		if (k == 3)
			i.state = STATE_NOT_CONFIRMED;
		ok(store_incident_add(s, &i, &why));
	}
	static const struct {
		struct incident_filter filter;
		size_t n;
	} rows[] = {
		{ { .class = -1 }, 4 },
		{ { .class = -1, .live = true }, 2 },
		{ { .class = -1, .most = 1 }, 1 },
		{ { .class = CLASS_MISSING_TABLE, .app = "shop" }, 4 },
		{ { .class = CLASS_MISSING_COLUMN }, 0 },
		{ { .class = -1, .app = "other" }, 0 },
	};
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		struct incident *list;
		size_t n;
		ok(store_incidents(s, &rows[k].filter, &list, &n, &why));
		ck_assert_uint_eq(n, rows[k].n);
		if (n > 1)
			ck_assert_uint_gt(list[0].id, list[1].id);
		incident_list_free(list, n);
	}
}
END_TEST

START_TEST(findings_are_replaced_and_moments_added)
{
	own(store) struct store *s = open_new();
	own(incident) struct incident i = an_incident("A");
	ok(store_incident_add(s, &i, &why));
	struct finding two[] = {
		{ (char *)"table-exists", ANSWER_NO, (char *)"it does not" },
		{ (char *)"history-clean", ANSWER_UNKNOWN, (char *)"locked" },
	};
	ok(store_findings_put(s, i.id, two, 2, &why));
	ok(store_findings_put(s, i.id, two + 1, 1, &why));
	struct finding *list;
	size_t n;
	ok(store_findings(s, i.id, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(list[0].name, "history-clean");
	ck_assert_int_eq(list[0].answer, ANSWER_UNKNOWN);
	finding_list_free(list, n);
	ok(store_moment_add(s, i.id, NOW, "state", "opened", &why));
	ok(store_moment_add(s, i.id, NOW, "decision", "report", &why));
	struct moment *moments;
	ok(store_moments(s, i.id, &moments, &n, &why));
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(moments[0].text, "opened");
	ck_assert_str_eq(moments[1].kind, "decision");
	moments_free(moments, n);
	/* Nothing belongs to an incident that does not exist. */
	ck_assert_int_lt(store_moment_add(s, 99, NOW, "x", "y", NULL), 0);
}
END_TEST

START_TEST(an_intent_is_stored_once)
{
	own(store) struct store *s = open_new();
	own(incident) struct incident i = an_incident("A");
	ok(store_incident_add(s, &i, &why));
	struct attempt a = { .incident = i.id,
		.number = 1,
		.key = "0d1c4d4e-0000-4000-8000-000000000001",
		.database = (char *)"db:5432/moving",
		.started = NOW };
	ok(store_attempt_add(s, &a, &why));
	ck_assert_int_eq(store_attempt_add(s, &a, NULL), -EEXIST);
	struct attempt again = a;
	again.key[35] = '2';
	ck_assert_int_eq(store_attempt_add(s, &again, NULL), -EEXIST);
	struct attempt *list;
	size_t n;
	ok(store_attempts(s, i.id, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(list[0].ended, 0);
	ck_assert_str_eq(list[0].key, a.key);
	attempts_free(list, n);
	a.ended = NOW + 5;
	a.outcome = OUTCOME_APPLIED;
	a.text = (char *)"committed";
	ok(store_attempt_end(s, &a, &why));
	ck_assert_int_eq(store_attempt_end(s, &again, NULL), -ENOENT);
	ok(store_attempts(s, i.id, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(list[0].outcome, OUTCOME_APPLIED);
	ck_assert_str_eq(list[0].text, "committed");
	attempts_free(list, n);
}
END_TEST

START_TEST(past_attempts_are_those_of_the_database_newest_first)
{
	own(store) struct store *s = open_new();
	own(incident) struct incident i = an_incident("A");
	ok(store_incident_add(s, &i, &why));
	for (uint32_t k = 1; k <= 4; k++) {
		struct attempt a = { .incident = i.id,
			.number = k,
			.database = (char *)(k == 4 ? "other" : "db"),
			.started = NOW - (5 - k) * USEC_HOUR,
			.ended = k == 1 ? 0 : NOW,
			.failed = k == 3 };
		snprintf(a.key, sizeof(a.key), "key-%u", k);
		ok(store_attempt_add(s, &a, &why));
	}
	struct past_attempt *list;
	size_t n;
	ok(store_past_attempts(s, "db", &list, &n, &why));
	ck_assert_uint_eq(n, 3);
	ck_assert(list[0].failed);
	ck_assert_uint_gt(list[0].started, list[1].started);
	ck_assert_uint_eq(list[2].ended, 0);
	free(list);
}
END_TEST

START_TEST(past_attempts_stand_in_their_order_whatever_the_clock_said)
{
	own(store) struct store *s = open_new();
	own(incident) struct incident i = an_incident("A");
	ok(store_incident_add(s, &i, &why));
	for (uint32_t k = 1; k <= 3; k++) {
		struct attempt a = { .incident = i.id,
			.number = k,
			.database = (char *)"db",
			.started = NOW - k, /* it was set back in between */
			.failed = k == 3 };
		snprintf(a.key, sizeof(a.key), "key-%u", k);
		ok(store_attempt_add(s, &a, &why));
	}
	struct past_attempt *list;
	size_t n;
	ok(store_past_attempts(s, "db", &list, &n, &why));
	ck_assert_uint_eq(n, 3);
	ck_assert(list[0].failed);
	ck_assert_uint_eq(list[2].started, NOW - 1);
	free(list);
}
END_TEST

START_TEST(what_was_held_back_is_no_past_attempt_once_it_ended)
{
	own(store) struct store *s = open_new();
	own(incident) struct incident i = an_incident("A");
	ok(store_incident_add(s, &i, &why));
	static const enum outcome outcomes[] = { OUTCOME_HELD_BACK,
		OUTCOME_HELD_PARTLY, OUTCOME_HELD_BACK, OUTCOME_APPLIED };
	for (uint32_t k = 0; k < ELEMENTS(outcomes); k++) {
		struct attempt a = { .incident = i.id,
			.number = k + 1,
			.database = (char *)"db",
			.started = NOW + k };
		snprintf(a.key, sizeof(a.key), "key-%u", k);
		ok(store_attempt_add(s, &a, &why));
		a.outcome = outcomes[k];
		a.ended = k == 2 ? 0 : NOW + 9;
		ok(store_attempt_end(s, &a, &why));
	}
	struct past_attempt *list;
	struct attempt *open;
	size_t n;
	ok(store_past_attempts(s, "db", &list, &n, &why));
	ck_assert_uint_eq(n, 3);
	ck_assert_uint_eq(list[0].started, NOW + 3);
	ck_assert_uint_eq(list[1].started, NOW + 2);
	ck_assert_uint_eq(list[1].ended, 0);
	ck_assert_uint_eq(list[2].started, NOW + 1);
	free(list);
	ok(store_attempts_under_way(s, &open, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(open[0].key, "key-2");
	attempts_free(open, n);
}
END_TEST

/* An incident with an attempt that applied a proposal. */
static uint64_t
add_uncommitted(struct store *s, const char *table, const char *key)
{
	own(incident) struct incident i = an_incident(table);
	ok(store_incident_add(s, &i, &why));
	struct attempt a = { .incident = i.id,
		.number = 1,
		.database = (char *)"db",
		.started = NOW };
	snprintf(a.key, sizeof(a.key), "%s", key);
	ok(store_attempt_add(s, &a, &why));
	struct result r = { .proposal = { .name = (char *)"2026_event",
				    .folder = (char *)"/p/2026_event" } };
	memset(r.proposal.checksum, 'c', SHA256_HEX - 1);
	attempt_take_proposal(&a, &r);
	ok(store_attempt_end(s, &a, &why));
	proposal_free(&a.proposal);
	return i.id;
}

START_TEST(a_proposal_is_remembered_until_its_reminder_ends)
{
	own(store) struct store *s = open_new();
	uint64_t first = add_uncommitted(s, "A", "key-1");
	uint64_t second = add_uncommitted(s, "B", "key-2");
	struct attempt *list;
	size_t n;
	ok(store_uncommitted(s, 0, &list, &n, &why));
	ck_assert_uint_eq(n, 2);
	attempts_free(list, n);
	ok(store_uncommitted(s, first, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(list[0].proposal.name, "2026_event");
	ck_assert_str_eq(list[0].proposal.folder, "/p/2026_event");
	ck_assert_uint_eq(strspn(list[0].proposal.checksum, "c"), 64);
	ck_assert_int_eq(list[0].deployed, ANSWER_UNKNOWN);
	ck_assert_ptr_null(list[0].deployed_text);
	list[0].deployed = ANSWER_NO;
	list[0].deployed_text = xstrdup("it has it not");
	ok(store_attempt_end(s, &list[0], &why));
	attempts_free(list, n);
	ok(store_uncommitted(s, first, &list, &n, &why));
	ck_assert_int_eq(list[0].deployed, ANSWER_NO);
	ck_assert_str_eq(list[0].deployed_text, "it has it not");
	attempts_free(list, n);
	ok(store_uncommitted_end(s, first, &why));
	ok(store_uncommitted(s, 0, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(list[0].incident, second);
	attempts_free(list, n);
	/* What it was stays known. */
	ok(store_attempts(s, first, &list, &n, &why));
	ck_assert_str_eq(list[0].proposal.name, "2026_event");
	ck_assert(!list[0].uncommitted);
	attempts_free(list, n);
}
END_TEST

START_TEST(looks_are_counted_by_app)
{
	own(store) struct store *s = open_new();
	ok(store_look_add(s, "shop", NOW - 2 * USEC_DAY, &why));
	ok(store_look_add(s, "shop", NOW, &why));
	ok(store_look_add(s, "blog", NOW, &why));
	usec *list;
	size_t n;
	ok(store_looks(s, "shop", 0, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(list[0], NOW);
	free(list);
	ok(store_look_add(s, "shop", NOW + 1, &why));
	ok(store_look_undo(s, "shop", &why));
	ok(store_looks(s, "shop", 0, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(list[0], NOW);
	free(list);
	ok(store_look_undo(s, "nobody", &why));
}
END_TEST

START_TEST(faults_wait_counted_until_the_target_is_known)
{
	own(store) struct store *s = open_new();
	struct fault f = a_fault("A");
	ok(store_unplaced_add(s, "shop", "r", &f, &why));
	ok(store_unplaced_add(s, "shop", "r", &f, &why));
	ok(store_unplaced_add(s, "blog", "r", &f, &why));
	struct unplaced *list;
	size_t n;
	ok(store_unplaced_take(s, "shop", &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(list[0].count, 2);
	ck_assert_int_eq(list[0].class, CLASS_MISSING_TABLE);
	ck_assert(object_eq(&list[0].object, &f.object));
	ck_assert_uint_eq(strlen(list[0].sample), 10);
	unplaced_free(list, n);
	ok(store_unplaced_take(s, "shop", &list, &n, &why));
	ck_assert_uint_eq(n, 0);
	fault_free(&f);
}
END_TEST

START_TEST(whoever_writes_log_lines_does_not_fill_the_disk)
{
	own(store) struct store *s = open_new();
	ok(store_begin(s, &why));
	for (int i = 0; i < 1000; i++) {
		own(str) char *table = xprintf("T%d", i);
		struct fault f = a_fault(table);
		ok(store_unplaced_add(s, "shop", "r", &f, &why));
		fault_free(&f);
	}
	ok(store_commit(s, &why));
	struct unplaced *list;
	size_t n;
	uint64_t count = 0;
	ok(store_unplaced_take(s, "shop", &list, &n, &why));
	ck_assert_uint_le(n, 201);
	for (size_t i = 0; i < n; i++)
		count += list[i].count;
	ck_assert_uint_eq(count, 1000);
	unplaced_free(list, n);
}
END_TEST

START_TEST(a_target_is_kept_without_secrets)
{
	own(store) struct store *s = open_new();
	struct target t = { (char *)"db", (char *)"5432", (char *)"moving",
		(char *)"public" };
	own(target) struct target back = { 0 };
	ck_assert_int_eq(store_target_get(s, "shop", &back, NULL), -ENOENT);
	ok(store_target_put(s, "shop", &t, NOW, &why));
	ok(store_target_put(s, "shop", &t, NOW, &why));
	ok(store_target_get(s, "shop", &back, &why));
	own(str) char *database = target_database(&back);
	ck_assert_str_eq(database, "db:5432/moving");
	ck_assert_str_eq(back.schema, "public");
}
END_TEST

static uint64_t
queue(struct store *s, const char *notify, const char *text)
{
	struct outgoing o = { .notify = (char *)notify,
		.kind = (char *)"cause",
		.text = (char *)text,
		.queued = NOW,
		.due = NOW };
	ok(store_outbox_add(s, &o, &why));
	return o.id;
}

static void
assert_next(struct store *s, char *const *busy, const char *text)
{
	own(outgoing) struct outgoing o = { 0 };
	int r = store_outbox_next(s, busy, &o, NULL);
	if (!text) {
		ck_assert_int_eq(r, -ENOENT);
		return;
	}
	ck_assert_int_eq(r, 0);
	ck_assert_str_eq(o.text, text);
}

START_TEST(each_target_gets_its_notices_in_order_and_waits_for_no_other)
{
	own(store) struct store *s = open_new();
	uint64_t one = queue(s, "ops", "one");
	queue(s, "ops", "two");
	uint64_t three = queue(s, "dev", "three");
	char *busy[] = { (char *)"dev", NULL };
	assert_next(s, busy, "one");
	ok(store_outbox_later(s, one, NOW + 50, "503", &why));
	/* Two does not overtake one. */
	assert_next(s, busy, "one");
	assert_next(s, NULL, "three");
	ok(store_outbox_sent(s, three, NOW, &why));
	assert_next(s, NULL, "one");
	ok(store_outbox_give_up(s, one, "404", &why));
	assert_next(s, NULL, "two");
	uint64_t waiting, given_up;
	ok(store_outbox_count(s, &waiting, &given_up, &why));
	ck_assert_uint_eq(waiting, 1);
	ck_assert_uint_eq(given_up, 1);
	assert_next(s, (char *[]){ (char *)"ops", NULL }, NULL);
}
END_TEST

START_TEST(a_pause_survives_and_ends)
{
	own(store) struct store *s = open_new();
	usec since = 9;
	ok(store_paused(s, &since, &why));
	ck_assert_uint_eq(since, 0);
	ok(store_pause(s, NOW, &why));
	store_close(take(s));
	s = open_again();
	ok(store_paused(s, &since, &why));
	ck_assert_uint_eq(since, NOW);
	ok(store_value_put(s, "paused", "nonsense", &why));
	ok(store_paused(s, &since, &why));
	ck_assert_uint_ne(since, 0);
	own(incident) struct incident i = an_incident("A");
	i.state = STATE_WAITING;
	i.wait_until = NOW;
	ok(store_incident_add(s, &i, &why));
	ok(store_resume(s, &why));
	own(incident) struct incident back = { 0 };
	ok(store_incident_get(s, i.id, &back, &why));
	ck_assert_uint_eq(back.wait_until, 0);
	ok(store_paused(s, &since, &why));
	ck_assert_uint_eq(since, 0);
}
END_TEST

START_TEST(what_was_not_confirmed_can_be_made_due_for_one_app)
{
	own(store) struct store *s = open_new();
	static const enum incident_state states[] = { STATE_NOT_CONFIRMED,
		STATE_NOT_CONFIRMED, STATE_REPORTED };
	static const usec due[] = { NOW + USEC_HOUR, NOW - USEC_HOUR,
		NOW + USEC_HOUR };
	static const usec then[] = { NOW, NOW - USEC_HOUR, NOW + USEC_HOUR };
	for (int other = 0; other < 2; other++) {
		for (size_t k = 0; k < ELEMENTS(states); k++) {
			own(incident) struct incident i = an_incident("A");
			incident_set(&i.app, other ? "other" : "shop");
			i.state = states[k];
			i.recheck_due = due[k];
			ok(store_incident_add(s, &i, &why));
		}
	}
	ok(store_looks_due(s, "shop", NOW, &why));
	for (size_t k = 0; k < 2 * ELEMENTS(states); k++) {
		own(incident) struct incident i = { 0 };
		ok(store_incident_get(s, k + 1, &i, &why));
		ck_assert_uint_eq(i.recheck_due,
			k < ELEMENTS(states) ? then[k]
					     : due[k - ELEMENTS(states)]);
	}
}
END_TEST

CHECK_MAIN("store", what_was_not_confirmed_can_be_made_due_for_one_app,
	an_incident_comes_back_as_it_was, saving_does_not_undo_counting,
	incidents_are_listed_by_what_is_asked,
	findings_are_replaced_and_moments_added, an_intent_is_stored_once,
	past_attempts_are_those_of_the_database_newest_first,
	past_attempts_stand_in_their_order_whatever_the_clock_said,
	what_was_held_back_is_no_past_attempt_once_it_ended,
	a_proposal_is_remembered_until_its_reminder_ends,
	looks_are_counted_by_app, faults_wait_counted_until_the_target_is_known,
	whoever_writes_log_lines_does_not_fill_the_disk,
	a_target_is_kept_without_secrets,
	each_target_gets_its_notices_in_order_and_waits_for_no_other,
	a_pause_survives_and_ends)
