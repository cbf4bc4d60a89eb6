#include "config.h"
#include "head/roles/docker-process.h"

#include <string.h>
#include <unistd.h>

#include "support/check_main.h"
#include "support/played-role.h"

static void
say(struct frame *f)
{
	(void)frame_send(ROLE_SOCKET, f);
	frame_free(f);
}

/* Everything that the role may say. */
static void
say_all(const char *services)
{
	struct frame link = FRAME(0), news = FRAME(0), gone = FRAME(0);
	struct frame labels = FRAME(0), listed = FRAME(DOCKER_LISTED);
	const struct container_news n = { .id = (char *)"c1",
		.name = (char *)"shop.1.x",
		.service = (char *)"shop" };
	const struct service_labels l = { .service = (char *)"shop" };
	docker_frames_link(&link, true, services);
	docker_frames_news(&news, &n);
	docker_frames_labels(&labels, &l);
	docker_frames_gone(&gone, "c1");
	say(&link);
	say(&news);
	say(&labels);
	say(&gone);
	say(&listed);
}

/* Frames that no role sends: of no kind, and one of each kind that is cut. */
static void
say_nonsense(const char *socket)
{
	static const uint16_t types[] = { 99, DOCKER_LINK, DOCKER_NEWS,
		DOCKER_GONE, DOCKER_LABELS, DOCKER_LISTED };
	size_t i = (size_t)(socket[strlen(socket) - 1] - '0');
	struct frame f = FRAME(types[i % ELEMENTS(types)]);
	frame_put_u32(&f, 7);
	say(&f);
	role_hangs();
}

/* This program in the place of the role: the socket's path says what it does.
 */
static int
play_docker(void)
{
	own(buf) struct buf services = { 0 };
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		own(str) char *text = NULL;
		usec lost;
		if (frame_recv(ROLE_SOCKET, &f) <= 0)
			return 1;
		if (docker_frames_get_service(&f, &text, NULL) == 0) {
			buf_printf(&services, "%s ", text);
			continue;
		}
		f.at = 0;
		f.broken = false;
		if (docker_frames_get_socket(&f, &text, &lost, NULL) < 0)
			return 1;
		if (strcmp(text, "/all") == 0)
			say_all(buf_str(&services));
		else if (strcmp(text, "/dies") == 0)
			return 42;
		else if (strcmp(text, "/hangs") == 0)
			role_hangs();
		else
			say_nonsense(text);
	}
}

struct world {
	sd_event *loop;
	struct docker_process *process;
	struct buf said; /* a word for each call */
	unsigned gone, until_gone;
	char *why; /* of the last end */
};

static void
on_link(void *arg, bool speaks, const char *text)
{
	struct world *w = arg;
	buf_printf(&w->said, "link %d %s;", speaks, text);
}

static void
on_news(void *arg, const struct container_news *n)
{
	struct world *w = arg;
	buf_printf(&w->said, "news %s;", n->name);
}

static void
on_labels(void *arg, const struct service_labels *l)
{
	struct world *w = arg;
	buf_printf(&w->said, "labels %s;", l->service);
}

static void
on_removed(void *arg, const char *id)
{
	struct world *w = arg;
	buf_printf(&w->said, "removed %s;", id);
}

static void
on_listed(void *arg)
{
	struct world *w = arg;
	buf_add_str(&w->said, "listed;");
	sd_event_exit(w->loop, 0);
}

static void
on_gone(void *arg, const char *why)
{
	struct world *w = arg;
	str_free(w->why);
	w->why = xstrdup(why);
	if (++w->gone == w->until_gone)
		sd_event_exit(w->loop, 0);
}

static void
run(struct world *w, const char *socket, char *const *services, unsigned gone)
{
	const struct docker_process_calls calls = { on_link, on_news, on_labels,
		on_removed, on_listed, on_gone, w };
	*w = (struct world){ .until_gone = gone };
	ck_assert_int_ge(sd_event_new(&w->loop), 0);
	w->process = docker_process_start(w->loop, socket, services, 0, &calls);
	ck_assert_int_ge(sd_event_loop(w->loop), 0);
}

static int
on_tick(sd_event_source *source, uint64_t now, void *arg)
{
	struct world *w = arg;
	(void)now;
	docker_process_tick(w->process);
	(void)sd_event_source_set_time_relative(source, USEC_SECOND / 100);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void
world_free(struct world *w)
{
	docker_process_free(w->process);
	sd_event_unref(w->loop);
	buf_free(&w->said);
	str_free(w->why);
}

START_TEST(the_role_gets_services_and_socket_and_is_heard)
{
	own(strings) char **services = NULL;
	struct world w;
	strings_add(&services, "srv-captain--shop");
	strings_add(&services, "shop");
	run(&w, "/all", services, 1);
	ck_assert_str_eq(buf_str(&w.said),
		"link 1 srv-captain--shop shop ;news shop.1.x;labels shop;"
		"removed c1;listed;");
	ck_assert_uint_eq(w.gone, 0);
	world_free(&w);
}
END_TEST

START_TEST(a_role_that_ends_is_told_and_started_again)
{
	struct world w;
	run(&w, "/dies", NULL, 2);
	ck_assert_ptr_nonnull(strstr(w.why, "the role docker ended"));
	ck_assert_ptr_nonnull(strstr(w.why, "42"));
	ck_assert_str_eq(buf_str(&w.said), "");
	world_free(&w);
}
END_TEST

START_TEST(a_role_that_says_what_none_says_is_killed)
{
	for (int i = 0; i < 6; i++) {
		own(str) char *socket = xprintf("/nonsense%d", i);
		struct world w;
		run(&w, socket, NULL, 1);
		ck_assert_msg(strstr(w.why, "SIGKILL") || strstr(w.why, "9"),
			"%s", w.why);
		ck_assert_str_eq(buf_str(&w.said), "");
		world_free(&w);
	}
}
END_TEST

/* Time is told by who ticks. */
START_TEST(a_role_that_hangs_before_its_first_word_is_killed)
{
	const struct docker_process_calls calls = { on_link, on_news, on_labels,
		on_removed, on_listed, on_gone, NULL };
	struct world w = { .until_gone = 2 };
	struct docker_process_calls ours = calls;
	sd_event_source *source = NULL;
	ours.arg = &w;
	ck_assert_int_ge(sd_event_new(&w.loop), 0);
	w.process = docker_process_start(w.loop, "/hangs", NULL, 0, &ours);
	ck_assert_int_ge(sd_event_add_time_relative(w.loop, &source,
				 CLOCK_MONOTONIC, 0, 0, on_tick, &w),
		0);
	ck_assert_int_ge(sd_event_loop(w.loop), 0);
	ck_assert_ptr_nonnull(strstr(w.why,
		"it said nothing for 1m after its start, and was killed"));
	sd_event_source_unref(source);
	world_free(&w);
}
END_TEST

START_TEST(a_role_that_spoke_owes_no_word)
{
	struct world w;
	run(&w, "/all", NULL, 1);
	for (int i = 0; i < 1000; i++)
		docker_process_tick(w.process);
	ck_assert_uint_eq(w.gone, 0);
	world_free(&w);
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=docker") == 0)
		return play_docker();
	const TTest *const tests[] = {
		the_role_gets_services_and_socket_and_is_heard,
		a_role_that_ends_is_told_and_started_again,
		a_role_that_says_what_none_says_is_killed,
		a_role_that_hangs_before_its_first_word_is_killed,
		a_role_that_spoke_owes_no_word,
	};
	return check_main("docker-process", tests, ELEMENTS(tests));
}
