/* Head's side of the role docker, which this program plays: the socket's path
 * says what the role tells. */
#include "config.h"
#include "head/watch/containers.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "config/labels.h"
#include "head/incidents/scheduler.h"
#include "head/sources/sources.h"
#include "head/watch/seen-labels.h"
#include "rule/rule.h"
#include "support/check_main.h"
#include "support/played-role.h"
#include "wire/docker/docker-frames.h"
#include "wire/role.h"

#define NOW ((usec)1795350344 * USEC_SECOND)

static void
say(struct frame *f)
{
	(void)frame_send(ROLE_SOCKET, f);
	frame_free(f);
}

static void
say_news(const char *service, bool running, int code)
{
	struct frame f = FRAME(0);
	const struct container_news n = { .id = (char *)"c1",
		.name = (char *)"shop.1.x",
		.service = (char *)service,
		.image = (char *)"shop:7",
		.running = running,
		.exit_code = code,
		.started = NOW - 10 * USEC_SECOND,
		.finished = running ? 0 : NOW };
	docker_frames_news(&f, &n);
	say(&f);
}

/* Of one that ended, and why it counts as no death. */
static void
say_asked(const char *id, usec finished, bool listed, bool unsure)
{
	struct frame f = FRAME(0);
	const struct container_news n = { .id = (char *)id,
		.name = (char *)"shop.1.x",
		.service = (char *)"shop",
		.asked = true,
		.unsure = unsure,
		.listed = listed,
		.exit_code = 137,
		.started = finished - USEC_SECOND,
		.finished = finished };
	docker_frames_news(&f, &n);
	say(&f);
}

static void
say_labels(const char *service, enum labels_state state, const char *label)
{
	own(strings) char **list = NULL;
	struct frame f = FRAME(0);
	if (label)
		strings_add(&list, label);
	const struct service_labels l = {
		.service = (char *)service, .state = state, .labels = list
	};
	docker_frames_labels(&f, &l);
	say(&f);
}

static void
say_link(bool speaks, const char *text)
{
	struct frame f = FRAME(0);
	docker_frames_link(&f, speaks, text);
	say(&f);
}

static void
play(const char *socket)
{
	say_link(true, "1.41");
	if (strcmp(socket, "/dies") == 0) {
		say_news("shop", true, 0);
		say_news("other", false, 9);
		say_news("shop", false, 9);
	}
	if (strcmp(socket, "/kills") == 0) {
		say_asked("c2", NOW + 2 * USEC_SECOND, true, true);
		say_asked("c1", NOW, false, false);
	}
	if (strcmp(socket, "/starts") == 0)
		say_news("shop", true, 0);
	say_labels("srv-captain--shop", LABELS_NO_SERVICE, NULL);
	say_labels("shop", LABELS_TOLD,
		strcmp(socket, "/lowers") == 0 ? "logmend.mode=report" : NULL);
	if (strcmp(socket, "/lost") == 0)
		say_link(false, "nobody answers");
	role_hangs();
}

static int
play_docker(void)
{
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		own(str) char *socket = NULL;
		usec lost;
		if (frame_recv(ROLE_SOCKET, &f) <= 0)
			return 1;
		if (docker_frames_get_socket(&f, &socket, &lost, NULL) == 0)
			play(socket);
	}
}

/* --- the test --------------------------------------------------------------
 */

static struct policy policy = { .mode = MODE_ACT };
static struct app app = { .name = (char *)"shop", .policy = &policy };
static struct settings settings = { .apps = &app, .n_apps = 1 };
static size_t wakes;
static struct incidents d;
static struct why why;
static struct scheduler *scheduler;
static struct seen_labels *labels;
static struct sources *sources;
static struct rules *rules;
static struct containers *containers;
static sd_event *loop;
static bool stays;      /* the loop goes on behind them */
static char heard[256]; /* what the labels changed */

static usec
on_time(void *arg)
{
	(void)arg;
	return NOW;
}

static const struct clock played = { on_time, on_time, NULL };

