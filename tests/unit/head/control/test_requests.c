#include "config.h"
#include "head/control/requests.h"

#include <errno.h>
#include <jansson.h>
#include <unistd.h>

#include "base/escape.h"
#include "head/head.h"
#include "head/notices/notice.h"
#include "head/store/sqlite/db.h"
#include "head/store/sqlite/query.h"
#include "support/check_main.h"

#define NOW (20000 * USEC_DAY)

static char *approvers[] = { (char *)"4711", (char *)"no-such-user-here",
	NULL };
static struct policy policy = { .approval = 30 * USEC_MINUTE };
static struct app shop = { .name = (char *)"shop", .policy = &policy };
static struct settings settings = { .approvers = approvers,
	.apps = &shop,
	.n_apps = 1,
	.freeze_file = (char *)"/nonexistent/freeze" };
static struct store *store;
static uint64_t changed_id;
static int paused_calls;

static void
on_changed(uint64_t id, void *arg)
{
	(void)arg;
	changed_id = id;
}

static void
on_paused(bool paused, void *arg)
{
	(void)arg;
	paused_calls += paused ? 1 : 10;
}

static void
on_status(json_t *status, void *arg)
{
	(void)arg;
	json_object_set_new(status, "sources", json_array());
}

static void
set_up(void)
{
	own(str) char *folder = scratch_folder();
	settings.store = xprintf("%s/logmend.db", folder);
	ck_assert_int_eq(store_open(settings.store, &store, NULL), 0);
}

static json_t *
ask_as(uid_t uid, json_t *request, usec now)
{
	const struct requests v = { .settings = &settings,
		.store = store,
		.status = on_status,
		.changed = on_changed,
		.paused = on_paused };
	json_t *reply = requests_answer(&v, request, uid, now);
	json_decref(request);
	ck_assert_ptr_nonnull(reply);
	return reply;
}

static int
code_of(json_t *reply)
{
	int code = (int)json_integer_value(json_object_get(reply, "exit"));
	ck_assert(code == 0 || json_is_string(json_object_get(reply, "error")));
	json_decref(reply);
	return code;
}

static json_t *
about(const char *verb, uint64_t id)
{
	return json_pack("{s:s, s:I}", "verb", verb, "id", (json_int_t)id);
}

static json_t *
approval(uint64_t id, const char *code)
{
	json_t *request = about("approve", id);
	json_object_set_new(request, "code", json_string(code));
	return request;
}

static uint64_t
add(enum incident_state state)
{
	struct fault f = { .class = CLASS_MISSING_TABLE, .count = 1 };
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	object_set(&f.object, OBJECT_TABLE, SPAN("T"));
	own(incident) struct incident i;
	incident_init(&i, "shop", "prisma-p2021", &f, NOW);
	fault_free(&f);
	i.state = state;
	memcpy(i.code, "1a2b3c4d", APPROVAL_CODE);
	i.expires = NOW + USEC_HOUR;
	ck_assert_int_eq(store_incident_add(store, &i, NULL), 0);
	return i.id;
}

static struct incident
get(uint64_t id)
{
	struct incident i;
	ck_assert_int_eq(store_incident_get(store, id, &i, NULL), 0);
	return i;
}

/* Its question shows only a part of its plan. */
static uint64_t
add_cut(const char *listing)
{
	uint64_t id = add(STATE_AWAITING_APPROVAL);
	own(incident) struct incident i = get(id);
	i.plan.remedy = xstrdup("prisma");
	i.plan.reason = xstrdup("it asks");
	memset(i.plan.hash, 'a', SHA256_HEX - 1);
	i.plan.statements = 42;
	i.plan.cut = true;
	ck_assert_int_eq(store_incident_save(store, &i, NULL), 0);
	if (listing)
		ck_assert_int_eq(store_listing_put(
					 store, id, i.plan.hash, listing, NULL),
			0);
	return id;
}

