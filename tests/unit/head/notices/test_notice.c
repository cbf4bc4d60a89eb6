#include "config.h"
#include "head/notices/notice.h"

#include <jansson.h>

#include "base/escape.h"
#include "head/notices/slack.h"
#include "support/check_main.h"

#define NOW (20000 * USEC_DAY)

/* The user's own case, as far as it is known at the question. */
static struct incident
an_incident(void)
{
	struct fault f = { .class = CLASS_MISSING_TABLE,
		.count = 12,
		.first_ns = 1763900000000000000,
		.last_ns = 1763900600000000000 };
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	object_set(&f.object, OBJECT_TABLE, SPAN("AnalyticsEvent"));
	buf_add_str(&f.text, "Error P2021\nThe table does not exist");
	struct incident i;
	incident_init(&i, "moverz-v4", "prisma-p2021", &f, NOW);
	fault_free(&f);
	i.id = 7;
	i.cause = CAUSE_PENDING_MIGRATION;
	i.cause_text = xstrdup("migration 2025_add creates the table and was "
			       "never applied");
	i.target = xstrdup("db:5432/moving");
	i.action = ACTION_ASK;
	i.reason = xstrdup("a person is asked: the policy's mode is ask");
	i.plan.remedy = xstrdup("prisma");
	plan_step(&i.plan, "apply migration 2025_add");
	plan_step(&i.plan, "CREATE TABLE \"AnalyticsEvent\" (\n\"id\" TEXT)");
	i.rehearsed = true;
	i.rehearsal = OUTCOME_PASSED;
	i.rehearsal_text = xstrdup("the fault is gone on the copy");
	memcpy(i.code, "1a2b3c4d", APPROVAL_CODE);
	i.expires = NOW;
	return i;
}

static void
assert_written(const struct incident *i, enum notice_kind kind,
	const char *text, const char *command, const char *excerpt)
{
	own(outgoing) struct outgoing o;
	notice_write(&o, kind, i, NULL);
	ck_assert_str_eq(o.text, text);
	ck_assert_str_eq(o.command, command);
	ck_assert_pstr_eq(o.excerpt, excerpt);
	ck_assert_str_eq(o.kind, notice_kind_name(kind));
	ck_assert_uint_eq(o.incident, i->id);
}

START_TEST(the_question_names_the_line_to_type)
{
	own(incident) struct incident i = an_incident();
	i.state = STATE_AWAITING_APPROVAL;
	assert_written(&i, NOTICE_QUESTION,
		"moverz-v4: missing-table public.AnalyticsEvent - "
		"pending-migration, may I mend it?\n"
		"migration 2025_add creates the table and was never applied\n"
		"Incident 7, seen 12 times since 2025-11-23T12:13:20Z.\n"
		"Database: db:5432/moving\n"
		"a person is asked: the policy's mode is ask\n"
		"The guard passed every statement.\n"
		"Rehearsal: the fault is gone on the copy\n"
		"This question stands until 2024-10-04T00:00:00Z; `logmend "
		"reject 7` ends it. The plan, and the line with which root "
		"approves it:",
		"logmend approve 7 1a2b3c4d",
		"1. apply migration 2025_add\n"
		"2. CREATE TABLE \"AnalyticsEvent\" (\n"
		"   \"id\" TEXT)");
}
END_TEST

START_TEST(the_cause_comes_with_what_will_be_done_and_the_record)
{
	own(incident) struct incident i = an_incident();
	i.action = ACTION_REPORT;
	incident_set(&i.reason, "the policy's mode is report");
	plan_free(&i.plan);
	assert_written(&i, NOTICE_CAUSE,
		"moverz-v4: missing-table public.AnalyticsEvent - "
		"pending-migration, only reported\n"
		"migration 2025_add creates the table and was never applied\n"
		"Incident 7, seen 12 times since 2025-11-23T12:13:20Z.\n"
		"Database: db:5432/moving\n"
		"Only reported: the policy's mode is report",
		"logmend show 7", "Error P2021\nThe table does not exist");
}
END_TEST

START_TEST(still_looking_says_what_is_waited_for)
{
	own(incident) struct incident i = an_incident();
	incident_set(&i.wait_reason, "unreachable: it may pass");
	i.count = 1;
	assert_written(&i, NOTICE_LOOKING,
		"moverz-v4: missing-table public.AnalyticsEvent - found, still "
		"looking for the cause\n"
		"unreachable: it may pass\n"
		"Incident 7, seen 1 time since 2025-11-23T12:13:20Z.",
		"logmend show 7", "Error P2021\nThe table does not exist");
}
END_TEST

