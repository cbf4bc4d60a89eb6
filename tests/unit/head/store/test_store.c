#include "config.h"
#include "head/store/store.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/escape.h"
#include "head/store/sqlite/db.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/schema.h"
#include "support/check_main.h"

#define NOW (1000 * USEC_DAY)

static char *folder, *path;

static struct store *
open_again(void)
{
	struct why why = { "" };
	struct store *s;
	ck_assert_msg(store_open(path, &s, &why) == 0, "%s", why.text);
	return s;
}

static struct store *
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

static struct fault
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

static struct incident
an_incident(const char *table)
{
	struct fault f = a_fault(table);
	struct incident i;
	incident_init(&i, "shop", "prisma-p2021", &f, NOW);
	fault_free(&f);
	return i;
}

START_TEST(a_folder_is_made_for_its_owner_alone)
{
	own(store) struct store *s = open_new();
	struct stat st;
	ck_assert_int_eq(stat(folder, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
}
END_TEST

START_TEST(a_second_opener_is_told_who_has_it)
{
	own(store) struct store *s = open_new();
	struct why why;
	struct store *second = NULL;
	ck_assert_int_eq(store_open(path, &second, &why), -EWOULDBLOCK);
	ck_assert_ptr_null(second);
	own(str) char *pid = xprintf("process %d ", (int)getpid());
	ck_assert_ptr_nonnull(strstr(why.text, pid));
	ck_assert_ptr_nonnull(strstr(why.text, path));
	store_close(take(s));
	s = open_again();
}
END_TEST

START_TEST(a_position_moves_only_from_where_it_is)
{
	own(store) struct store *s = open_new();
	struct checkpoint p = { .id = 77,
		.app = (char *)"shop",
		.path = (char *)"/x-json.log",
		.at = { { 10, 12 }, 0xffffffffffffffffu },
		.moved = NOW };
	struct position to = { { 100, 90 }, 5 }, other = { { 10, 12 }, 6 };
	struct position back;
	struct why ignored;
	ck_assert_int_eq(
		store_checkpoint_at(s, p.id, &back, &ignored), -ENOENT);
	ck_assert_int_eq(
		store_checkpoint_move(s, p.id, &p.at, &to, NOW, NULL), -ESTALE);
	ok(store_checkpoint_add(s, &p, &why));
	ck_assert_int_eq(store_checkpoint_move(s, p.id, &other, &to, NOW, NULL),
		-ESTALE);
	ok(store_checkpoint_move(s, p.id, &p.at, &to, NOW + 1, &why));
	ck_assert_int_eq(
		store_checkpoint_move(s, p.id, &p.at, &to, NOW, NULL), -ESTALE);
	store_close(take(s));
	s = open_again();
	ok(store_checkpoint_at(s, p.id, &back, &why));
	ck_assert(position_eq(&back, &to));
	ok(store_checkpoint_set(s, p.id, &other, NOW + 2, &why));
	struct checkpoint *list;
	size_t n;
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(list[0].id, p.id);
	ck_assert_str_eq(list[0].app, "shop");
	ck_assert_str_eq(list[0].path, "/x-json.log");
	ck_assert_ptr_null(list[0].container);
	ck_assert(position_eq(&list[0].at, &other));
	ck_assert_uint_eq(list[0].moved, NOW + 2);
	ck_assert_uint_eq(list[0].n_files, 0);
	checkpoints_free(list, n);
}
END_TEST

START_TEST(a_log_is_forgotten_with_its_files)
{
	own(store) struct store *s = open_new();
	struct checkpoint p = { .app = (char *)"shop", .path = (char *)"/x" };
	ok(store_checkpoint_add(s, &p, &why));
	static const struct checkpoint_file files[] = { { (char *)"b", 900 },
		{ (char *)"a", 10 }, { (char *)"c", 900 } };
	for (size_t i = 0; i < ELEMENTS(files); i++)
		ok(store_file_put(s, p.id, &files[i], &why));
	struct checkpoint *list;
	size_t n;
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(list[0].n_files, 3);
	/* Oldest first, also where a file was empty. */
	ck_assert_str_eq(list[0].files[0].key, "a");
	ck_assert_str_eq(list[0].files[1].key, "b");
	ck_assert_str_eq(list[0].files[2].key, "c");
	ck_assert_uint_eq(list[0].files[2].base, 900);
	checkpoints_free(list, n);
	ok(store_file_forget(s, "a", &why));
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(list[0].n_files, 2);
	checkpoints_free(list, n);
	ok(store_checkpoint_forget(s, p.id, &why));
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(n, 0);
	/* Its number is not given to another log, nor are its files. */
	uint64_t old = p.id;
	ok(store_checkpoint_add(s, &p, &why));
	ck_assert_uint_gt(p.id, old);
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(list[0].n_files, 0);
	checkpoints_free(list, n);
}
END_TEST

START_TEST(positions_of_the_first_schema_are_kept)
{
	store_close(open_new());
	ck_assert_int_eq(unlink(path), 0);
	own(db) struct db *db = NULL;
	ok(db_open(path, &db, &why));
	ok(db_upgrade(db, store_schema, 1, &why));
	struct queries *queries = queries_new(db);
	ok(query_run(query_of(queries,
			     "INSERT INTO place VALUES ('k1', 'shop', 'c', "
			     "'/c-json.log.1', 5, 7, 9, 11), "
			     "('k2', 'blog', NULL, '/x', 1, 2, 3, 4)"),
		&why));
	queries_free(queries);
	db_close(take(db));
	own(store) struct store *s = open_again();
	struct checkpoint *list;
	size_t n;
	ok(store_checkpoints(s, &list, &n, &why));
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(list[0].path, "/c-json.log");
	ck_assert_str_eq(list[0].container, "c");
	ck_assert(position_eq(&list[0].at, &(struct position){ { 5, 7 }, 9 }));
	ck_assert_uint_eq(list[0].moved, 11);
	ck_assert_uint_eq(list[0].n_files, 1);
	ck_assert_str_eq(list[0].files[0].key, "k1");
	ck_assert_uint_eq(list[0].files[0].base, 0);
	ck_assert_str_eq(list[1].path, "/x");
	ck_assert_str_eq(list[1].files[0].key, "k2");
	checkpoints_free(list, n);
}
END_TEST

START_TEST(a_batch_is_stored_whole_or_not_at_all)
{
	own(store) struct store *s = open_new();
	struct checkpoint p = { .app = (char *)"shop", .path = (char *)"/x" };
	struct position to = { { 7, 7 }, 7 };
	ok(store_checkpoint_add(s, &p, &why));
	ok(store_begin(s, &why));
	struct incident i = an_incident("A");
	ok(store_incident_add(s, &i, &why));
	ok(store_checkpoint_move(s, p.id, &p.at, &to, NOW, &why));
	store_rollback(s);
	struct position back;
	ok(store_checkpoint_at(s, p.id, &back, &why));
	ck_assert(position_eq(&back, &p.at));
	struct incident none;
	ck_assert_int_eq(store_incident_get(s, i.id, &none, NULL), -ENOENT);
	incident_free(&i);
}
END_TEST

START_TEST(gaps_are_kept_newest_first)
{
	own(store) struct store *s = open_new();
	for (unsigned i = 0; i < 3; i++) {
		struct gap g = { .key = (char *)"k",
			.app = (char *)"shop",
			.path = (char *)"/x",
			.from = i,
			.at = NOW + i,
			.reason = (char *)"it was truncated" };
		ok(store_gap_add(s, &g, &why));
	}
	struct gap *list;
	size_t n;
	ok(store_gaps(s, 2, &list, &n, &why));
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(list[0].from, 2);
	ck_assert_str_eq(list[1].reason, "it was truncated");
	gaps_free(list, n);
}
END_TEST

/* Every field that the table of columns names. */
static struct incident
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
	ok(store_past_attempts(s, "db", NOW - 3 * USEC_HOUR, &list, &n, &why));
	/* The first began before, and has no end. */
	ck_assert_uint_eq(n, 3);
	ck_assert(list[0].failed);
	ck_assert_uint_gt(list[0].started, list[1].started);
	ck_assert_uint_eq(list[2].ended, 0);
	free(list);
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

/* Commits one incident after the other and says so, until it is killed. */
static void
write_until_killed(int told)
{
	struct store *s = NULL;
	if (store_open(path, &s, NULL) < 0)
		_exit(1);
	for (;;) {
		struct incident i = an_incident("A");
		if (store_begin(s, NULL) < 0 ||
			store_incident_add(s, &i, NULL) < 0 ||
			store_moment_add(s, i.id, NOW, "state", "x", NULL) <
				0 ||
			store_commit(s, NULL) < 0)
			_exit(1);
		if (write(told, &i.id, sizeof(i.id)) < 0)
			_exit(1);
		incident_free(&i);
	}
}

START_TEST(what_was_told_as_stored_survives_kill_9)
{
	store_close(open_new());
	int pipe_[2];
	ck_assert_int_eq(pipe(pipe_), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		write_until_killed(pipe_[1]);
	close(pipe_[1]);
	uint64_t last = 0, id;
	while (last < 50 && read(pipe_[0], &id, sizeof(id)) == sizeof(id))
		last = id;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	while (read(pipe_[0], &id, sizeof(id)) == sizeof(id))
		last = id;
	ck_assert_uint_ge(last, 50);
	/* The lock died with its holder. */
	own(store) struct store *s = open_again();
	for (id = 1; id <= last; id++) {
		own(incident) struct incident i = { 0 };
		ok(store_incident_get(s, id, &i, &why));
		struct moment *list;
		size_t n;
		ok(store_moments(s, id, &list, &n, &why));
		ck_assert_uint_eq(n, 1);
		moments_free(list, n);
	}
}
END_TEST

START_TEST(a_full_disk_is_told_and_loses_nothing)
{
	own(str) char *base = scratch_folder();
	if (mount("tmpfs", base, "tmpfs", 0, "size=400k") < 0) {
		fprintf(stderr,
			"full disk not tested: cannot mount a tmpfs "
			"here\n");
		rmdir(base);
		return;
	}
	path = xprintf("%s/logmend.db", base);
	struct store *s = open_again();
	struct why full = { "" };
	uint64_t stored = 0;
	int r = 0;
	while (r == 0 && stored < 10000) {
		own(incident) struct incident i = a_full_incident();
		r = store_begin(s, &full);
		if (r == 0)
			r = store_incident_add(s, &i, &full);
		if (r == 0)
			r = store_commit(s, &full);
		else
			store_rollback(s);
		stored += r == 0;
	}
	ck_assert_int_eq(r, -ENOSPC);
	ck_assert_ptr_nonnull(strstr(full.text, "disk is full"));
	ck_assert_uint_gt(stored, 5);
	store_close(s);
	s = open_again();
	struct incident *list;
	size_t n;
	struct incident_filter all = { .class = -1 };
	ok(store_incidents(s, &all, &list, &n, &why));
	ck_assert_uint_eq(n, stored);
	incident_list_free(list, n);
	store_close(s);
	umount(base);
	rmdir(base);
}
END_TEST

CHECK_MAIN("store", a_folder_is_made_for_its_owner_alone,
	a_second_opener_is_told_who_has_it,
	a_position_moves_only_from_where_it_is,
	a_log_is_forgotten_with_its_files,
	positions_of_the_first_schema_are_kept,
	a_batch_is_stored_whole_or_not_at_all, gaps_are_kept_newest_first,
	an_incident_comes_back_as_it_was, saving_does_not_undo_counting,
	incidents_are_listed_by_what_is_asked,
	findings_are_replaced_and_moments_added, an_intent_is_stored_once,
	past_attempts_are_those_of_the_database_newest_first,
	looks_are_counted_by_app, faults_wait_counted_until_the_target_is_known,
	whoever_writes_log_lines_does_not_fill_the_disk,
	a_target_is_kept_without_secrets,
	each_target_gets_its_notices_in_order_and_waits_for_no_other,
	a_pause_survives_and_ends, what_was_told_as_stored_survives_kill_9,
	a_full_disk_is_told_and_loses_nothing)