START_TEST(a_plan_that_was_cut_is_approved_only_by_who_had_it_printed)
{
	set_up();
	uint64_t id = add_cut("DROP TABLE x\n");
	json_t *refusal = ask_as(0, approval(id, "1a2b3c4d"), NOW);
	ck_assert_ptr_nonnull(strstr(
		json_string_value(json_object_get(refusal, "error")),
		"the plan's 42 statements. Read all of it with `logmend show 1 "
		"--plan`"));
	ck_assert_int_eq(code_of(refusal), 1);
	/* To another user, who may look, it says nothing about this one. */
	ck_assert_int_eq(code_of(ask_as(4711, about("plan", id), NOW)), 0);
	ck_assert_int_eq(code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW)), 1);
	json_t *plan = ask_as(0, about("plan", id), NOW);
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_object_get(plan, "answer"), "listing")),
		"DROP TABLE x\n");
	ck_assert_int_eq(code_of(plan), 0);
	ck_assert_int_eq(code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW)), 0);
}
END_TEST

START_TEST(a_plan_that_changed_must_be_printed_anew)
{
	set_up();
	uint64_t id = add_cut("SELECT 1\n");
	ck_assert_int_eq(code_of(ask_as(0, about("plan", id), NOW)), 0);
	own(incident) struct incident i = get(id);
	memset(i.plan.hash, 'b', SHA256_HEX - 1);
	ck_assert_int_eq(store_incident_save(store, &i, NULL), 0);
	ck_assert_int_eq(code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW)), 1);
	/* The listing that is stored is the old plan's. */
	ck_assert_int_eq(code_of(ask_as(0, about("plan", id), NOW)), 1);
	ck_assert_int_eq(code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW)), 1);
}
END_TEST

START_TEST(a_plan_without_a_listing_cannot_be_approved)
{
	set_up();
	uint64_t id = add_cut(NULL);
	json_t *refusal = ask_as(0, about("plan", id), NOW);
	ck_assert_ptr_nonnull(
		strstr(json_string_value(json_object_get(refusal, "error")),
			"cannot be approved: apply it by hand"));
	ck_assert_int_eq(code_of(refusal), 1);
	ck_assert_int_eq(code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW)), 1);
	ck_assert_int_eq(
		code_of(ask_as(0, about("plan", add(STATE_OPEN)), NOW)), 1);
}
END_TEST

START_TEST(the_right_code_in_time_approves_once)
{
	set_up();
	uint64_t id = add(STATE_AWAITING_APPROVAL);
	ck_assert_int_eq(code_of(ask_as(0, approval(id, "1a2b3c4e"), NOW)), 1);
	ck_assert_int_eq(code_of(ask_as(0, approval(id, "1a2b3c4"), NOW)), 1);
	ck_assert_int_eq(code_of(ask_as(0, approval(id, ""), NOW)), 1);
	ck_assert_int_eq(
		code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW + USEC_HOUR)),
		1);
	ck_assert_uint_eq(changed_id, 0);
	ck_assert_int_eq(
		code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW + 5)), 0);
	ck_assert_uint_eq(changed_id, id);
	own(incident) struct incident i = get(id);
	ck_assert_int_eq(i.state, STATE_AWAITING_APPROVAL);
	ck_assert_str_eq(i.approved_by, "root (uid 0)");
	ck_assert_uint_eq(i.approved_at, NOW + 5);
	/* It stands as long as a question does, from then on. */
	ck_assert_uint_eq(i.expires, NOW + 5 + 30 * USEC_MINUTE);
	/* Approving it again is no second approval. */
	changed_id = 0;
	ck_assert_int_eq(
		code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW + 9)), 0);
	ck_assert_uint_eq(changed_id, 0);
	struct moment *list;
	size_t n;
	ck_assert_int_eq(store_moments(store, id, &list, &n, NULL), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(list[0].kind, "approval");
	moments_free(list, n);
}
END_TEST

