#include "config.h"
#include "head/notices/store-trouble.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/memory-store.h"
#include "support/check_main.h"

#define START (1000 * USEC_DAY)

static usec now = START;
static int disk; /* what a write meets: 0 or a negative errno */
static sd_event *loop;
static struct store *store;
static struct store_trouble *trouble;
static struct notify targets[2] = { { .name = (char *)"ops" },
	{ .name = (char *)"boss" } };
static char *folder;
static struct settings settings = { .notifies = targets, .n_notifies = 2 };

/* What went to the sender, which a test answers. */
static struct sent {
	char *to, *text;
	webhook_done *done;
	void *arg;
} sent[16];
static size_t n_sent;
static unsigned queued, said;

static usec
at(void *arg)
{
	(void)arg;
	return now;
}
static const struct clock the_clock = { at, at, NULL };

static int
on_write(void *arg, struct why *why)
{
	(void)arg;
	return disk ? because(why, disk, "%s", strerror(-disk)) : 0;
}

static void
on_send(void *arg, const struct notify *to, const struct outgoing *o,
	webhook_done *done, void *done_arg)
{
	(void)arg;
	ck_assert_uint_lt(n_sent, ELEMENTS(sent));
	ck_assert_str_eq(o->kind, "agent");
	sent[n_sent++] = (struct sent){ xstrdup(to->name), xstrdup(o->text),
		done, done_arg };
}

static void
on_queued(void *arg)
{
	(void)arg;
	queued++;
}

static void
on_say(void *arg, const char *text)
{
	(void)arg;
	(void)text;
	said++;
}

static void
start(void)
{
	static const struct store_trouble_calls calls = { on_send, on_queued,
		on_say, NULL };
	ck_assert_int_eq(store_trouble_new(loop, &the_clock, store, &settings,
				 &calls, &trouble),
		0);
}

/* The daemon ends, and is started again. */
static void
restart(void)
{
	store_trouble_free(trouble);
	start();
}

static void
set_up(void)
{
	folder = scratch_folder();
	settings.store = xprintf("%s/logmend.db", folder);
	settings.socket = xprintf("%s/control", folder);
	ck_assert_int_ge(sd_event_new(&loop), 0);
	ck_assert_int_eq(store_open("logmend.db", &store, NULL), 0);
	memory_store_watch(store, on_write, NULL);
	start();
}

static void
tear_down(void)
{
	store_trouble_free(trouble);
	store_close(store);
	free(settings.store);
	free(settings.socket);
	free(folder);
	memory_store_forget();
	sd_event_unref(loop);
	for (size_t i = 0; i < n_sent; i++) {
		free(sent[i].to);
		free(sent[i].text);
	}
}

/* Whether the status says that writes fail. */
static bool
is_shown(void)
{
	json_t *shown = store_trouble_json(trouble);
	bool is = json_string_value(json_object_get(shown, "why"));
	json_decref(shown);
	return is;
}

/* Looks as the timer does, for so long. */
static void
pass(usec length)
{
	for (usec end = now + length; now < end;) {
		now += STORE_TROUBLE_TICK;
		store_trouble_look(trouble);
	}
}

static int
write_one(void)
{
	return store_value_put(store, "some", "value", NULL);
}

static void
answer(size_t i, enum webhook_end end)
{
	const struct webhook_answer a = webhook_answer_of(end, "so it ended");
	sent[i].done(&a, sent[i].arg);
}

static void
fail_for(usec length, int with)
{
	disk = with;
	ck_assert_int_eq(write_one(), with);
	pass(length);
}

static uint64_t
waiting(void)
{
	uint64_t n, given_up;
	ck_assert_int_eq(store_outbox_count(store, &n, &given_up, NULL), 0);
	return n;
}

static void
says(const char *text, const char *what)
{
	ck_assert_msg(
		strstr(text, what) != NULL, "'%s' is not in: %s", what, text);
}

