#include "config.h"
#include "head/incidents/attempts/uncommitted.h"

#include "unit/head/incidents/stage.h"

#define LACKS "the image lab/shop:1 that is deployed does not have it"

static struct uncommitted *questions;

/* A resolved incident whose attempt applied a proposal; Docker can be asked. */
static uint64_t
start(void)
{
	set_up();
	app.docker_socket = "/run/docker.sock";
	questions = uncommitted_new(&settings);
	own(incident) struct incident i = mending(false);
	i.attempts = 1;
	struct report r = ended(OUTCOME_APPLIED);
	r.result.proposal.name = xstrdup("2026_event");
	memset(r.result.proposal.checksum, 'c', SHA256_HEX - 1);
	ok(attempts_adopt(&d, &i, &r.result, NOW, &why));
	report_free(&r);
	return i.id;
}

static void
stop(void)
{
	uncommitted_free(questions);
	app.docker_socket = NULL;
	tear_down();
}

static void
run(usec now)
{
	d.due = USEC_NEVER;
	uncommitted_run(questions, &d, now);
}

/* Hands are gone, and said this. */
static void
answer_then(uint64_t id, enum answer deployed, enum ask_again again,
	const char *text, usec now)
{
	own(incident) struct incident i = get(id);
	struct report r = ended(OUTCOME_DONE);
	r.answered = text != NULL;
	r.result.deployed = deployed;
	r.result.again = again;
	incident_set(&r.result.text, text);
	fake_hands_end(expect_sent(FOR_DEPLOYED), &r);
	uncommitted_take(questions, &d, &app, &i, &r, now);
	report_free(&r);
}

static void
answer(uint64_t id, enum answer deployed, const char *text, usec now)
{
	answer_then(id, deployed, AGAIN_LATER, text, now);
}

static size_t
reminders(void)
{
	struct attempt *list = NULL;
	size_t n = 0;
	ok(store_uncommitted(d.store, 0, &list, &n, &why));
	attempts_free(list, n);
	return n;
}

START_TEST(an_image_is_asked_at_once_and_then_each_hour)
{
	uint64_t id = start();
	run(NOW);
	answer(id, ANSWER_NO, LACKS, NOW);
	run(NOW + USEC_HOUR - 1);
	expect_nothing_sent();
	ck_assert_uint_eq(d.due, NOW + USEC_HOUR);
	run(NOW + USEC_HOUR);
	/* The same answer is no news. */
	answer(id, ANSWER_NO, LACKS, NOW + USEC_HOUR);
	own(str) char *text = timeline(id);
	const char *first = strstr(text, "commit 2026_event: " LACKS "|");
	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_null(strstr(first + 1, "commit "));
	ck_assert_uint_eq(reminders(), 1);
	stop();
}
END_TEST

START_TEST(the_reminder_ends_with_an_image_that_has_it)
{
	uint64_t id = start();
	run(NOW);
	answer(id, ANSWER_NO, LACKS, NOW);
	uncommitted_started(questions, &app);
	run(NOW + 10 * USEC_SECOND);
	answer(id, ANSWER_YES, "the image lab/shop:2 has it",
		NOW + USEC_MINUTE);
	ck_assert_uint_eq(reminders(), 0);
	own(str) char *text = timeline(id);
	ck_assert_ptr_nonnull(strstr(text,
		"commit 2026_event: the image lab/shop:2 has it; nobody is "
		"reminded any more|"));
	expect_state(id, STATE_VERIFYING); /* it changes no state */
	uncommitted_started(questions, &app);
	run(NOW + USEC_DAY);
	expect_nothing_sent();
	stop();
}
END_TEST

START_TEST(what_began_while_hands_looked_is_asked_about_anew)
{
	uint64_t id = start();
	run(NOW);
	uncommitted_started(questions, &app);
	answer(id, ANSWER_NO, LACKS, NOW);
	run(NOW + USEC_MINUTE);
	answer(id, ANSWER_NO, LACKS, NOW + USEC_MINUTE);
	run(NOW + 2 * USEC_MINUTE);
	expect_nothing_sent();
	stop();
}
END_TEST