START_TEST(only_what_is_asked_can_be_approved)
{
	set_up();
	for (int s = STATE_OPEN; s < INCIDENT_STATES; s++) {
		uint64_t id = add((enum incident_state)s);
		ck_assert_int_eq(
			code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW)),
			s == STATE_AWAITING_APPROVAL ? 0 : 1);
	}
	ck_assert_int_eq(code_of(ask_as(0, approval(999, "1a2b3c4d"), NOW)), 1);
}
END_TEST

START_TEST(who_may_change_is_decided_by_uid)
{
	set_up();
	static const char *const changing[] = { "approve", "reject", "fix",
		"reset", "close", "pause", "resume" };
	uint64_t id = add(STATE_AWAITING_APPROVAL);
	for (size_t k = 0; k < ELEMENTS(changing); k++)
		ck_assert_int_eq(
			code_of(ask_as(4712, about(changing[k], id), NOW)), 1);
	own(incident) struct incident i = get(id);
	ck_assert_int_eq(i.state, STATE_AWAITING_APPROVAL);
	ck_assert_uint_eq(changed_id, 0);
	ck_assert_int_eq(
		code_of(ask_as(4711, approval(id, "1a2b3c4d"), NOW)), 0);
	incident_free(&i);
	i = get(id);
	ck_assert_str_eq(i.approved_by, "uid 4711");
	static const char *const reading[] = { "incidents", "status" };
	for (size_t k = 0; k < ELEMENTS(reading); k++)
		ck_assert_int_eq(
			code_of(ask_as(4712,
				json_pack("{s:s}", "verb", reading[k]), NOW)),
			0);
	ck_assert_int_eq(code_of(ask_as(4712, about("show", id), NOW)), 0);
}
END_TEST

START_TEST(rejecting_ends_the_question_and_any_approval)
{
	set_up();
	uint64_t id = add(STATE_AWAITING_APPROVAL);
	ck_assert_int_eq(code_of(ask_as(0, approval(id, "1a2b3c4d"), NOW)), 0);
	ck_assert_int_eq(code_of(ask_as(0, about("reject", id), NOW)), 0);
	own(incident) struct incident i = get(id);
	ck_assert_int_eq(i.state, STATE_REJECTED);
	ck_assert_ptr_null(i.approved_by);
	ck_assert_uint_eq(i.recheck_due, NOW + LIMITS_RECHECK_FIRST);
	ck_assert_int_eq(code_of(ask_as(0, about("reject", id), NOW)), 1);
}
END_TEST

