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
#include "head/sources/app-reading.h"
#include "head/sources/checkpoints.h"
#include "head/sources/discovery.h"
#include "head/sources/followed-logs.h"
#include "head/sources/log-file.h"
#include "head/sources/open-logs.h"
#include "head/sources/resume.h"
#include "rule/rule.h"
#include "wire/batch.h"

/* Without any event, for inotify may drop some. */
#define SCAN_EVERY (5 * USEC_SECOND)
/* From an event to the scan: a rotation or a new container causes many. */
#define SCAN_DELAY (50 * (USEC_SECOND / 1000))
/* So long what an earlier head left is looked for while it cannot be read, at
 * each scan. Then it counts as gone: a bad disk must not keep logmend from the
 * rest of the log for ever. */
#define RESUME_MOST (120 * USEC_SECOND)
/* Before eyes get a log again in which they, or the store, failed. */
#define RETRY_PAUSE (10 * USEC_SECOND)

struct sources {
	sd_event *loop;
	const struct settings *settings;
	struct followed_logs logs;
	struct discovery *discovery;
	struct open_logs opening;
	int folder_events; /* inotify, on the folders of containers */
	sd_event_source *on_folder_event, *on_timer;
	usec scan_due;     /* monotonic; 0: no scan is planned */
	usec resume_until; /* monotonic */
};

/* --- logs that are held --------------------------------------------------- */

/* Looks at one log that head holds: whether it has ended, whether files of it
 * are read to their end, whether it was truncated, whether eyes should get it
 * again. */
static void
check_log(struct sources *s, struct followed_log *t)
{
	struct stat st;
	bool named = log_file_stat(t->path, &st) == 0;
	struct followed_log *holder =
		named ? followed_logs_by_file(&s->logs, &st) : NULL;
	/* Docker removes a container's folder after its last line was written,
	 * and a name that another log has is no longer this one's. In both
	 * cases nobody writes to this log any more. */
	if ((!named && !discovery_has(s->discovery, t->container)) ||
		(holder && holder != t))
		followed_logs_finish(&s->logs, t);
	/* If this fails, the next scan tries again. */
	(void)checkpoints_save(&s->logs.checkpoints, t, NULL);
	followed_logs_close_read_files(&s->logs, t);
	bool shrunk = log_file_has_shrunk(t->newest);
	struct log_file *broken =
		t->finishing ? NULL : followed_log_changed_file(t);
	if (broken) {
		followed_logs_read_anew(&s->logs, t, broken);
	} else if (!t->finishing && shrunk) {
		checkpoints_gap(&s->logs.checkpoints, t, 0,
			"it was truncated before all of it was read");
		followed_logs_tell_again(&s->logs, t);
	}
	if (t->tell_at && clock_mono() >= t->tell_at) {
		t->tell_at = 0;
		followed_log_tell_eyes(t, s->logs.reader);
	}
	followed_logs_look(&s->logs, s->settings, t, false);
}

/* --- logs of an earlier head ---------------------------------------------- */

/* Holds a log of an earlier head. One of which no file was found is held too:
 * its position must be known when the file that has its name now is opened. */
static void
on_resumed_log(
	void *arg, struct followed_log *left, const struct checkpoint *old)
{
	struct sources *s = arg;
	own(followed_log) struct followed_log *t = left;
	struct why why;
	int r = rules_select(s->opening.rules, t->app->packs, t->app->rules_off,
		&t->source, &why);
	if (r >= 0)
		r = checkpoints_resume(&s->logs.checkpoints, t, old, &why);
	if (r >= 0) {
		followed_logs_hold(&s->logs, t);
		struct log_file *orphans = resume_orphans(s->opening.resume,
			t->container, followed_log_last_write(t));
		r = followed_logs_hold_orphans(
			&s->logs, take(t), orphans, &why);
	}
	if (r < 0)
		followed_logs_note(&s->logs, "app %s: %s: %s", old->app,
			old->path, why.text);
}

/* Holds what an earlier head left, then opens what is new, then notes what is
 * still missing. The order matters: a file that was held must not be opened
 * again as a new one. What cannot be read yet waits for the next scan. */
static int
resume_logs(struct sources *s, struct why *why)
{
	struct resume *resume = s->opening.resume;
	int r = resume_find(resume, clock_mono() >= s->resume_until, why);
	if (r < 0)
		return r;
	resume_each(resume, s->settings, on_resumed_log, s);
	resume_drop_orphans(resume);
	open_logs_all(&s->opening);
	followed_logs_settle(&s->logs);
	if (resume_is_done(resume))
		resume_free(take(s->opening.resume));
	return 0;
}

/* Fails only if too few descriptors keep it from reading any log. */
static int
resume_first(struct sources *s, struct why *why)
{
	s->resume_until = clock_mono() + RESUME_MOST;
	s->opening.starting = true;
	int r = resume_logs(s, why);
	s->opening.starting = false;
	if (r < 0)
		return r;
	for (struct followed_log *t = s->logs.first; t; t = t->next)
		check_log(s, t);
	return s->opening.unopened && !s->logs.first
		? descriptors_short(s->opening.unopened, why)
		: 0;
}

void
sources_scan(struct sources *s)
{
	discovery_listen(s->discovery, open_logs_current, &s->opening);
	/* Where descriptors are short, the next scan tries again, and the logs
	 * whose checkpoints were not given wait. */
	if (!s->opening.resume || resume_logs(s, NULL) < 0)
		open_logs_all(&s->opening);
	for (struct followed_log *t = s->logs.first; t; t = t->next)
		check_log(s, t);
}

/* --- the loop ------------------------------------------------------------- */

/* Plans a scan, never later than one that is planned already: or events that
 * keep coming would put it off for ever. */
