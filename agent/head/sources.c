#include "config.h"
#include "head/sources.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "head/copies.h"
#include "head/folders.h"
#include "head/leftovers.h"
#include "head/tails.h"

#define RESCAN (5 * USEC_SECOND)
#define SETTLE (50 * (USEC_SECOND / 1000)) /* events come in showers */
#define PAUSE (10 * USEC_SECOND)

struct sources {
	sd_event *loop;
	const struct settings *settings;
	const struct rules *rules;
	struct tails tails;
	struct folders *folders;
	struct leftovers *leftovers; /* while starting, else NULL */
	int dirs; /* inotify: folders come, logs are renamed */
	sd_event_source *on_dirs, *on_timer;
	usec scan_due; /* monotonic; 0: none is planned */
};

/* --- opening -------------------------------------------------------------- */

/* A log nobody knows yet: with all rotated copies of it that are there. What
 * comes after the very first start of an app is read whole. */
static int
begin(struct sources *s, struct folder *f, struct logfile *current,
	struct why *why)
{
	bool history =
		s->leftovers && !leftovers_know(s->leftovers, f->app->name);
	bool whole = !history || f->app->start.kind != START_TAIL;
	own(tail) struct tail *t = tail_new(f->app, f->id, f->path);
	struct logfile *list = whole ? copies_missed(t, current, 0) : current;
	int r = tail_append(t, list, why);
	if (r < 0)
		logfiles_free(list);
	if (r >= 0)
		r = rules_select(s->rules, t->app->packs, t->app->rules_off,
			&t->source, why);
	if (r >= 0)
		r = places_begin(&s->tails.places, t, history, why);
	if (r >= 0)
		tails_insert(&s->tails, take(t));
	return r;
}

static void
tell_missing(struct sources *s, const struct tail *t, int files)
{
	own(str) char *reason =
		xprintf("%d file%s of it went away before anybody could look",
			files, files == 1 ? "" : "s");
	places_gap(&s->tails.places, t, reason);
}

/* The log was rotated, maybe several times since we looked, or while nobody
 * looked: then there are files between the one that was newest and the current.
 */
static int
grow(struct sources *s, struct folder *f, struct tail *t,
	struct logfile *current, struct why *why)
{
	struct logfile *list = copies_missed(t, current, tail_written(t));
	int found = 0;
	for (const struct logfile *l = list; l; l = l->next)
		found++;
	int r = tails_grow(&s->tails, t, list, why);
	if (r < 0)
		return r;
	f->unseen += (int)t->missing - found;
	t->missing = 0;
	if (f->unseen > 0) {
		tell_missing(s, t, f->unseen);
		f->unseen = 0;
	}
	return 0;
}

static void
open_current(void *arg, struct folder *f)
{
	struct sources *s = arg;
	own(logfile) struct logfile *current = NULL;
	struct why why;
	struct stat st;
	if (stat(f->path, &st) < 0 || tails_of_file(&s->tails, &st))
		return; /* not there yet, or held */
	int r = logfile_open(f->path, &why);
	if (r >= 0)
		r = logfile_new(r, &current, &why);
	struct tail *t = tails_of_container(&s->tails, f->id);
	if (r >= 0)
		r = t ? grow(s, f, t, take(current), &why)
		      : begin(s, f, take(current), &why);
	if (!t || s->leftovers) {
		/* Only what comes from now on may be missed. */
		folders_listen(s->folders, NULL, NULL);
		f->unseen = 0;
	}
	if (r < 0 && r != -ENOENT && !f->noted) {
		f->noted = true;
		tails_note(&s->tails, "app %s: %s", f->app->name, why.text);
	}
}

/* --- what became of the logs that are held -------------------------------- */