START_TEST(whoever_was_told_of_it_is_told_that_it_was_rejected)
{
	set_up();
	struct notify ops = { .name = (char *)"ops" };
	const struct notify *targets[] = { &ops };
	struct app app = {
		.name = (char *)"shop", .notify = targets, .n_notify = 1
	};
	settings.apps = &app;
	settings.n_apps = 1;
	uint64_t silent = add(STATE_AWAITING_APPROVAL);
	uint64_t id = add(STATE_AWAITING_APPROVAL);
	own(incident) struct incident i = get(id);
	i.notices = 1u << NOTICE_CAUSE | 1u << NOTICE_QUESTION;
	ck_assert_int_eq(store_incident_save(store, &i, NULL), 0);
	ck_assert_int_eq(code_of(ask_as(0, about("reject", silent), NOW)), 0);
	ck_assert_int_eq(code_of(ask_as(0, about("reject", id), NOW)), 0);
	/* Closing what is over already is no second end. */
	ck_assert_int_eq(code_of(ask_as(0, about("close", id), NOW)), 0);
	struct outgoing *list;
	size_t n;
	ck_assert_int_eq(store_outbox_of(store, silent, &list, &n, NULL), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(store_outbox_of(store, id, &list, &n, NULL), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_ptr_nonnull(strstr(list[0].text, "rejected, nothing was"));
	outgoings_free(list, n);
	settings.n_apps = 0;
}
END_TEST

/* One that could be mended, in mode ask. */
static uint64_t
add_mendable(enum incident_state state)
{
	uint64_t id = add(state);
	own(incident) struct incident i = get(id);
	i.class = CLASS_MISSING_TABLE;
	i.breaker = true;
	i.rechecks = 3;
	ck_assert_int_eq(store_incident_save(store, &i, NULL), 0);
	policy.mode = MODE_ASK;
	settings.apps = &shop;
	settings.n_apps = 1;
	return id;
}

START_TEST(what_came_to_its_end_is_looked_at_again_when_somebody_wants_it)
{
	static const enum incident_state again[] = { STATE_REPORTED,
		STATE_EXPIRED, STATE_REJECTED, STATE_FAILED, STATE_IN_DOUBT,
		STATE_NOT_CONFIRMED };
	set_up();
	for (size_t k = 0; k < ELEMENTS(again); k++) {
		uint64_t id = add_mendable(again[k]);
		ck_assert_int_eq(code_of(ask_as(0, about("fix", id), NOW)), 0);
		own(incident) struct incident i = get(id);
		ck_assert_int_eq(i.state, STATE_DIAGNOSING);
		ck_assert(!i.breaker);
		ck_assert_uint_eq(i.rechecks, 0);
		ck_assert_uint_eq(changed_id, id);
	}
}
END_TEST

static void
ck_refuses_fix(uint64_t id, const char *part)
{
	json_t *reply = ask_as(0, about("fix", id), NOW);
	const char *text = json_string_value(json_object_get(reply, "error"));
	ck_assert_msg(text && strstr(text, part), "%s", text);
	ck_assert_int_eq(code_of(reply), 1);
}

START_TEST(what_is_under_way_or_over_says_why_it_is_not_looked_at)
{
	set_up();
	ck_refuses_fix(add_mendable(STATE_AWAITING_APPROVAL),
		"then `logmend approve 1 1a2b3c4d`");
	ck_refuses_fix(add_mendable(STATE_WAITING), "goes on by itself");
	ck_refuses_fix(add_mendable(STATE_MENDING), "is under way already");
	ck_refuses_fix(add_mendable(STATE_RESOLVED), "opens another one");
	ck_refuses_fix(add_mendable(STATE_CLOSED), "opens another one");
	uint64_t id = add_mendable(STATE_REPORTED);
	policy.mode = MODE_REPORT;
	ck_refuses_fix(id, "the mode of app shop is report, in which nothing");
	settings.n_apps = 0;
	ck_refuses_fix(id, "is not configured any more");
	ck_refuses_fix(999, "999");
}
END_TEST

START_TEST(a_breaker_that_is_reset_lets_its_incidents_be_decided_anew)
{
	set_up();
	uint64_t open = add_mendable(STATE_REPORTED);
	uint64_t busy = add_mendable(STATE_VERIFYING);
	json_t *reply = ask_as(0,
		json_pack("{s:s, s:s}", "verb", "reset", "app", "shop"), NOW);
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_object_get(reply, "answer"), "text")),
		"the breaker of app shop is closed: 2 incidents may be mended "
		"again");
	ck_assert_int_eq(code_of(reply), 0);
	own(incident) struct incident one = get(open);
	own(incident) struct incident two = get(busy);
	ck_assert(!one.breaker && !two.breaker);
	ck_assert_int_eq(one.state, STATE_DIAGNOSING);
	ck_assert_int_eq(two.state, STATE_VERIFYING);
	ck_assert_int_eq(
		code_of(ask_as(0,
			json_pack("{s:s, s:s}", "verb", "reset", "app", "shop"),
			NOW)),
		1);
	ck_assert_int_eq(code_of(ask_as(0,
				 json_pack("{s:s, s:s}", "verb", "reset", "app",
					 "nobody"),
				 NOW)),
		1);
}
END_TEST