static void
plan_scan(struct sources *s, usec wait)
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
	plan_scan(s, SCAN_EVERY);
	return 0;
}

/* Opens new logs at once, because a busy one may be rotated away within the
 * delay; the planned scan finds out what else the events hint at. */
static int
on_folder_event(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct sources *s = arg;
	(void)source;
	(void)fd;
	(void)events;
	discovery_listen(s->discovery, open_logs_current, &s->opening);
	plan_scan(s, SCAN_DELAY);
	return 0;
}

/* Head reads one inotify instance, for its watches on folders; eyes read the
 * other, to which head adds a watch for each log. */
static int
watch(struct sources *s, struct why *why)
{
	s->folder_events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	s->logs.appends = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s->folder_events < 0 || s->logs.appends < 0)
		return because(why, -errno,
			"no inotify instance: %s (or raise "
			"fs.inotify.max_user_instances)",
			descriptors_error(-errno));
	int r = sd_event_add_io(s->loop, &s->on_folder_event, s->folder_events,
		EPOLLIN, on_folder_event, s);
	if (r >= 0)
		r = sd_event_add_time(s->loop, &s->on_timer, CLOCK_MONOTONIC,
			clock_mono() + SCAN_EVERY, 0, on_timer, s);
	return r < 0 ? because(why, r, "the event loop: %s", strerror(-r)) : 0;
}

int
sources_new(sd_event *loop, const struct settings *settings,
	const struct rules *rules, struct store *store,
	const struct left_files *left, sources_note_fn *notes, void *arg,
	struct sources **ret, struct why *why)
{
	own(sources) struct sources *s = xcalloc(1, sizeof(*s));
	s->loop = loop;
	s->settings = settings;
	log_file_root(settings->docker_root);
	s->logs.checkpoints = (struct checkpoints){ store, notes, arg };
	s->folder_events = s->logs.appends = -1;
	int r = watch(s, why);
	if (r >= 0)
		r = resume_load(store, &s->opening.resume, why);
	if (r >= 0)
		r = resume_take_left(s->opening.resume, left, why);
	if (r < 0)
		return r;
	s->discovery = discovery_new(settings, s->folder_events, notes, arg);
	s->opening.rules = rules;
	s->opening.logs = &s->logs;
	s->opening.discovery = s->discovery;
	r = resume_first(s, why);
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
	sd_event_source_disable_unref(s->on_folder_event);
	sd_event_source_disable_unref(s->on_timer);
	fd_close(s->folder_events);
	fd_close(s->logs.appends);
	free(s);
}

void
sources_leave(struct sources *s, struct left_files *ret)
{
	if (!s)
		return;
	for (struct followed_log *t = s->logs.first; t; t = t->next) {
		followed_logs_look(&s->logs, s->settings, t, true);
		left_files_add(ret, t);
	}
	if (s->opening.resume)
		resume_leave(s->opening.resume, ret);
	sources_free(s);
}

size_t
sources_left(const struct sources *s)
{
	return discovery_left(s->discovery);
}

size_t
sources_count(const struct sources *s)
{
	return followed_logs_count(&s->logs);
}

int
sources_watches(const struct sources *s)
{
	return s->logs.appends;
}

void
sources_tell(struct sources *s, struct eyes_process *reader)
{
	followed_logs_tell_all(&s->logs, reader);
}

struct followed_log *
sources_tail(struct sources *s, uint32_t id, uint32_t generation)
{
	struct followed_log *t = followed_logs_by_id(&s->logs, id);
	return t && t->source.generation == generation ? t : NULL;
}

bool
sources_check(struct sources *s, struct followed_log *t)
{
	struct log_file *broken = followed_log_changed_file(t);
	if (broken)
		followed_logs_read_anew(&s->logs, t, broken);
	else if (checkpoints_save(&s->logs.checkpoints, t, NULL) < 0)
		sources_restart(s, t, true);
	else
		return true;
	return false;
}

void
sources_stored(struct sources *s, struct followed_log *t, const struct batch *b)
{
	followed_log_moved(t, &b->to);
	if (s->logs.reader)
		eyes_process_ack(s->logs.reader, t->source.id);
	if (b->end && t->finishing) {
		followed_logs_close(&s->logs, t);
		return;
	}
	followed_logs_close_read_files(&s->logs, t);
	checkpoints_moved(&s->logs.checkpoints, t);
}

/* A store that cannot even be read is given a pause too. */
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
	t->tell_at = pause ? clock_mono() + RETRY_PAUSE : 0;
	followed_logs_tell_again(&s->logs, t);
}

void
sources_trouble(struct sources *s, uint32_t id, bool broken, const char *text)
{
	struct followed_log *t = followed_logs_by_id(&s->logs, id);
	if (!t)
		return;
	bool passed = followed_logs_skip_file(&s->logs, t, broken, text);
	if (!passed)
		followed_logs_note(&s->logs,
			"app %s: %s: %s; it is tried again", t->app->name,
			t->path, text);
	sources_restart(s, t, !passed);
}

void
sources_tick(struct sources *s)
{
	followed_logs_tick(&s->logs, clock_wall());
}

void
sources_readings(const struct sources *s, struct app_reading *ret)
{
	app_readings(s->settings, s->discovery, &s->logs, ret);
}

char *
sources_reading_text(const struct sources *s, const struct app_reading *a)
{
	return app_reading_text(a, s->discovery);
}

json_t *
sources_readings_json(const struct sources *s)
{
	return app_readings_json(s->settings, s->discovery, &s->logs);
}

json_t *
sources_json(const struct sources *s)
{
	return followed_logs_json(&s->logs);
}

struct docker_container **
sources_containers(
	const struct sources *s, const struct app *app, size_t *ret_n)
{
	return discovery_containers(s->discovery, app, ret_n);
}
