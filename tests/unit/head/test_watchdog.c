/* Eyes are played by this program; a variable of the few that a role gets says
 * what they do. */
#include "config.h"
#include "head/watchdog.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rule/rule.h"
#include "support/check_main.h"
#include "support/played-role.h"
#include "wire/batch.h"
#include "wire/eyes-frames.h"
#include "wire/role.h"

#define PLAYED "LOGMEND_DEBUG"

/* Takes all that head sends, or hangs before the first of it. */
static int
play_eyes(void)
{
	if (strcmp(getenv(PLAYED), "hang") == 0)
		role_hangs();
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		if (frame_recv(ROLE_SOCKET, &f) <= 0)
			return 0;
		if (f.type != EYES_BEGIN)
			continue;
		own(frame) struct frame ready = FRAME(EYES_READY);
		frame_put_u32(&ready, 0);
		(void)frame_send(ROLE_SOCKET, &ready);
	}
}

struct world {
	sd_event *loop;
	struct settings settings;
	struct rules *rules;
	struct watched watched;
	struct watchdog *watchdog;
	unsigned readies, gone;
	int status;
	char *why;
};

static void
on_ready(void *arg)
{
	struct world *w = arg;
	w->readies++;
}

static void
on_batch(void *arg, struct batch *b)
{
	(void)arg;
	(void)b;
}

static void
on_trouble(void *arg, uint32_t source, bool broken, const char *text)
{
	(void)arg;
	(void)source;
	(void)broken;
	ck_abort_msg("%s", text);
}

static void
on_gone(void *arg, int status, const char *why)
{
	struct world *w = arg;
	w->gone++;
	w->status = status;
	str_free(w->why);
	w->why = xstrdup(why);
}

static void
on_unstarted(void *arg, const char *why)
{
	(void)arg;
	ck_abort_msg("%s", why);
}

static void
on_note(void *arg, const char *text)
{
	(void)arg;
	(void)text; /* there is no folder of containers */
}

/* There is no app, and so nothing to be read. */
static void
world_open(struct world *w)
{
	own(str) char *folder = scratch_folder();
	struct why why = { "" };
	w->settings.store = xprintf("%s/logmend.db", folder);
	w->settings.docker_root = xprintf("%s/docker", folder);
	w->rules = rules_new();
	w->watched.settings = &w->settings;
	int r = store_open(w->settings.store, &w->watched.store, &why);
	if (r >= 0)
		r = sources_new(w->loop, &w->settings, w->rules,
			w->watched.store, NULL, on_note, w, &w->watched.sources,
			&why);
	const struct eyes_process_calls calls = { on_ready, on_batch,
		on_trouble, on_gone, on_unstarted, w };
	if (r >= 0)
		r = eyes_process_start(w->loop, w->rules,
			sources_watches(w->watched.sources), &calls,
			&w->watched.eyes, &why);
	if (r >= 0)
		r = watchdog_start(w->loop, &w->watched, &w->watchdog, &why);
	ck_assert_msg(r >= 0, "%s", why.text);
}

static void
world_close(struct world *w)
{
	watchdog_free(w->watchdog);
	eyes_process_free(w->watched.eyes);
	sources_free(w->watched.sources);
	store_close(w->watched.store);
	sd_event_unref(w->loop);
	rules_free(w->rules);
	str_free(w->settings.store);
	str_free(w->settings.docker_root);
	str_free(w->why);
}

/* Those that hang would be noticed only when something is to be read, and that
 * would then wait for as long again. Those that are ready owe no word: they
 * were watched for longer when the others are killed. */
START_TEST(without_work_only_eyes_that_hang_at_their_start_are_killed)
{
	struct world idle = { 0 }, w = { 0 };
	ck_assert_int_ge(sd_event_new(&idle.loop), 0);
	w.loop = sd_event_ref(idle.loop);
	setenv(PLAYED, "work", 1);
	world_open(&idle);
	while (idle.readies == 0)
		ck_assert_int_ge(sd_event_run(w.loop, UINT64_MAX), 0);
	setenv(PLAYED, "hang", 1);
	world_open(&w);
	while (w.gone == 0)
		ck_assert_int_ge(sd_event_run(w.loop, UINT64_MAX), 0);
	ck_assert_uint_eq(w.readies, 0);
	ck_assert(WIFSIGNALED(w.status) && WTERMSIG(w.status) == SIGKILL);
	ck_assert_str_eq(w.why,
		"they were not ready 30s after their start, so they were "
		"killed");
	setenv(PLAYED, "work", 1);
	while (w.readies == 0)
		ck_assert_int_ge(sd_event_run(w.loop, UINT64_MAX), 0);
	ck_assert_uint_eq(w.gone, 1);
	ck_assert_uint_eq(idle.readies, 1);
	ck_assert_uint_eq(idle.gone, 0);
	world_close(&w);
	world_close(&idle);
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=eyes") == 0)
		return play_eyes();
	const TTest *const tests[] = {
		without_work_only_eyes_that_hang_at_their_start_are_killed
	};
	return check_main("watchdog", tests, ELEMENTS(tests));
}