static void
check_tail(struct sources *s, struct tail *t)
{
	struct stat st;
	bool named = stat(t->path, &st) == 0;
	struct tail *heir = named ? tails_of_file(&s->tails, &st) : NULL;
	/* A container's folder goes only after its last words. */
	if ((!named && !folders_have(s->folders, t->container)) ||
		(heir && heir != t))
		tails_finish(&s->tails, t);
	(void)places_save(&s->tails.places, t, NULL); /* tried again */
	tails_shift(&s->tails, t);
	bool shrunk = logfile_has_shrunk(t->newest);
	struct logfile *broken = t->finishing ? NULL : tail_broken(t);
	if (broken) {
		tails_anew(&s->tails, t, broken);
	} else if (!t->finishing && shrunk) {
		places_gap(&s->tails.places, t,
			"it was truncated before all of it was read");
		tails_again(&s->tails, t);
	}
	if (t->resume && clock_mono() >= t->resume) {
		t->resume = 0;
		tail_tell(t, s->tails.reader);
	}
}

void
sources_scan(struct sources *s)
{
	folders_listen(s->folders, open_current, s);
	folders_scan(s->folders, open_current, s);
	for (struct tail *t = s->tails.first; t; t = t->next)
		check_tail(s, t);
}

/* --- what an earlier head left -------------------------------------------- */

/* Takes in what an earlier head had opened, but not stored yet. */
static int
add_orphans(struct sources *s, struct tail *t, struct why *why)
{
	struct logfile *list =
		leftovers_orphans(s->leftovers, t->container, tail_written(t));
	for (const struct logfile *l = list; l; l = l->next)
		t->missing -= t->missing ? 1 : 0;
	return list ? tails_grow(&s->tails, t, list, why) : 0;
}

/* Without files it is there for the one that now has the log's name. */
static void
on_leftover(void *arg, struct tail *left, const struct place *old)
{
	struct sources *s = arg;
	own(tail) struct tail *t = left;
	struct why why;
	int r = rules_select(
		s->rules, t->app->packs, t->app->rules_off, &t->source, &why);
	if (r >= 0)
		r = places_resume(&s->tails.places, t, old, &why);
	if (r >= 0) {
		tails_insert(&s->tails, t);
		r = add_orphans(s, take(t), &why);
	}
	if (r < 0)
		tails_note(&s->tails, "app %s: %s: %s", old->app, old->path,
			why.text);
}

static void
revive(struct sources *s)
{
	leftovers_find(s->leftovers);
	leftovers_each(s->leftovers, s->settings, on_leftover, s);
	leftovers_drop_orphans(s->leftovers);
	folders_scan(s->folders, open_current, s);
	leftovers_free(take(s->leftovers));
	for (struct tail *t = s->tails.first, *next; t; t = next) {
		next = t->next;
		if (t->missing)
			tell_missing(s, t, (int)t->missing);
		t->missing = 0;
		if (!t->newest)
			tails_drop(&s->tails, t);
		else
			check_tail(s, t);
	}
}

/* --- the loop ------------------------------------------------------------- */

/* Never later than was said before: events that keep coming put nothing off. */
static void
scan_in(struct sources *s, usec wait)
{
	usec at = clock_mono() + wait;
	s->scan_due = s->scan_due ? MIN(s->scan_due, at) : at;
	(void)sd_event_source_set_time(s->on_timer, s->scan_due);
	(void)sd_event_source_set_enabled(s->on_timer, SD_EVENT_ONESHOT);
}

static int
on_timer(sd_event_source *source, uint64_t now, void *arg)
{
	struct sources *s = arg;
	(void)source;
	(void)now;
	s->scan_due = 0;
	sources_scan(s);
	scan_in(s, RESCAN);
	return 0;
}

static int
on_dirs(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct sources *s = arg;
	(void)source;
	(void)fd;
	(void)events;
	folders_listen(s->folders, open_current, s);
	scan_in(s, SETTLE); /* what else they hint at, the scan finds out */
	return 0;
}

