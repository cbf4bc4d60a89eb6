#include "config.h"
#include "head/watchdog.h"

#include <stdlib.h>
#include <string.h>

#include "base/io/log.h"
#include "config/labels.h"
#include "config/settings.h"
#include "head/watch/own-faults.h"
#include "head/store/store.h"

/* Time is counted in ticks and not read from a clock: a machine that slept, or
 * head itself, which did not run for a while, is no reason to kill eyes. */
#define TICK (5 * USEC_SECOND)
#define TICKS_EYES (WATCHDOG_EYES / TICK)
#define TICKS_UNREAD (WATCHDOG_UNREAD / TICK)

/* More wait for the next tick. */
#define GAPS_A_TICK 20u

/* What the store has of an app. One of an earlier head may have left an
 * incident behind, so at first nothing is known. */
enum told { TOLD_NOTHING, TOLD_READS, TOLD_UNREAD, TOLD_TROUBLE };

struct watched_app {
	enum told told;
	bool logged;              /* the log has what follows */
	enum app_trouble trouble; /* since then */
	char *driver;             /* the one that it told of; or NULL */
	usec since;               /* monotonic */
};

struct watchdog {
	struct watched watched;
	struct own_faults own;
	sd_event_source *timer;
	struct watched_app *apps;     /* one for each app */
	struct app_reading *readings; /* of this tick, one for each app */
	pid_t eyes; /* those that follow are of these; 0: none */
	uint64_t heard;
	unsigned silent; /* ticks without a word that they owed */
};

/* The most of any app. */
static struct unread
worst(const struct watchdog *w)
{
	struct unread most = { 0 };
	for (size_t i = 0; i < w->watched.settings->n_apps; i++) {
		const struct unread *one = &w->readings[i].unread;
		most.bytes += one->bytes;
		most.ticks = MAX(most.ticks, one->ticks);
	}
	return most;
}

/* Eyes that are not ready owe the word that they are, also where nothing is to
 * be read yet. Later both must last: bytes that nobody reads, and eyes that say
 * nothing. Eyes that read another log say so, and eyes without work owe no
 * word. What the last eyes did not say is not held against new ones. */
static bool
eyes_hang(struct watchdog *w, unsigned waiting)
{
	const struct eyes_process *eyes = w->watched.eyes;
	const pid_t pid = eyes_process_pid(eyes);
	const uint64_t heard = eyes_process_heard(eyes);
	const bool ready = eyes_process_is_ready(eyes);
	const bool owing = pid && (!ready || waiting);
	const bool same = pid == w->eyes && heard == w->heard;
	w->silent = owing && same ? w->silent + 1 : 0;
	w->eyes = pid;
	w->heard = heard;
	return w->silent >= TICKS_EYES && (!ready || waiting >= TICKS_EYES);
}

static void
check_eyes(struct watchdog *w)
{
	const struct unread most = worst(w);
	char text[CLOCK_TEXT];
	if (!eyes_hang(w, most.ticks))
		return;
	(void)duration_text(WATCHDOG_EYES, text);
	own(str) char *why = eyes_process_is_ready(w->watched.eyes)
		? xprintf("nothing came from them for %s while %llu bytes were "
			  "unread, so they were killed",
			  text, (unsigned long long)most.bytes)
		: xprintf("they were not ready %s after their start, so "
			  "they were killed",
			  text);
	w->silent = 0;
	eyes_process_kill(w->watched.eyes, why);
}

static bool
is_logged(const struct watched_app *app, const struct app_reading *a)
{
	return app->logged && app->trouble == a->trouble &&
		strcmp(app->driver ? app->driver : "",
			a->driver ? a->driver : "") == 0;
}

/* One line for each app at the start, and one for each change. Why a log cannot
 * be opened was told where that was tried. */
static void
log_reading(struct watchdog *w, const struct app_reading *a,
	struct watched_app *app)
{
	if (is_logged(app, a))
		return;
	own(str) char *text = sources_reading_text(w->watched.sources, a);
	own(str) char *mode = labels_mode_text(a->app);
	if (a->trouble != APP_UNOPENED || !a->error)
		log_at(a->trouble == APP_IS_READ ? LOG_LEVEL_INFO
						 : LOG_LEVEL_WARN,
			"app %s: %s, %s", a->app->name, mode, text);
	bool was_read = app->trouble == APP_IS_READ;
	if (!app->logged || was_read || a->trouble == APP_IS_READ)
		app->since = clock_mono();
	app->logged = true;
	app->trouble = a->trouble;
	free(app->driver);
	app->driver = a->driver ? xstrdup(a->driver) : NULL;
}