START_TEST(each_end_has_its_words)
{
	static const struct {
		enum incident_state state;
		usec committed;
		const char *words;
		enum outcome verification;
		const char *told; /* of the verification; NULL: nothing */
	} rows[] = {
		{ STATE_RESOLVED, NOW, "RESOLVED, mended and verified",
			OUTCOME_PASSED },
		{ STATE_RESOLVED, NOW, "RESOLVED, not by us", OUTCOME_BROKE },
		{ STATE_RESOLVED, NOW, "RESOLVED, whether by us is not known",
			OUTCOME_DONE, "could not be told" },
		{ STATE_RESOLVED, 0, "RESOLVED, whether by us is not known",
			OUTCOME_DONE, "is not known" },
		{ STATE_RESOLVED, 0, "RESOLVED, not by us" },
		{ STATE_FAILED, 0, "FAILED" },
		{ STATE_IN_DOUBT, 0, "IN DOUBT" },
		{ STATE_REGRESSED, NOW, "CAME BACK" },
		{ STATE_EXPIRED, 0, "expired" },
		{ STATE_REPORTED, 0, "reported" },
	};
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		own(incident) struct incident i = an_incident();
		i.state = rows[k].state;
		i.committed = rows[k].committed;
		i.verified = rows[k].verification != OUTCOME_DONE;
		i.verification = rows[k].verification;
		incident_set(&i.verification_text, rows[k].told);
		own(outgoing) struct outgoing o;
		notice_write(&o, NOTICE_END, &i, NULL);
		own(str) char *first = xstrndup(o.text, strcspn(o.text, "\n"));
		ck_assert_ptr_nonnull(strstr(first, rows[k].words));
		ck_assert_uint_lt(strlen(first), 120);
		ck_assert_ptr_null(o.excerpt);
	}
}
END_TEST

/* The `text` that the receiver sees. Owned. */
static char *
slack_text(const struct outgoing *o)
{
	own(str) char *body = slack_encode(o);
	json_t *json = json_loads(body, 0, NULL);
	ck_assert_ptr_nonnull(json);
	char *text = xstrdup(json_string_value(json_object_get(json, "text")));
	ck_assert(json_is_false(json_object_get(json, "unfurl_links")));
	json_decref(json);
	return text;
}

START_TEST(the_end_says_what_became_of_the_attempt)
{
	own(incident) struct incident i = an_incident();
	struct attempt a = { .number = 1,
		.ended = NOW,
		.outcome = OUTCOME_NOT_APPLIED,
		.text = (char *)"permission denied for schema public" };
	i.state = STATE_FAILED;
	own(outgoing) struct outgoing o;
	notice_write(&o, NOTICE_END, &i, &a);
	ck_assert_ptr_nonnull(strstr(o.text,
		"\nAttempt 1 not-applied: permission denied for schema "
		"public\nIt is not tried again by itself."));
	ck_assert_ptr_nonnull(strstr(o.text, "`logmend close 7`"));
	outgoing_free(&o);
	i.state = STATE_RESOLVED;
	i.committed = NOW;
	i.verified = true;
	i.verification = OUTCOME_PASSED;
	i.since = i.opened + 90 * USEC_SECOND;
	a.outcome = OUTCOME_APPLIED;
	a.text = (char *)"1 migration applied and recorded";
	i.verification_text = xstrdup("the probe no longer shows the fault");
	notice_write(&o, NOTICE_END, &i, &a);
	ck_assert_str_eq(o.text,
		"moverz-v4: missing-table public.AnalyticsEvent - RESOLVED, "
		"mended and verified\n"
		"Incident 7, seen 12 times since 2025-11-23T12:13:20Z.\n"
		"Database: db:5432/moving\n"
		"Attempt 1 applied: 1 migration applied and recorded\n"
		"the probe no longer shows the fault\n"
		"It was open for 1m 30s.");
}
END_TEST