START_TEST(everything_can_be_closed_but_what_touches_production)
{
	set_up();
	for (int s = STATE_OPEN; s < INCIDENT_STATES; s++) {
		uint64_t id = add((enum incident_state)s);
		bool busy = s == STATE_MENDING || s == STATE_VERIFYING;
		ck_assert_int_eq(code_of(ask_as(0, about("close", id), NOW)),
			busy || s == STATE_CLOSED);
		own(incident) struct incident i = get(id);
		ck_assert_int_eq(i.state, busy ? s : STATE_CLOSED);
	}
}
END_TEST

START_TEST(what_is_closed_is_not_closed_again)
{
	set_up();
	uint64_t id = add(STATE_CLOSED);
	json_t *reply = ask_as(0, about("close", id), NOW);
	ck_assert_str_eq(json_string_value(json_object_get(reply, "error")),
		"incident 1 is closed already");
	ck_assert_int_eq(code_of(reply), 1);
	struct moment *list;
	size_t n;
	ck_assert_int_eq(store_moments(store, id, &list, &n, NULL), 0);
	ck_assert_uint_eq(n, 0);
	moments_free(list, n);
}
END_TEST

START_TEST(a_pause_is_stored_and_told)
{
	set_up();
	usec since;
	ck_assert_int_eq(
		code_of(ask_as(0, json_pack("{s:s}", "verb", "pause"), NOW)),
		0);
	ck_assert_int_eq(code_of(ask_as(0, json_pack("{s:s}", "verb", "pause"),
				 NOW + 5)),
		0);
	ck_assert_int_eq(store_paused(store, &since, NULL), 0);
	ck_assert_uint_eq(since, NOW);
	ck_assert_int_eq(
		code_of(ask_as(0, json_pack("{s:s}", "verb", "resume"), NOW)),
		0);
	ck_assert_int_eq(store_paused(store, &since, NULL), 0);
	ck_assert_uint_eq(since, 0);
	ck_assert_int_eq(paused_calls, 12);
}
END_TEST

START_TEST(show_has_the_keys_that_people_rely_on)
{
	set_up();
	uint64_t id = add(STATE_AWAITING_APPROVAL);
	static const char *const keys[] = { "id", "app", "rule", "class",
		"object", "state", "count", "first_seen", "last_seen", "cause",
		"findings", "decision", "plan", "approval", "rehearsal",
		"attempts", "verification", "notices", "timeline",
		"to_commit" };
	json_t *reply = ask_as(4712, about("show", id), NOW);
	json_t *answer = json_object_get(reply, "answer");
	for (size_t k = 0; k < ELEMENTS(keys); k++)
		ck_assert_msg(json_object_get(answer, keys[k]) != NULL, "%s",
			keys[k]);
	ck_assert_uint_eq(json_object_size(answer), ELEMENTS(keys));
	ck_assert(json_is_null(json_object_get(answer, "first_seen")));
	ck_assert(json_is_null(json_object_get(answer, "cause")));
	ck_assert(json_is_array(json_object_get(answer, "findings")));
	json_t *asked = json_object_get(answer, "approval");
	ck_assert_str_eq(
		json_string_value(json_object_get(asked, "code")), "1a2b3c4d");
	ck_assert(json_is_null(json_object_get(asked, "approved_by")));
	ck_assert_str_eq(json_string_value(json_object_get(answer, "state")),
		"awaiting-approval");
	json_decref(reply);
}
END_TEST

START_TEST(incidents_and_status_count)
{
	set_up();
	add(STATE_OPEN);
	add(STATE_RESOLVED);
	add(STATE_RESOLVED);
	json_t *reply = ask_as(1, json_pack("{s:s}", "verb", "incidents"), NOW);
	json_t *list = json_object_get(reply, "answer");
	ck_assert_uint_eq(json_array_size(list), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(
				 json_array_get(list, 0), "id")),
		3);
	json_decref(reply);
	reply = ask_as(1, json_pack("{s:s}", "verb", "status"), NOW);
	json_t *status = json_object_get(reply, "answer");
	json_t *counts = json_object_get(status, "incidents");
	ck_assert_int_eq(
		json_integer_value(json_object_get(counts, "resolved")), 2);
	ck_assert(json_is_true(json_object_get(status, "running")));
	ck_assert(json_is_array(json_object_get(status, "sources")));
	ck_assert(json_is_false(json_object_get(status, "frozen")));
	json_decref(reply);
}
END_TEST