static void
on_wake(void *arg, usec wait)
{
	(void)arg;
	(void)wait;
	wakes++;
}

static void
on_labels(void *arg, const struct app *of, bool told_else, bool first)
{
	(void)arg;
	size_t len = strlen(heard);
	snprintf(heard + len, sizeof(heard) - len, "%s%s%s;", of->name,
		told_else ? " else" : "", first ? " first" : "");
	if (!stays)
		sd_event_exit(loop, 0);
}

static void
on_note(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

static void
note(uint64_t incident, const char *text)
{
	(void)incident;
	(void)text;
}

static void
ok(int r)
{
	ck_assert_msg(r >= 0, "%s", why.text);
}

static void
set_up(void)
{
	own(str) char *folder = scratch_folder();
	settings.store = xprintf("%s/logmend.db", folder);
	settings.freeze_file = xprintf("%s/freeze", folder);
	settings.file = xprintf("%s/logmend.conf", folder);
	settings.docker_root = xprintf("%s/docker", folder);
	d = (struct incidents){ .settings = &settings,
		.clock = &played,
		.note = note,
		.wake = on_wake };
	ok(store_open(settings.store, &d.store, &why));
}

static void
tear_down(void)
{
	store_close(d.store);
	str_free(settings.store);
	str_free(settings.freeze_file);
	str_free(settings.file);
	str_free(settings.docker_root);
}

static void
begin(const char *socket)
{
	const struct containers_parts parts = { loop, &settings, scheduler,
		d.store, sources, labels, on_labels, NULL };
	settings.docker_socket = (char *)socket;
	ok(containers_start(&parts, NULL, &containers, &why));
}

static void
start(const char *socket)
{
	set_up();
	heard[0] = '\0';
	labels = seen_labels_new();
	rules = rules_new();
	ck_assert_int_ge(sd_event_new(&loop), 0);
	ok(scheduler_new(loop, &d, &scheduler, &why));
	ok(sources_new(loop, &settings, rules, d.store, NULL, on_note, NULL,
		&sources, &why));
	begin(socket);
}

static void
stop(void)
{
	containers_free(containers);
	sources_free(sources);
	scheduler_free(scheduler);
	seen_labels_free(labels);
	labels_clear(&app);
	rules_free(rules);
	sd_event_unref(loop);
	tear_down();
}

static const char *
way(json_t *json)
{
	return json_string_value(json_object_get(json, "way"));
}

START_TEST(labels_are_awaited_and_then_lower_the_app)
{
	start("/lowers");
	ck_assert(app.labels_awaited);
	ck_assert_int_ge(sd_event_loop(loop), 0);
	ck_assert_str_eq(heard, "shop else first;");
	ck_assert(!app.labels_awaited);
	ck_assert_int_eq(app.policy->mode, MODE_REPORT);
	/* They are known from the first moment to who comes next. */
	containers_free(containers);
	sd_event_unref(loop);
	ck_assert_int_ge(sd_event_new(&loop), 0);
	begin("/silent");
	ck_assert(!app.labels_awaited);
	ck_assert_int_eq(app.policy->mode, MODE_REPORT);
	/* But where Docker is off, and then on again, all is told anew. */
	containers_free(containers);
	begin("");
	ck_assert(!app.labels_awaited);
	ck_assert_int_eq(app.policy->mode, MODE_ACT);
	containers_free(containers);
	begin("/silent");
	ck_assert(app.labels_awaited);
	ck_assert_int_eq(app.policy->mode, MODE_ACT);
	stop();
}
END_TEST

START_TEST(labels_that_change_nothing_end_the_waiting)
{
	start("/none");
	ck_assert_int_ge(sd_event_loop(loop), 0);
	ck_assert_str_eq(heard, "shop first;");
	json_t *json = containers_json(containers);
	ck_assert_str_eq(way(json), "socket");
	ck_assert_str_eq(
		json_string_value(json_object_get(json, "api")), "1.41");
	json_decref(json);
	stop();
}
END_TEST

START_TEST(without_a_socket_nothing_is_awaited)
{
	start("");
	ck_assert(!app.labels_awaited);
	json_t *json = containers_json(containers);
	ck_assert_str_eq(way(json), "files");
	ck_assert_str_eq(json_string_value(json_object_get(json, "trouble")),
		"docker-socket is off");
	json_decref(json);
	stop();
}
END_TEST

static int
until_lost(sd_event_source *s, void *arg)
{
	(void)s;
	(void)arg;
	json_t *json = containers_json(containers);
	const char *trouble =
		json_string_value(json_object_get(json, "trouble"));
	if (trouble && strcmp(trouble, "nobody answers") == 0)
		sd_event_exit(loop, 0);
	json_decref(json);
	return 0;
}

START_TEST(a_loss_of_docker_is_told)
{
	stays = true;
	start("/lost");
	ck_assert_int_ge(sd_event_add_post(loop, NULL, until_lost, NULL), 0);
	ck_assert_int_ge(sd_event_loop(loop), 0);
	json_t *json = containers_json(containers);
	ck_assert_str_eq(way(json), "files");
	json_decref(json);
	stop();
}
END_TEST

START_TEST(a_death_of_the_apps_own_container_is_an_incident)
{
	start("/dies");
	ck_assert_int_ge(sd_event_loop(loop), 0);
	struct incident *list = NULL;
	size_t n = 0;
	struct incident_filter f = { .class = -1 };
	ok(store_incidents(d.store, &f, &list, &n, &why));
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(list[0].class, CLASS_CONTAINER_DIED);
	ck_assert_ptr_nonnull(strstr(list[0].sample, "with exit code 9"));
	incident_list_free(list, n);
	/* What changed is known of it, though its files are not there. */
	struct finding changed = { 0 };
	containers_on_opened(
		&containers, &app, (int64_t)NOW * NSEC_USEC, &changed);
	ck_assert_ptr_nonnull(strstr(changed.text, "container shop.1.x"));
	ck_assert_ptr_nonnull(strstr(changed.text, "with image shop:7"));
	finding_free(&changed);
	stop();
}
END_TEST

/* Docker forgets signals. */
START_TEST(what_somebody_asked_for_is_no_death_for_a_later_head)
{
	own(str) char *told = NULL;
	start("");
	ok(store_value_put(d.store, "docker-deaths:shop", "1", &why));
	containers_free(containers);
	begin("/kills");
	ck_assert_int_ge(sd_event_loop(loop), 0);
	ok(store_value_get(d.store, "docker-deaths:shop", &told, &why));
	own(str) char *at = xprintf("%llu", (unsigned long long)NOW);
	/* Of what nobody could say, somebody may yet. */
	ck_assert_str_eq(told, at);
	stop();
}
END_TEST

START_TEST(each_app_of_a_service_hears_that_a_container_began)
{
	static struct policy other = { .mode = MODE_REPORT };
	struct app apps[] = { app,
		{ .name = (char *)"too",
			.service = (char *)"shop",
			.policy = &other } };
	settings.apps = apps;
	settings.n_apps = ELEMENTS(apps);
	start("/starts");
	wakes = 0;
	ck_assert_int_ge(sd_event_loop(loop), 0);
	ck_assert_uint_eq(wakes, 2);
	stop();
	labels_clear(&apps[0]);
	labels_clear(&apps[1]);
	settings.apps = &app;
	settings.n_apps = 1;
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=docker") == 0)
		return play_docker();
	const TTest *const tests[] = {
		labels_are_awaited_and_then_lower_the_app,
		labels_that_change_nothing_end_the_waiting,
		without_a_socket_nothing_is_awaited,
		a_loss_of_docker_is_told,
		a_death_of_the_apps_own_container_is_an_incident,
		what_somebody_asked_for_is_no_death_for_a_later_head,
		each_app_of_a_service_hears_that_a_container_began,
	};
	return check_main("containers", tests, ELEMENTS(tests));
}
