#include "config.h"
#include "head/watchdog.h"

#include <stdlib.h>
#include <string.h>

#include "base/io/log.h"

/* Time is counted in ticks and not read from a clock: a machine that slept, or
 * head itself, which did not run for a while, is no reason to kill eyes. */
#define TICK (5 * USEC_SECOND)
#define TICKS_EYES (WATCHDOG_EYES / TICK)
#define TICKS_UNREAD (WATCHDOG_UNREAD / TICK)

/* What the store has of an app. One of an earlier head may have left an
 * incident behind, so at first nothing is known. */
enum told { TOLD_NOTHING, TOLD_READS, TOLD_UNREAD };

struct watchdog {
	struct watched watched;
	sd_event_source *timer;
	enum told *told; /* one for each app */
	uint64_t heard;
	unsigned silent; /* ticks without a word of eyes */
};

/* The most of any app. */
static struct unread
worst(const struct watchdog *w)
{
	struct unread most = { 0 }, one;
	const struct settings *s = w->watched.settings;
	for (size_t i = 0; i < s->n_apps; i++) {
		sources_unread(w->watched.sources, &s->apps[i], &one);
		most.bytes += one.bytes;
		most.ticks = MAX(most.ticks, one.ticks);
	}
	return most;
}

/* Both must last: bytes that nobody reads, and eyes that say nothing. Eyes that
 * read another log say so, and eyes without work owe no word. */
static void
check_eyes(struct watchdog *w)
{
	uint64_t heard = eyes_process_heard(w->watched.eyes);
	const struct unread most = worst(w);
	w->silent = heard == w->heard && most.ticks ? w->silent + 1 : 0;
	w->heard = heard;
	if (w->silent < TICKS_EYES || most.ticks < TICKS_EYES)
		return;
	char text[CLOCK_TEXT];
	own(str) char *why = xprintf("nothing came from them for %s while %llu "
				     "bytes were unread, so they were killed",
		duration_text(WATCHDOG_EYES, text),
		(unsigned long long)most.bytes);
	w->silent = 0;
	eyes_process_kill(w->watched.eyes, why);
}

/* A store that cannot take it is asked again at the next tick. */
static void
check_app(struct watchdog *w, const struct app *app, enum told *told)
{
	struct unread unread;
	struct why why;
	char since[CLOCK_TEXT];
	sources_unread(w->watched.sources, app, &unread);
	bool late = unread.ticks >= TICKS_UNREAD;
	enum told tell = late ? TOLD_UNREAD : TOLD_READS;
	if (tell == *told)
		return;
	own(str) char *text = xprintf("%llu bytes of the app's logs are unread "
				      "and none of them was read since %s",
		(unsigned long long)unread.bytes,
		clock_text(unread.since, since));
	int r = late ? scheduler_unread(w->watched.scheduler, app, text, &why)
		     : scheduler_reads(w->watched.scheduler, app, &why);
	if (r < 0)
		log_warn("app %s: %s", app->name, why.text);
	else
		*told = tell;
}

static int
on_tick(sd_event_source *s, uint64_t now, void *arg)
{
	struct watchdog *w = arg;
	const struct settings *settings = w->watched.settings;
	(void)now;
	sources_tick(w->watched.sources);
	for (size_t i = 0; i < settings->n_apps; i++)
		check_app(w, &settings->apps[i], &w->told[i]);
	check_eyes(w);
	(void)sd_event_source_set_time_relative(s, TICK);
	return sd_event_source_set_enabled(s, SD_EVENT_ONESHOT);
}

int
watchdog_start(sd_event *loop, const struct watched *watched,
	struct watchdog **ret, struct why *why)
{
	struct watchdog *w = xcalloc(1, sizeof(*w));
	w->watched = *watched;
	w->told = xcalloc(watched->settings->n_apps + 1, sizeof(*w->told));
	int r = sd_event_add_time_relative(
		loop, &w->timer, CLOCK_MONOTONIC, TICK, 0, on_tick, w);
	if (r < 0) {
		watchdog_free(w);
		return because(why, r,
			"nobody watches whether logs are read: "
			"%s",
			strerror(-r));
	}
	*ret = w;
	return 0;
}

void
watchdog_free(struct watchdog *w)
{
	if (!w)
		return;
	sd_event_source_disable_unref(w->timer);
	free(w->told);
	free(w);
}