/* An incident that is resolved, with an attempt that applied a proposal. */
static uint64_t
add_uncommitted(void)
{
	uint64_t id = add(STATE_RESOLVED);
	struct attempt a = { .incident = id,
		.number = 1,
		.key = "7b3e8a52-0d3c-4b7e-9a50-3c2f1d0e9b11",
		.database = (char *)"db" };
	ck_assert_int_eq(store_attempt_add(store, &a, NULL), 0);
	a.ended = NOW;
	a.proposal.name = (char *)"2026_ev\033ent";
	a.proposal.folder = (char *)"/p/2026_event";
	a.uncommitted = true;
	a.deployed = ANSWER_NO;
	a.deployed_text = (char *)"the image lab/shop:1 does not have it";
	ck_assert_int_eq(store_attempt_end(store, &a, NULL), 0);
	return id;
}

/* The reminders of a verb's answer: how many, and the first one's text. */
static size_t
reminders(json_t *request, char **ret_text)
{
	json_t *reply = ask_as(1, request, NOW);
	const json_t *list =
		json_object_get(json_object_get(reply, "answer"), "to_commit");
	const json_t *first = json_array_get(list, 0);
	size_t n = json_array_size(list);
	free(*ret_text);
	*ret_text = xprintf("%lld|%s|%s|%s|%s|%s",
		json_integer_value(json_object_get(first, "incident")),
		json_string_value(json_object_get(first, "app")),
		json_string_value(json_object_get(first, "migration")),
		json_string_value(json_object_get(first, "folder")),
		json_string_value(json_object_get(first, "deployed")),
		json_string_value(json_object_get(first, "text")));
	json_decref(reply);
	return n;
}

START_TEST(what_is_to_be_committed_is_told_until_it_is_closed)
{
	set_up();
	uint64_t id = add_uncommitted();
	own(str) char *text = NULL;
	ck_assert_uint_eq(
		reminders(json_pack("{s:s}", "verb", "status"), &text), 1);
	ck_assert_str_eq(text,
		"1|shop|2026_ev\\x1bent|/p/2026_event|no|without "
		"`docker-socket` nobody can tell whether the deployed image "
		"has it");
	shop.docker_socket = "/run/docker.sock";
	ck_assert_uint_eq(reminders(about("show", id), &text), 1);
	ck_assert_str_eq(text,
		"1|shop|2026_ev\\x1bent|/p/2026_event|no|the image lab/shop:1 "
		"does not have it");
	settings.n_apps = 0;
	ck_assert_uint_eq(reminders(about("show", id), &text), 1);
	ck_assert_ptr_nonnull(strstr(text, "no longer configured"));
	json_t *reply = ask_as(0, about("close", id), NOW);
	const json_t *answer = json_object_get(reply, "answer");
	ck_assert_ptr_nonnull(
		strstr(json_string_value(json_object_get(answer, "text")),
			"was resolved; nobody is reminded any more to commit "
			"2026_ev\\x1bent"));
	ck_assert_int_eq(code_of(reply), 0);
	ck_assert_uint_eq(
		reminders(json_pack("{s:s}", "verb", "status"), &text), 0);
	settings.n_apps = 1;
}
END_TEST

/* Changes the store's file behind its back. */
static void
spoil(const char *sql)
{
	own(db) struct db *db = NULL;
	store_close(store);
	ck_assert_int_eq(db_open(settings.store, &db, NULL), 0);
	struct queries *queries = queries_new(db);
	ck_assert_int_eq(
		query_run(query_of(queries, "PRAGMA foreign_keys = OFF"), NULL),
		0);
	ck_assert_int_eq(query_run(query_of(queries, sql), NULL), 0);
	queries_free(queries);
	db_close(take(db));
	ck_assert_int_eq(store_open(settings.store, &store, NULL), 0);
}

