#include "config.h"
#include "head/sources/sources.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/descriptors.h"
#include "head/sources/checkpoints.h"
#include "head/sources/discovery.h"
#include "head/sources/followed-logs.h"
#include "head/sources/log-file.h"
#include "head/sources/open-logs.h"
#include "head/sources/resume.h"
#include "rule/rule.h"

#define RESCAN (5 * USEC_SECOND)
#define SETTLE (50 * (USEC_SECOND / 1000)) /* events come in showers */
#define PAUSE (10 * USEC_SECOND)

struct sources {
	sd_event *loop;
	const struct settings *settings;
	struct followed_logs logs;
	struct discovery *discovery;
	struct open_logs opening;
	int dirs; /* inotify: folders come, logs are renamed */
	sd_event_source *on_dirs, *on_timer;
	usec scan_due; /* monotonic; 0: none is planned */
};

/* --- what became of the logs that are held -------------------------------- */

static void
check_tail(struct sources *s, struct followed_log *t)
{
	struct stat st;
	bool named = stat(t->path, &st) == 0;
	struct followed_log *heir =
		named ? followed_logs_of_file(&s->logs, &st) : NULL;
	/* A container's folder goes only after its last words. */
	if ((!named && !discovery_have(s->discovery, t->container)) ||
		(heir && heir != t))
		followed_logs_finish(&s->logs, t);
	(void)checkpoints_save(&s->logs.checkpoints, t, NULL); /* tried again */
	followed_logs_shift(&s->logs, t);
	bool shrunk = log_file_has_shrunk(t->newest);
	struct log_file *broken = t->finishing ? NULL : followed_log_broken(t);
	if (broken) {
		followed_logs_anew(&s->logs, t, broken);
	} else if (!t->finishing && shrunk) {
		checkpoints_gap(&s->logs.checkpoints, t,
			"it was truncated before all of it was read");
		followed_logs_again(&s->logs, t);
	}
	if (t->resume && clock_mono() >= t->resume) {
		t->resume = 0;
		followed_log_tell(t, s->logs.reader);
	}
}

void
sources_scan(struct sources *s)
{
	discovery_listen(s->discovery, open_logs_current, &s->opening);
	open_logs_all(&s->opening);
	for (struct followed_log *t = s->logs.first; t; t = t->next)
		check_tail(s, t);
}

/* --- what an earlier head left -------------------------------------------- */

/* Takes in what an earlier head had opened, but not stored yet. */
static int
add_orphans(struct sources *s, struct followed_log *t, struct why *why)
{
	struct log_file *list = resume_orphans(
		s->opening.resume, t->container, followed_log_written(t));
	for (const struct log_file *l = list; l; l = l->next)
		t->missing -= t->missing ? 1 : 0;
	return list ? followed_logs_grow(&s->logs, t, list, why) : 0;
}

/* Without files it is there for the one that now has the log's name. */
static void
on_leftover(void *arg, struct followed_log *left, const struct checkpoint *old)
{
	struct sources *s = arg;
	own(followed_log) struct followed_log *t = left;
	struct why why;
	int r = rules_select(s->opening.rules, t->app->packs, t->app->rules_off,
		&t->source, &why);
	if (r >= 0)
		r = checkpoints_resume(&s->logs.checkpoints, t, old, &why);
	if (r >= 0) {
		followed_logs_insert(&s->logs, t);
		r = add_orphans(s, take(t), &why);
	}
	if (r < 0)
		followed_logs_note(&s->logs, "app %s: %s: %s", old->app,
			old->path, why.text);
}

static int
revive(struct sources *s, struct why *why)
{
	int r = resume_find(s->opening.resume, why);
	if (r < 0)
		return r;
	resume_each(s->opening.resume, s->settings, on_leftover, s);
	resume_drop_orphans(s->opening.resume);
	open_logs_all(&s->opening);
	resume_free(take(s->opening.resume));
	for (struct followed_log *t = s->logs.first, *next; t; t = next) {
		next = t->next;
		if (t->missing)
			followed_logs_missing(&s->logs, t, (int)t->missing);
		t->missing = 0;
		if (!t->newest)
			followed_logs_drop(&s->logs, t);
		else
			check_tail(s, t);
	}
	return s->opening.shut_out && !s->logs.first
		? descriptors_short(s->opening.shut_out, why)
		: 0;
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
	discovery_listen(s->discovery, open_logs_current, &s->opening);
	scan_in(s, SETTLE); /* what else they hint at, the scan finds out */
	return 0;
}

