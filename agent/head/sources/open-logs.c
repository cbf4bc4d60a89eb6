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

/* A log nobody knows yet: with all rotated copies of it that are there. What
 * comes after the very first start of an app is read whole. */
static int
begin(struct open_logs *o, struct container_folder *f, struct log_file *current,
	struct why *why)
{
	bool history = o->resume && !resume_know(o->resume, f->app->name);
	bool whole = !history || f->app->start.kind != START_TAIL;
	own(followed_log) struct followed_log *t =
		followed_log_new(f->app, f->id, f->path);
	struct log_file *list = current;
	int r = whole ? rotated_files_missed(t, current, 0, &list, why) : 0;
	if (r < 0)
		return r;
	r = followed_log_append(t, list, why);
	if (r < 0)
		log_files_free(list);
	if (r >= 0)
		r = rules_select(o->rules, t->app->packs, t->app->rules_off,
			&t->source, why);
	if (r >= 0)
		r = checkpoints_begin(&o->logs->checkpoints, t, history, why);
	if (r >= 0)
		followed_logs_insert(o->logs, take(t));
	return r;
}

/* The log was rotated, maybe several times since we looked, or while nobody
 * looked: then there are files between the one that was newest and the current.
 */
static int
grow(struct open_logs *o, struct container_folder *f, struct followed_log *t,
	struct log_file *current, struct why *why)
{
	struct log_file *list;
	int found = 0;
	int r = rotated_files_missed(
		t, current, followed_log_written(t), &list, why);
	if (r < 0)
		return r;
	for (const struct log_file *l = list; l; l = l->next)
		found++;
	r = followed_logs_grow(o->logs, t, list, why);
	if (r < 0)
		return r;
	f->unseen += (int)t->missing - found;
	t->missing = 0;
	if (f->unseen > 0) {
		followed_logs_missing(o->logs, t, f->unseen);
		f->unseen = 0;
	}
	return 0;
}

void
open_logs_current(void *arg, struct container_folder *f)
{
	struct open_logs *o = arg;
	own(log_file) struct log_file *current = NULL;
	struct why why;
	struct stat st;
	if (stat(f->path, &st) < 0 || followed_logs_of_file(o->logs, &st))
		return; /* not there yet, or held */
	int r = log_file_open(f->path, &why);
	if (r >= 0)
		r = log_file_new(r, &current, &why);
	struct followed_log *t = followed_logs_of_container(o->logs, f->id);
	if (r >= 0)
		r = t ? grow(o, f, t, take(current), &why)
		      : begin(o, f, take(current), &why);
	if (!t || o->resume) {
		/* Only what comes from now on may be missed. */
		discovery_listen(o->discovery, NULL, NULL);
		f->unseen = 0;
	}
	o->shut_out += descriptors_lack(r);
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
	o->shut_out = 0;
	discovery_scan(o->discovery, open_logs_current, o);
	if (o->shut_out > o->shut_out_told && o->logs->first) {
		(void)descriptors_short(o->shut_out, &why);
		followed_logs_note(o->logs, "%s", why.text);
	}
	o->shut_out_told = o->shut_out;
}