START_TEST(containers_that_begin_again_and_again_make_no_flood_of_questions)
{
	uint64_t id = start();
	run(NOW);
	answer(id, ANSWER_NO, LACKS, NOW + USEC_SECOND);
	uncommitted_started(questions, &app);
	run(NOW + USEC_SECOND);
	expect_nothing_sent();
	ck_assert_uint_eq(d.due, NOW + 10 * USEC_SECOND);
	run(NOW + 10 * USEC_SECOND);
	expect_sent(FOR_DEPLOYED);
	stop();
}
END_TEST

START_TEST(what_may_be_told_soon_is_asked_again_soon)
{
	static const struct {
		enum ask_again again;
		const char *said;
		usec wait;
	} rows[] = {
		{ AGAIN_FAILED, "no word", 5 * USEC_MINUTE },
		{ AGAIN_LATER, NULL, 5 * USEC_MINUTE },
		{ AGAIN_SETTLING, "it has it, but", USEC_MINUTE },
		{ AGAIN_LATER, "its image holds none", USEC_HOUR },
	};
	for (size_t k = 0; k < ELEMENTS(rows); k++) {
		uint64_t id = start();
		run(NOW);
		answer_then(
			id, ANSWER_UNKNOWN, rows[k].again, rows[k].said, NOW);
		ck_assert_uint_eq(reminders(), 1);
		run(NOW + 1);
		expect_nothing_sent();
		ck_assert_uint_eq(d.due, NOW + rows[k].wait);
		run(NOW + rows[k].wait);
		expect_sent(FOR_DEPLOYED);
		stop();
	}
}
END_TEST

START_TEST(hands_that_were_killed_leave_a_whole_sentence)
{
	uint64_t id = start();
	run(NOW);
	answer(id, ANSWER_UNKNOWN, NULL, NOW);
	own(str) char *text = timeline(id);
	ck_assert_ptr_nonnull(strstr(text,
		"commit 2026_event: whether the deployed image has it could "
		"not be told: hands ended without an answer|"));
	stop();
}
END_TEST

START_TEST(a_reminder_that_was_ended_meanwhile_stays_ended)
{
	uint64_t id = start();
	run(NOW);
	ok(store_uncommitted_end(d.store, id, &why));
	answer(id, ANSWER_NO, LACKS, NOW);
	ck_assert_uint_eq(reminders(), 0);
	own(str) char *text = timeline(id);
	ck_assert_ptr_null(strstr(text, LACKS));
	run(NOW + USEC_DAY);
	expect_nothing_sent();
	stop();
}
END_TEST

START_TEST(a_clock_that_was_set_back_keeps_nobody_waiting)
{
	uint64_t id = start();
	run(NOW);
	answer(id, ANSWER_NO, LACKS, NOW);
	run(NOW - USEC_DAY);
	expect_sent(FOR_DEPLOYED);
	stop();
}
END_TEST

START_TEST(nobody_is_asked_without_dockers_socket)
{
	(void)start();
	app.docker_socket = NULL;
	run(NOW);
	expect_nothing_sent();
	ck_assert_uint_eq(reminders(), 1);
	stop();
}
END_TEST

CHECK_MAIN("uncommitted", an_image_is_asked_at_once_and_then_each_hour,
	the_reminder_ends_with_an_image_that_has_it,
	what_began_while_hands_looked_is_asked_about_anew,
	containers_that_begin_again_and_again_make_no_flood_of_questions,
	what_may_be_told_soon_is_asked_again_soon,
	hands_that_were_killed_leave_a_whole_sentence,
	a_reminder_that_was_ended_meanwhile_stays_ended,
	a_clock_that_was_set_back_keeps_nobody_waiting,
	nobody_is_asked_without_dockers_socket)