static int
watch(struct sources *s, struct why *why)
{
	s->dirs = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	s->logs.appends = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s->dirs < 0 || s->logs.appends < 0)
		return because(why, -errno,
			"no inotify instance: %s (or raise "
			"fs.inotify.max_user_instances)",
			descriptors_error(-errno));
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
	s->logs.checkpoints = (struct checkpoints){ store, notes, arg };
	s->dirs = s->logs.appends = -1;
	int r = watch(s, why);
	if (r >= 0)
		r = resume_load(store, &s->opening.resume, why);
	if (r < 0)
		return r;
	s->discovery = discovery_new(settings, s->dirs, notes, arg);
	s->opening.rules = rules;
	s->opening.logs = &s->logs;
	s->opening.discovery = s->discovery;
	r = revive(s, why);
	if (r < 0)
		return r;
	*ret = take(s);
	return 0;
}

void
sources_free(struct sources *s)
{
	if (!s)
		return;
	followed_logs_free(&s->logs);
	discovery_free(s->discovery);
	resume_free(s->opening.resume);
	sd_event_source_disable_unref(s->on_dirs);
	sd_event_source_disable_unref(s->on_timer);
	fd_close(s->dirs);
	fd_close(s->logs.appends);
	free(s);
}

size_t
sources_count(const struct sources *s)
{
	size_t n = 0;
	for (const struct followed_log *t = s->logs.first; t; t = t->next)
		n++;
	return n;
}

int
sources_watches(const struct sources *s)
{
	return s->logs.appends;
}

void
sources_tell(struct sources *s, struct eyes_process *reader)
{
	followed_logs_tell(&s->logs, reader);
}

struct followed_log *
sources_tail(struct sources *s, uint32_t id, uint32_t generation)
{
	struct followed_log *t = followed_logs_find(&s->logs, id);
	return t && t->source.generation == generation ? t : NULL;
}

bool
sources_check(struct sources *s, struct followed_log *t)
{
	struct log_file *broken = followed_log_broken(t);
	if (broken)
		followed_logs_anew(&s->logs, t, broken);
	else if (checkpoints_save(&s->logs.checkpoints, t, NULL) < 0)
		sources_restart(s, t, true);
	else
		return true;
	return false;
}

void
sources_stored(struct sources *s, struct followed_log *t, const struct batch *b)
{
	t->source.from = b->to;
	t->moved = clock_wall();
	t->troubles = 0;
	if (s->logs.reader)
		eyes_process_ack(s->logs.reader, t->source.id);
	if (b->end && t->finishing) {
		followed_logs_drop(&s->logs, t);
		return;
	}
	followed_logs_shift(&s->logs, t);
	checkpoints_moved(&s->logs.checkpoints, t);
}

void
sources_restart(struct sources *s, struct followed_log *t, bool pause)
{
	struct position stored;
	struct why why;
	if (store_checkpoint_at(s->logs.checkpoints.store, t->source.id,
		    &stored, &why) >= 0)
		t->source.from = stored;
	else
		pause = true;
	t->resume = pause ? clock_mono() + PAUSE : 0;
	followed_logs_again(&s->logs, t);
}

void
sources_trouble(struct sources *s, uint32_t id, const char *text)
{
	struct followed_log *t = followed_logs_find(&s->logs, id);
	if (!t)
		return;
	bool passed = followed_logs_pass(&s->logs, t, text);
	if (!passed)
		followed_logs_note(&s->logs,
			"app %s: %s: %s; it is tried again", t->app->name,
			t->path, text);
	sources_restart(s, t, !passed);
}

json_t *
sources_json(const struct sources *s)
{
	json_t *list = json_array();
	for (const struct followed_log *t = s->logs.first; t; t = t->next)
		followed_log_json(t, list);
	return list;
}