START_TEST(hostile_log_text_stays_text)
{
	static const struct {
		const char *hostile, *tame;
	} rows[] = {
		{ "<!channel> & <https://evil.example|click>",
			"&lt;!channel&gt; &amp; "
			"&lt;https[:]//evil.example|click&gt;" },
		{ "```\n@here *bold*", "'''\n@\u2060here *bold*" },
		{ "@everyone a@b @1", "@\u2060everyone a@b @1" },
		{ "\x1b[31mred\x1b[0m \xff\xfe \xe2\x80\xae",
			"\\x1b[31mred\\x1b[0m \\xff\\xfe \\xe2\\x80\\xae" },
		{ "a\"b\\c\r", "a\"b\\c" },
		{ "ftp://x", "ftp[:]//x" },
	};
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		own(incident) struct incident i = an_incident();
		incident_set(&i.sample, rows[k].hostile);
		own(outgoing) struct outgoing o;
		notice_write(&o, NOTICE_CAUSE, &i, NULL);
		own(str) char *text = slack_text(&o);
		own(str) char *expected =
			xprintf("\n```%s```\n`logmend show 7`", rows[k].tame);
		ck_assert_msg(span_ends(span_of(text), span_of(expected)),
			"%s\n%s", text, expected);
	}
}
END_TEST

START_TEST(hostile_objects_stay_text_too)
{
	own(incident) struct incident i = an_incident();
	object_set(&i.object, OBJECT_TABLE, SPAN("<!here> `x` http://y"));
	own(outgoing) struct outgoing o;
	notice_write(&o, NOTICE_CAUSE, &i, NULL);
	own(str) char *text = slack_text(&o);
	ck_assert_ptr_nonnull(
		strstr(text, "public.&lt;!here&gt; 'x' http[:]//y - "));
	ck_assert_ptr_null(strchr(text, '<'));
}
END_TEST

START_TEST(a_long_record_is_cut)
{
	own(incident) struct incident i = an_incident();
	free(i.sample);
	i.sample = xcalloc(1, 5001);
	memset(i.sample, 'x', 5000);
	i.sample[1000] = '\x01';
	own(outgoing) struct outgoing o;
	notice_write(&o, NOTICE_CAUSE, &i, NULL);
	ck_assert_uint_le(strlen(o.excerpt), NOTICE_EXCERPT_MAX);
	ck_assert(span_ends(span_of(o.excerpt), SPAN(" ...")));
}
END_TEST

START_TEST(a_plan_of_many_steps_is_shortened)
{
	own(incident) struct incident i = an_incident();
	for (int k = 0; k < 10; k++)
		plan_step(&i.plan, "step");
	own(outgoing) struct outgoing o;
	notice_write(&o, NOTICE_CAUSE, &i, NULL);
	ck_assert_ptr_nonnull(strstr(o.text, "\n6. step\n... and 6 more"));
	ck_assert_ptr_null(strstr(o.text, "7. "));
}
END_TEST

START_TEST(every_target_of_the_app_gets_it_once)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/logmend.db", folder);
	own(store) struct store *s = NULL;
	ck_assert_int_eq(store_open(path, &s, NULL), 0);
	own(incident) struct incident i = an_incident();
	ck_assert_int_eq(store_incident_add(s, &i, NULL), 0);
	struct notify ops = { .name = (char *)"ops" },
		      dev = { .name = (char *)"dev" };
	const struct notify *both[] = { &ops, &dev };
	struct policy policy = { .mode = MODE_ASK };
	struct app app = { .policy = &policy, .notify = both, .n_notify = 2 };
	const struct settings settings = { .apps = &app, .n_apps = 1 };
	own(str) char *first = NULL, *second = NULL;
	ck_assert_int_eq(notice_queue(s, &settings, &app, NOTICE_CAUSE, &i, NOW,
				 &first, NULL),
		0);
	ck_assert_uint_eq(i.notices, 1u << NOTICE_CAUSE);
	app.n_notify = 0;
	ck_assert_int_eq(notice_queue(s, &settings, &app, NOTICE_END, &i, NOW,
				 &second, NULL),
		0);
	struct outgoing *list;
	size_t n;
	ck_assert_int_eq(store_outbox_of(s, i.id, &list, &n, NULL), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(list[1].notify, "dev");
	outgoings_free(list, n);
	ck_assert_str_eq(first, "cause for ops, dev");
	ck_assert_ptr_nonnull(strstr(second, "nobody"));
}
END_TEST

CHECK_MAIN("notice", the_question_names_the_line_to_type,
	the_cause_comes_with_what_will_be_done_and_the_record,
	still_looking_says_what_is_waited_for, each_end_has_its_words,
	the_end_says_what_became_of_the_attempt, hostile_log_text_stays_text,
	hostile_objects_stay_text_too, a_long_record_is_cut,
	a_plan_of_many_steps_is_shortened, every_target_of_the_app_gets_it_once)
