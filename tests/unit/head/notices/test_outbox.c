#include "config.h"
#include "head/notices/outbox.h"

#include <stdio.h>
#include <sys/stat.h>

#include "notify/notify.h"
#include "support/check_main.h"
#include "support/http.h"

static char *folder;
static struct store *store;
static sd_event *event;
static struct notify targets[2];
static struct settings settings = { .notifies = targets };
static unsigned troubles;
static char trouble_text[1024];

static int
on_given_up(void *arg, uint64_t incident, const char *text, usec now,
	struct why *why)
{
	(void)arg;
	return store_moment_add(store, incident, now, "notice", text, why);
}

static void
on_trouble(void *arg, uint64_t incident, const char *text)
{
	(void)incident;
	(void)arg;
	troubles++;
	snprintf(trouble_text, sizeof(trouble_text), "%s", text);
}

static const struct outbox_calls calls = { on_given_up, on_trouble, NULL };

static void
set_up(void)
{
	folder = scratch_folder();
	settings.store = xprintf("%s/logmend.db", folder);
	settings.socket = xprintf("%s/control", folder);
	ck_assert_int_eq(store_open(settings.store, &store, NULL), 0);
	ck_assert_int_ge(sd_event_new(&event), 0);
}

static void
add_target(const char *name, const struct http *h)
{
	own(str) char *mine = xprintf("%s/%s", folder, name);
	own(str) char *url = xprintf("http://127.0.0.1:%u/x", h->port);
	ck_assert_int_eq(mkdir(mine, 0700), 0);
	targets[settings.n_notifies++] = (struct notify){ .name = xstrdup(name),
		.url_file = url_file(mine, url) };
}

static uint64_t
queue(const char *notify, const char *text, usec queued)
{
	struct outgoing o = { .notify = (char *)notify,
		.kind = (char *)"cause",
		.text = (char *)text,
		.queued = queued,
		.due = queued };
	ck_assert_int_eq(store_outbox_add(store, &o, NULL), 0);
	return o.id;
}

/* The oldest that waits; free it. */
static struct outgoing
waiting(void)
{
	struct outgoing o = { 0 };
	ck_assert_int_eq(store_outbox_next(store, NULL, &o, NULL), 0);
	return o;
}

/* The same once it was tried; free it. */
static struct outgoing
tried(void)
{
	struct outgoing o = waiting();
	while (o.tries == 0) {
		outgoing_free(&o);
		sd_event_run(event, 50000);
		o = waiting();
	}
	return o;
}

/* Lets the loop run until `most` rows are left, or troubles came. */
static void
run_until(uint64_t most, unsigned until_troubles)
{
	uint64_t left, given_up;
	do {
		sd_event_run(event, 50000);
		ck_assert_int_eq(
			store_outbox_count(store, &left, &given_up, NULL), 0);
	} while (left > most || troubles < until_troubles);
}

START_TEST(what_is_queued_is_sent_in_order)
{
	set_up();
	struct http h = http_start("HTTP/1.1 200 OK\r\n\r\n");
	add_target("ops", &h);
	for (int i = 0; i < 5; i++) {
		own(str) char *text = xprintf("message %d", i);
		queue("ops", text, clock_wall());
	}
	struct outbox *o = NULL;
	ck_assert_int_eq(outbox_start(event, &clock_system, store, &settings,
				 &calls, &o, NULL),
		0);
	run_until(0, 0);
	own(str) char *got = http_stop(&h);
	const char *at = got;
	for (int i = 0; i < 5; i++) {
		own(str) char *text = xprintf("message %d", i);
		at = strstr(at, text);
		ck_assert_ptr_nonnull(at);
	}
	ck_assert_uint_eq(troubles, 0);
	outbox_free(o);
}
END_TEST

START_TEST(a_kick_sends_what_was_queued_later)
{
	set_up();
	struct http h = http_start("HTTP/1.1 200 OK\r\n\r\n");
	add_target("ops", &h);
	struct outbox *o = NULL;
	ck_assert_int_eq(outbox_start(event, &clock_system, store, &settings,
				 &calls, &o, NULL),
		0);
	sd_event_run(event, 0);
	queue("ops", "later", clock_wall());
	outbox_kick(o);
	run_until(0, 0);
	own(str) char *got = http_stop(&h);
	ck_assert_ptr_nonnull(strstr(got, "later"));
	outbox_free(o);
}
END_TEST