static char *
unread_text(const struct unread *unread)
{
	char since[CLOCK_TEXT];
	return xprintf("%llu bytes of the app's logs are unread and none of "
		       "them was read since %s",
		(unsigned long long)unread->bytes,
		clock_text(unread->since, since));
}

/* What the store should have of the app. */
static enum told
judge(const struct app_reading *a, const struct watched_app *app)
{
	if (a->unread.ticks >= TICKS_UNREAD)
		return TOLD_UNREAD;
	if (a->trouble == APP_SILENT)
		return TOLD_TROUBLE;
	/* Neither: an incident that is there stays, and none is opened yet. A
	 * restart is no line that was logged. */
	if (a->trouble == APP_IS_READ)
		return a->app->silence && !a->heard_now ? app->told
							: TOLD_READS;
	return clock_mono() - app->since < WATCHDOG_TROUBLE ? app->told
							    : TOLD_TROUBLE;
}

static bool
is_unread(enum told told)
{
	return told == TOLD_UNREAD || told == TOLD_TROUBLE;
}

/* A store that cannot take it is asked again at the next tick. */
static void
check_app(struct watchdog *w, const struct app_reading *a,
	struct watched_app *app)
{
	struct why why;
	log_reading(w, a, app);
	if (app->told == TOLD_NOTHING &&
		own_faults_is_open(
			&w->own, a->app, CLASS_LOG_UNREAD, OWN_FAULTS_RULE))
		app->told = TOLD_UNREAD;
	enum told tell = judge(a, app);
	/* One incident is enough, whatever the reason is by now. */
	if (is_unread(tell) && is_unread(app->told))
		app->told = tell;
	if (tell == app->told)
		return;
	own(str) char *text = tell == TOLD_UNREAD
		? unread_text(&a->unread)
		: sources_reading_text(w->watched.sources, a);
	int r = tell == TOLD_READS
		? own_faults_over(&w->own, a->app, CLASS_LOG_UNREAD, EVENT_GONE,
			  "reading goes on", &why)
		: own_faults_unread(&w->own, a->app, text, &why);
	if (r < 0)
		log_warn("app %s: %s", a->app->name, why.text);
	else
		app->told = tell;
}

/* A gap may be noted within a transaction, and by a head that is killed then:
 * so it is told from the store. */
static void
tell_gaps(struct watchdog *w)
{
	struct gap *list;
	size_t n;
	struct why why;
	int r = store_gaps_untold(
		w->watched.store, GAPS_A_TICK, &list, &n, &why);
	if (r < 0) {
		log_warn("gaps cannot be told: %s", why.text);
		return;
	}
	for (size_t i = 0; i < n && r >= 0; i++)
		r = own_faults_gap(&w->own, &list[i], &why);
	if (r < 0)
		log_warn("a gap cannot be told: %s", why.text);
	gaps_free(list, n);
}

static int
on_tick(sd_event_source *s, uint64_t now, void *arg)
{
	struct watchdog *w = arg;
	const struct settings *settings = w->watched.settings;
	(void)now;
	sources_tick(w->watched.sources);
	sources_readings(w->watched.sources, w->readings);
	for (size_t i = 0; i < settings->n_apps; i++)
		check_app(w, &w->readings[i], &w->apps[i]);
	check_eyes(w);
	tell_gaps(w);
	(void)sd_event_source_set_time_relative(s, TICK);
	return sd_event_source_set_enabled(s, SD_EVENT_ONESHOT);
}

int
watchdog_start(sd_event *loop, const struct watched *watched,
	struct watchdog **ret, struct why *why)
{
	struct watchdog *w = xcalloc(1, sizeof(*w));
	w->watched = *watched;
	w->own = (struct own_faults){ watched->settings, watched->scheduler,
		watched->store };
	size_t n = watched->settings->n_apps + 1;
	w->apps = xcalloc(n, sizeof(*w->apps));
	w->readings = xcalloc(n, sizeof(*w->readings));
	int r = sd_event_add_time_relative(
		loop, &w->timer, CLOCK_MONOTONIC, 0, 0, on_tick, w);
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
	for (size_t i = 0; w->apps && i < w->watched.settings->n_apps; i++)
		free(w->apps[i].driver);
	free(w->apps);
	free(w->readings);
	free(w);
}