static int
watch(struct sources *s, struct why *why)
{
	s->dirs = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	s->tails.appends = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s->dirs < 0 || s->tails.appends < 0)
		return because(why, -errno,
			"no inotify instance: %s (see "
			"fs.inotify.max_user_instances)",
			strerror(errno));
	int r = sd_event_add_io(
		s->loop, &s->on_dirs, s->dirs, EPOLLIN, on_dirs, s);
	if (r >= 0)
		r = sd_event_add_time(s->loop, &s->on_timer, CLOCK_MONOTONIC,
			clock_mono() + RESCAN, 0, on_timer, s);
	return r < 0 ? because(why, r, "the event loop: %s", strerror(-r)) : 0;
}

int
sources_new(sd_event *loop, const struct settings *settings,
	const struct rules *rules, struct store *store, sources_note_fn *notes,
	void *arg, struct sources **ret, struct why *why)
{
	own(sources) struct sources *s = xcalloc(1, sizeof(*s));
	s->loop = loop;
	s->settings = settings;
	s->rules = rules;
	s->tails.places = (struct places){ store, notes, arg };
	s->dirs = s->tails.appends = -1;
	int r = watch(s, why);
	if (r >= 0)
		r = leftovers_load(store, &s->leftovers, why);
	if (r < 0)
		return r;
	s->folders = folders_new(settings, s->dirs, notes, arg);
	revive(s);
	*ret = take(s);
	return 0;
}

void
sources_free(struct sources *s)
{
	if (!s)
		return;
	tails_free(&s->tails);
	folders_free(s->folders);
	leftovers_free(s->leftovers);
	sd_event_source_disable_unref(s->on_dirs);
	sd_event_source_disable_unref(s->on_timer);
	fd_close(s->dirs);
	fd_close(s->tails.appends);
	free(s);
}

int
sources_watches(const struct sources *s)
{
	return s->tails.appends;
}

void
sources_tell(struct sources *s, struct reader *reader)
{
	tails_tell(&s->tails, reader);
}

struct tail *
sources_tail(struct sources *s, uint32_t id, uint32_t generation)
{
	struct tail *t = tails_find(&s->tails, id);
	return t && t->source.generation == generation ? t : NULL;
}

bool
sources_check(struct sources *s, struct tail *t)
{
	struct logfile *broken = tail_broken(t);
	if (broken)
		tails_anew(&s->tails, t, broken);
	else if (places_save(&s->tails.places, t, NULL) < 0)
		sources_restart(s, t, true);
	else
		return true;
	return false;
}

void
sources_stored(struct sources *s, struct tail *t, const struct batch *b)
{
	t->source.from = b->to;
	t->moved = clock_wall();
	t->troubles = 0;
	if (s->tails.reader)
		reader_ack(s->tails.reader, t->source.id);
	if (b->end && t->finishing) {
		tails_drop(&s->tails, t);
		return;
	}
	tails_shift(&s->tails, t);
	places_moved(&s->tails.places, t);
}

void
sources_restart(struct sources *s, struct tail *t, bool pause)
{
	struct position stored;
	struct why why;
	if (store_place_at(
		    s->tails.places.store, t->source.id, &stored, &why) >= 0)
		t->source.from = stored;
	else
		pause = true;
	t->resume = pause ? clock_mono() + PAUSE : 0;
	tails_again(&s->tails, t);
}

void
sources_trouble(struct sources *s, uint32_t id, const char *text)
{
	struct tail *t = tails_find(&s->tails, id);
	if (!t)
		return;
	bool passed = tails_pass(&s->tails, t, text);
	if (!passed)
		tails_note(&s->tails, "app %s: %s: %s; it is tried again",
			t->app->name, t->path, text);
	sources_restart(s, t, !passed);
}

json_t *
sources_json(const struct sources *s)
{
	json_t *list = json_array();
	for (const struct tail *t = s->tails.first; t; t = t->next)
		tail_json(t, list);
	return list;
}