START_TEST(a_short_moment_wakes_nobody)
{
	set_up();
	pass(USEC_HOUR);
	fail_for(STORE_TROUBLE_LASTS - STORE_TROUBLE_TICK, -ENOSPC);
	disk = 0;
	pass(USEC_HOUR);
	ck_assert_uint_eq(n_sent, 0);
	ck_assert_uint_eq(waiting(), 0);
	ck_assert_uint_eq(queued + said, 0);
	ck_assert(!is_shown());
	tear_down();
}
END_TEST

START_TEST(each_receiver_is_told_once_and_of_the_end)
{
	set_up();
	fail_for(STORE_TROUBLE_LASTS + STORE_TROUBLE_TICK, -ENOSPC);
	ck_assert_uint_eq(n_sent, 2);
	ck_assert_str_ne(sent[0].to, sent[1].to);
	char host[256] = "";
	ck_assert_int_eq(gethostname(host, sizeof(host) - 1), 0);
	says(sent[0].text, host);
	says(sent[0].text, settings.store);
	says(sent[0].text, "No space left on device");
	own(str) char *df = xprintf("df -h %s ", folder);
	says(sent[0].text, df);
	says(sent[0].text, "since 1972-09-27T00:00:");
	says(sent[0].text, "Nothing is mended meanwhile");
	/* None is sent twice while its answer is awaited. */
	pass(USEC_MINUTE);
	answer(0, WEBHOOK_SENT);
	answer(1, WEBHOOK_SENT);
	pass(USEC_DAY - 2 * USEC_MINUTE);
	ck_assert_uint_eq(n_sent, 2);
	ck_assert(is_shown());
	disk = 0;
	pass(STORE_TROUBLE_LASTS + 2 * STORE_TROUBLE_TICK);
	ck_assert_uint_eq(waiting(), 2);
	ck_assert_uint_eq(queued, 1);
	own(outgoing) struct outgoing o = { 0 };
	ck_assert_int_eq(store_outbox_next(store, NULL, &o, NULL), 0);
	own(str) char *again = xprintf(
		"%s can be written again, since 1972-09-", settings.store);
	says(o.text, again);
	says(o.text, "It could not since 1972-09-27T00:00:");
	pass(USEC_DAY);
	ck_assert_uint_eq(waiting(), 2);
	ck_assert_uint_eq(n_sent, 2);
	tear_down();
}
END_TEST

START_TEST(it_is_told_again_after_a_day)
{
	set_up();
	fail_for(2 * USEC_MINUTE, -EROFS);
	answer(0, WEBHOOK_SENT);
	answer(1, WEBHOOK_SENT);
	says(sent[0].text, "Read-only file system");
	says(sent[0].text, "remount");
	pass(USEC_DAY + USEC_MINUTE);
	ck_assert_uint_eq(n_sent, 4);
	tear_down();
}
END_TEST

START_TEST(who_did_not_take_it_is_tried_again_and_hears_of_no_end)
{
	set_up();
	fail_for(2 * USEC_MINUTE, -EIO);
	ck_assert_uint_eq(n_sent, 2);
	answer(0, WEBHOOK_SENT);
	answer(1, WEBHOOK_RETRY);
	pass(USEC_MINUTE);
	ck_assert_uint_eq(n_sent, 3);
	ck_assert_str_eq(sent[2].to, sent[1].to);
	answer(2, WEBHOOK_REFUSED);
	disk = 0;
	pass(2 * USEC_MINUTE);
	ck_assert_uint_eq(waiting(), 1);
	own(outgoing) struct outgoing o = { 0 };
	ck_assert_int_eq(store_outbox_next(store, NULL, &o, NULL), 0);
	ck_assert_str_eq(o.notify, sent[0].to);
	tear_down();
}
END_TEST

