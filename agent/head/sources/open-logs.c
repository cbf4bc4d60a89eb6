#include "config.h"
#include "head/sources/open-logs.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/io/descriptors.h"
#include "head/sources/checkpoints.h"
#include "head/sources/discovery.h"
#include "head/sources/followed-log.h"
#include "head/sources/followed-logs.h"
#include "head/sources/log-file.h"
#include "head/sources/resume.h"
#include "head/sources/rotated-files.h"
#include "rule/rule.h"

/* So often the copies of a log are asked for before one that cannot be read
 * counts as gone. */
#define TRIES_MOST 10

/* Follows a log that is new, with all its rotated copies. A log that was there
 * when logmend first saw the app is history, and the app's `start` decides how
 * much of it counts; one that appears later is read as a whole. Takes
 * `current`. */
static int
follow_new(struct open_logs *o, struct container_folder *f,
	struct log_file *current, struct why *why)
{
	bool history = o->starting && !resume_knows(o->resume, f->app->name);
	bool whole = !history || f->app->start.kind != START_TAIL;
	own(followed_log) struct followed_log *t =
		followed_log_new(f->app, f->id, f->path);
	struct log_file *list = current;
	int r = whole ? rotated_files_newer(t, current, 0,
				f->tries >= TRIES_MOST, &list, why)
		      : 0;
	if (r < 0)
		return r;
	r = followed_log_add_files(t, list, why);
	if (r < 0)
		log_files_free(list);
	if (r >= 0)
		r = rules_select(o->rules, t->app->packs, t->app->rules_off,
			&t->source, why);
	if (r >= 0)
		r = checkpoints_begin(&o->logs->checkpoints, t, history, why);
	if (r >= 0)
		followed_logs_hold(o->logs, take(t));
	return r;
}

/* Follows a log into the file that has its name after a rotation, or several:
 * then there are files between the newest that head holds and `current`, which
 * are added too. Files that inotify or the checkpoint counted and that are not
 * on disk any more are a gap, and so are those that must have been between.
 * Takes `current`. */
static int
follow_rotated(struct open_logs *o, struct container_folder *f,
	struct followed_log *t, struct log_file *current, struct why *why)
{
	const struct log_file *held = t->newest;
	struct log_file *list;
	int found = 0;
	int r = rotated_files_newer(t, current, followed_log_last_write(t),
		f->tries >= TRIES_MOST, &list, why);
	if (r < 0)
		return r;
	for (const struct log_file *l = list; l; l = l->next)
		found++;
	int lost = rotated_files_lost(t->path, held, list);
	r = followed_logs_hold_files(o->logs, t, list, why);
	if (r < 0)
		return r;
	f->unopened += (int)t->n_missing - found;
	/* Below 0 are files whose events are still to be read. */
	if (lost > 0)
		f->unopened = MAX(f->unopened, lost);
	t->n_missing = 0;
	if (f->unopened > 0) {
		followed_logs_note_missing(o->logs, t, f->unopened);
		f->unopened = 0;
	}
	return 0;
}

/* Whether a checkpoint of the container waits for its files: what is there now
 * comes behind them. */
static bool
waits(struct open_logs *o, struct container_folder *f)
{
	const char *trouble =
		o->resume ? resume_trouble(o->resume, f->id) : NULL;
	if (!trouble)
		return false;
	free(f->trouble);
	f->trouble = xprintf("%s; it is tried again", trouble);
	if (!f->noted)
		followed_logs_note(
			o->logs, "app %s: %s", f->app->name, f->trouble);
	f->noted = f->waited = true;
	return true;
}

/* Whether its checkpoint waited until now: all trouble is news again. */
static bool
begins_anew(struct container_folder *f)
{
	bool waited = f->waited;
	f->noted &= !waited;
	f->waited = false;
	return waited;
}

void
open_logs_current(void *arg, struct container_folder *f)
{
	struct open_logs *o = arg;
	if (waits(o, f))
		return;
	bool first = o->starting || begins_anew(f);
	own(log_file) struct log_file *current = NULL;
	struct why why;
	struct stat st;
	int r = log_file_stat(f->path, &st);
	if (r == -ENOENT || (r == 0 && followed_logs_by_file(o->logs, &st))) {
		free(take(f->trouble));
		return; /* it is not there yet, or head holds it */
	}
	r = log_file_open(f->path, &why);
	/* What counts is the file that was opened: the name may lead to another
	 * by now. */
	if (r >= 0 && fstat(r, &st) == 0 &&
		followed_logs_by_file(o->logs, &st)) {
		fd_close(r);
		return;
	}
	if (r >= 0)
		r = log_file_new(r, &current, &why);
	struct followed_log *t = followed_logs_by_container(o->logs, f->id);
	if (r >= 0)
		r = t ? follow_rotated(o, f, t, take(current), &why)
		      : follow_new(o, f, take(current), &why);
	if (!t || first) {
		/* All that is there was just found. Events so far are of these
		 * files, so the count of missed ones begins here. */
		discovery_listen(o->discovery, NULL, NULL);
		f->unopened = 0;
	}
	f->tries = r < 0 ? f->tries + 1 : 0;
	free(take(f->trouble));
	f->trouble = r < 0 ? xstrdup(why.text) : NULL;
	o->unopened += descriptors_lack(r);
	if (r < 0 && r != -ENOENT && !f->noted) {
		f->noted = true;
		followed_logs_note(
			o->logs, "app %s: %s", f->app->name, why.text);
	}
}

void
open_logs_all(struct open_logs *o)
{
	struct why why;
	o->unopened = 0;
	discovery_scan(o->discovery, open_logs_current, o);
	if (o->unopened > o->unopened_told && o->logs->first) {
		(void)descriptors_short(o->unopened, &why);
		followed_logs_note(o->logs, "%s", why.text);
	}
	o->unopened_told = o->unopened;
}