START_TEST(a_reminder_is_told_whatever_its_folder_is_called)
{
	set_up();
	(void)add_uncommitted();
	own(str) char *text = NULL;
	spoil("UPDATE attempt SET proposal_folder = "
	      "CAST(x'2f70ff1b' AS TEXT)");
	ck_assert_uint_eq(
		reminders(json_pack("{s:s}", "verb", "status"), &text), 1);
	ck_assert_msg(strstr(text, "|/p\\xff\\x1b|no|"), "%s", text);
}
END_TEST

START_TEST(an_incident_that_cannot_be_read_hides_nothing_else)
{
	set_up();
	(void)add_uncommitted();
	own(str) char *text = NULL;
	spoil("UPDATE attempt SET incident = 99");
	ck_assert_uint_eq(
		reminders(json_pack("{s:s}", "verb", "status"), &text), 1);
	ck_assert_str_eq(text,
		"99|-|2026_ev\\x1bent|/p/2026_event|no|of which app it is "
		"cannot be told: there is no incident 99");
}
END_TEST

START_TEST(a_reminder_of_a_closed_incident_can_be_ended)
{
	set_up();
	uint64_t id = add_uncommitted();
	own(str) char *text = NULL;
	own(incident) struct incident i = get(id);
	i.state = STATE_CLOSED;
	ck_assert_int_eq(store_incident_save(store, &i, NULL), 0);
	json_t *reply = ask_as(0, about("close", id), NOW);
	const json_t *answer = json_object_get(reply, "answer");
	const char *said = json_string_value(json_object_get(answer, "text"));
	ck_assert_msg(said &&
			strcmp(said,
				"incident 1 was closed already; nobody is "
				"reminded any more to commit "
				"2026_ev\\x1bent") == 0,
		"%s", said);
	ck_assert_int_eq(code_of(reply), 0);
	ck_assert_uint_eq(
		reminders(json_pack("{s:s}", "verb", "status"), &text), 0);
	ck_assert_int_eq(code_of(ask_as(0, about("close", id), NOW)), 1);
}
END_TEST

/* A page: how many it has, and in *next where the next one begins. */
static size_t
page(json_int_t *next, json_int_t limit, json_int_t *ret_first)
{
	json_t *request = json_pack("{s:s}", "verb", "incidents");
	if (*next)
		json_object_set_new(request, "before", json_integer(*next));
	if (limit)
		json_object_set_new(request, "limit", json_integer(limit));
	json_t *reply = ask_as(1, request, NOW);
	const json_t *list = json_object_get(reply, "answer");
	size_t n = json_array_size(list);
	*ret_first = json_integer_value(
		json_object_get(json_array_get(list, 0), "id"));
	*next = json_integer_value(json_object_get(reply, "next"));
	json_decref(reply);
	return n;
}

START_TEST(incidents_come_in_pages)
{
	set_up();
	ck_assert_int_eq(store_begin(store, NULL), 0);
	for (unsigned k = 0; k < 450; k++)
		add(STATE_CLOSED);
	ck_assert_int_eq(store_commit(store, NULL), 0);
	json_int_t next = 0, first = 0;
	ck_assert_uint_eq(page(&next, 0, &first), 200);
	ck_assert_int_eq(first, 450);
	/* What is opened in between shifts nothing. */
	add(STATE_OPEN);
	ck_assert_uint_eq(page(&next, 0, &first), 200);
	ck_assert_int_eq(first, 250);
	ck_assert_uint_eq(page(&next, 0, &first), 50);
	ck_assert_int_eq(first, 50);
	ck_assert_int_eq(next, 0);
	ck_assert_uint_eq(page(&next, 7, &first), 7);
	ck_assert_int_eq(first, 451);
	ck_assert_int_eq(next, 445);
	next = 0;
	ck_assert_uint_eq(page(&next, 100000, &first), 200);
	next = 1;
	ck_assert_uint_eq(page(&next, 0, &first), 0);
	ck_assert_int_eq(next, 0);
	ck_assert_int_eq(code_of(ask_as(1,
				 json_pack("{s:s, s:i}", "verb", "incidents",
					 "limit", -1),
				 NOW)),
		2);
	ck_assert_int_eq(code_of(ask_as(1,
				 json_pack("{s:s, s:s}", "verb", "incidents",
					 "before", "x"),
				 NOW)),
		2);
}
END_TEST