/* What takes the message late learns of the end, too. */
START_TEST(an_answer_that_is_late_is_waited_for)
{
	set_up();
	fail_for(2 * USEC_MINUTE, -ENOSPC);
	disk = 0;
	pass(5 * USEC_MINUTE);
	ck_assert_uint_eq(waiting(), 0);
	answer(0, WEBHOOK_SENT);
	answer(1, WEBHOOK_SENT);
	pass(USEC_MINUTE);
	ck_assert_uint_eq(waiting(), 2);
	tear_down();
}
END_TEST

/* Almost full: small changes find room, those that count do not. */
START_TEST(one_that_succeeds_now_and_then_ends_nothing)
{
	set_up();
	for (int i = 0; i < 10; i++) {
		fail_for(STORE_TROUBLE_TICK, -ENOSPC);
		disk = 0;
		ck_assert_int_eq(write_one(), 0);
		pass(2 * STORE_TROUBLE_TICK);
	}
	fail_for(STORE_TROUBLE_TICK, -ENOSPC);
	ck_assert_uint_eq(n_sent, 2);
	ck_assert_uint_eq(waiting(), 0);
	tear_down();
}
END_TEST

START_TEST(a_disk_that_fills_again_and_again_sends_no_flood)
{
	set_up();
	size_t answered = 0;
	for (int i = 0; i < 10; i++) {
		fail_for(2 * USEC_MINUTE, -ENOSPC);
		while (answered < n_sent)
			answer(answered++, WEBHOOK_SENT);
		disk = 0;
		pass(2 * USEC_MINUTE);
	}
	ck_assert_uint_eq(n_sent, 2);
	ck_assert_uint_eq(waiting(), 2);
	pass(USEC_HOUR);
	fail_for(2 * USEC_MINUTE, -ENOSPC);
	ck_assert_uint_eq(n_sent, 4);
	tear_down();
}
END_TEST

START_TEST(a_restart_tells_nobody_again)
{
	set_up();
	fail_for(2 * USEC_MINUTE, -ENOSPC);
	answer(0, WEBHOOK_SENT);
	answer(1, WEBHOOK_REFUSED);
	restart();
	fail_for(2 * USEC_MINUTE, -ENOSPC);
	/* Who did not take it is. */
	ck_assert_uint_eq(n_sent, 3);
	ck_assert_str_eq(sent[2].to, sent[1].to);
	answer(2, WEBHOOK_SENT);
	restart();
	pass(USEC_DAY - USEC_HOUR);
	ck_assert_uint_eq(n_sent, 3);
	pass(USEC_HOUR);
	ck_assert_uint_eq(n_sent, 5);
	tear_down();
}
END_TEST

START_TEST(its_end_is_told_after_a_restart)
{
	set_up();
	fail_for(2 * USEC_MINUTE, -EROFS);
	answer(0, WEBHOOK_SENT);
	answer(1, WEBHOOK_RETRY);
	disk = 0;
	restart();
	pass(3 * USEC_MINUTE);
	ck_assert_uint_eq(waiting(), 1);
	own(outgoing) struct outgoing o = { 0 };
	ck_assert_int_eq(store_outbox_next(store, NULL, &o, NULL), 0);
	ck_assert_str_eq(o.notify, sent[0].to);
	says(o.text, "It could not since 1972-09-27T00:00:");
	/* Nor is it told twice, nor a next one at once. */
	restart();
	pass(3 * USEC_MINUTE);
	ck_assert_uint_eq(waiting(), 1);
	fail_for(2 * USEC_MINUTE, -EROFS);
	ck_assert_uint_eq(n_sent, 3);
	ck_assert_str_eq(sent[2].to, sent[1].to);
	tear_down();
}
END_TEST

CHECK_MAIN("store-trouble", a_short_moment_wakes_nobody,
	each_receiver_is_told_once_and_of_the_end, it_is_told_again_after_a_day,
	who_did_not_take_it_is_tried_again_and_hears_of_no_end,
	an_answer_that_is_late_is_waited_for,
	one_that_succeeds_now_and_then_ends_nothing,
	a_disk_that_fills_again_and_again_sends_no_flood,
	a_restart_tells_nobody_again, its_end_is_told_after_a_restart)