START_TEST(a_failure_is_put_off_and_keeps_nobody_else_waiting)
{
	set_up();
	struct http bad = http_start("HTTP/1.1 503 No\r\n\r\n");
	struct http good = http_start("HTTP/1.1 200 OK\r\n\r\n");
	add_target("bad", &bad);
	add_target("good", &good);
	usec now = clock_wall();
	uint64_t id = queue("bad", "one", now);
	queue("good", "two", now);
	queue("good", "three", now);
	struct outbox *o = NULL;
	ck_assert_int_eq(outbox_start(event, &clock_system, store, &settings,
				 &calls, &o, NULL),
		0);
	run_until(1, 0);
	struct outgoing left = tried();
	ck_assert_uint_eq(left.id, id);
	ck_assert_uint_ge(left.due, now + OUTBOX_BACKOFF_FIRST);
	ck_assert_uint_le(left.due, clock_wall() + OUTBOX_BACKOFF_FIRST);
	ck_assert_ptr_nonnull(strstr(left.error, "503"));
	outgoing_free(&left);
	own(str) char *a = http_stop(&bad);
	own(str) char *b = http_stop(&good);
	outbox_free(o);
}
END_TEST

START_TEST(the_receivers_wish_is_honoured)
{
	set_up();
	struct http h =
		http_start("HTTP/1.1 429 Slow\r\nRetry-After: 120\r\n\r\n");
	add_target("ops", &h);
	usec now = clock_wall();
	queue("ops", "one", now);
	struct outbox *o = NULL;
	ck_assert_int_eq(outbox_start(event, &clock_system, store, &settings,
				 &calls, &o, NULL),
		0);
	struct outgoing left = tried();
	ck_assert_uint_ge(left.due, now + 120 * USEC_SECOND);
	outgoing_free(&left);
	own(str) char *a = http_stop(&h);
	outbox_free(o);
}
END_TEST

START_TEST(what_is_refused_again_and_again_is_given_up_aloud)
{
	set_up();
	struct http h = http_start("HTTP/1.1 404 Gone\r\n\r\n");
	add_target("ops", &h);
	usec now = clock_wall();
	uint64_t id = queue("ops", "one", now);
	for (unsigned i = 0; i < OUTBOX_REFUSALS - 1; i++)
		ck_assert_int_eq(
			store_outbox_later(store, id, now, "404", NULL), 0);
	struct outbox *o = NULL;
	ck_assert_int_eq(outbox_start(event, &clock_system, store, &settings,
				 &calls, &o, NULL),
		0);
	run_until(0, 1);
	ck_assert_uint_eq(troubles, 1);
	ck_assert_ptr_nonnull(strstr(trouble_text, "404"));
	uint64_t left, given_up;
	ck_assert_int_eq(store_outbox_count(store, &left, &given_up, NULL), 0);
	ck_assert_uint_eq(given_up, 1);
	own(str) char *a = http_stop(&h);
	outbox_free(o);
}
END_TEST

START_TEST(a_target_that_is_configured_no_more_is_given_up)
{
	set_up();
	queue("gone", "one", clock_wall());
	struct outbox *o = NULL;
	ck_assert_int_eq(outbox_start(event, &clock_system, store, &settings,
				 &calls, &o, NULL),
		0);
	run_until(0, 1);
	ck_assert_ptr_nonnull(strstr(trouble_text, "[notify]"));
	outbox_free(o);
}
END_TEST

START_TEST(a_clock_that_was_set_back_delays_nothing_for_long)
{
	set_up();
	struct http h = http_start("HTTP/1.1 200 OK\r\n\r\n");
	add_target("ops", &h);
	queue("ops", "from the future", clock_wall() + 365 * USEC_DAY);
	struct outbox *o = NULL;
	ck_assert_int_eq(outbox_start(event, &clock_system, store, &settings,
				 &calls, &o, NULL),
		0);
	run_until(0, 0);
	own(str) char *got = http_stop(&h);
	ck_assert_ptr_nonnull(strstr(got, "from the future"));
	outbox_free(o);
}
END_TEST

/* At least once: what was under way when it was killed is sent again. */
START_TEST(an_unanswered_notice_is_still_in_the_store)
{
	set_up();
	struct http h = http_start(NULL);
	add_target("ops", &h);
	uint64_t id = queue("ops", "one", clock_wall());
	struct outbox *o = NULL;
	ck_assert_int_eq(outbox_start(event, &clock_system, store, &settings,
				 &calls, &o, NULL),
		0);
	struct pollfd came = { .fd = h.requests, .events = POLLIN };
	while (poll(&came, 1, 0) == 0)
		sd_event_run(event, 10000);
	outbox_free(o);
	struct outgoing left = waiting();
	ck_assert_uint_eq(left.id, id);
	ck_assert_uint_eq(left.sent, 0);
	outgoing_free(&left);
	own(str) char *a = http_stop(&h);
}
END_TEST

/* This program is its own sender, too. */
int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=notify") == 0)
		return notify_main();
	const TTest *const tests[] = { what_is_queued_is_sent_in_order,
		a_kick_sends_what_was_queued_later,
		a_failure_is_put_off_and_keeps_nobody_else_waiting,
		the_receivers_wish_is_honoured,
		what_is_refused_again_and_again_is_given_up_aloud,
		a_target_that_is_configured_no_more_is_given_up,
		a_clock_that_was_set_back_delays_nothing_for_long,
		an_unanswered_notice_is_still_in_the_store };
	return check_main("outbox", tests, ELEMENTS(tests));
}