START_TEST(broken_requests_are_refused)
{
	set_up();
	uint64_t id = add(STATE_OPEN);
	static const char *const bad[] = { "{}", "{\"verb\":1}",
		"{\"verb\":\"nothing\"}", "{\"verb\":\"show\"}",
		"{\"verb\":\"show\",\"id\":\"1\"}",
		"{\"verb\":\"show\",\"id\":0}", "{\"verb\":\"show\",\"id\":-1}",
		"{\"verb\":\"show\",\"id\":1.5}",
		"{\"verb\":\"approve\",\"id\":1,\"code\":7}" };
	for (size_t k = 0; k < ELEMENTS(bad); k++)
		ck_assert_int_eq(
			code_of(ask_as(0, json_loads(bad[k], 0, NULL), NOW)),
			2);
	ck_assert_int_eq(code_of(ask_as(0, about("show", id + 1), NOW)), 1);
}
END_TEST

START_TEST(without_a_daemon_the_store_answers_itself)
{
	set_up();
	uint64_t id = add(STATE_REPORTED);
	json_t *request = about("close", id), *reply = NULL;
	struct why why;
	ck_assert_int_eq(
		head_answer(&settings, request, &reply, &why), -EWOULDBLOCK);
	store_close(store);
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(head_answer(&settings, request, &reply, &why), 0);
	ck_assert_int_eq(code_of(reply), 0);
	ck_assert_int_eq(store_open(settings.store, &store, NULL), 0);
	own(incident) struct incident i = get(id);
	ck_assert_int_eq(i.state, STATE_CLOSED);
	json_decref(request);
}
END_TEST

START_TEST(a_question_leaves_no_store_behind)
{
	own(str) char *folder = scratch_folder();
	settings.store = xprintf("%s/state/logmend.db", folder);
	json_t *request = json_pack("{s:s}", "verb", "incidents");
	json_t *reply = NULL;
	struct why why;
	ck_assert_int_eq(
		head_answer(&settings, request, &reply, &why), -ENOENT);
	ck_assert_int_lt(access(settings.store, F_OK), 0);
	json_decref(request);
}
END_TEST

CHECK_MAIN("verbs", a_plan_that_was_cut_is_approved_only_by_who_had_it_printed,
	a_plan_that_changed_must_be_printed_anew,
	a_plan_without_a_listing_cannot_be_approved,
	the_right_code_in_time_approves_once,
	only_what_is_asked_can_be_approved, who_may_change_is_decided_by_uid,
	rejecting_ends_the_question_and_any_approval,
	whoever_was_told_of_it_is_told_that_it_was_rejected,
	what_came_to_its_end_is_looked_at_again_when_somebody_wants_it,
	what_is_under_way_or_over_says_why_it_is_not_looked_at,
	a_breaker_that_is_reset_lets_its_incidents_be_decided_anew,
	everything_can_be_closed_but_what_touches_production,
	what_is_closed_is_not_closed_again, a_pause_is_stored_and_told,
	show_has_the_keys_that_people_rely_on, incidents_and_status_count,
	what_is_to_be_committed_is_told_until_it_is_closed,
	a_reminder_is_told_whatever_its_folder_is_called,
	an_incident_that_cannot_be_read_hides_nothing_else,
	a_reminder_of_a_closed_incident_can_be_ended, incidents_come_in_pages,
	broken_requests_are_refused, without_a_daemon_the_store_answers_itself,
	a_question_leaves_no_store_behind)
