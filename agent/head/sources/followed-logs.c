#include "config.h"
#include "head/sources/followed-logs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "head/roles/eyes-process.h"
#include "head/sources/followed-log.h"
#include "head/sources/log-file.h"

#define TROUBLES_MOST 2

void
followed_logs_free(struct followed_logs *s)
{
	for (struct followed_log *t = s->first, *next; t; t = next) {
		next = t->next;
		followed_log_free(t);
	}
	s->first = NULL;
}

void
followed_logs_note(const struct followed_logs *s, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	s->checkpoints.note(s->checkpoints.arg, text);
}

struct followed_log *
followed_logs_of_file(const struct followed_logs *s, const struct stat *st)
{
	for (struct followed_log *t = s->first; t; t = t->next)
		for (struct log_file *l = t->oldest; l; l = l->next)
			if (l->identity.dev == st->st_dev &&
				l->identity.ino == st->st_ino)
				return t;
	return NULL;
}

struct followed_log *
followed_logs_of_container(const struct followed_logs *s, const char *container)
{
	for (struct followed_log *t = s->first; t; t = t->next)
		if (!t->finishing && strcmp(t->container, container) == 0)
			return t;
	return NULL;
}

struct followed_log *
followed_logs_find(const struct followed_logs *s, uint32_t id)
{
	for (struct followed_log *t = s->first; t; t = t->next)
		if (t->source.id == id)
			return t;
	return NULL;
}

static void
unwatch(struct followed_logs *s, struct followed_log *t)
{
	if (t->source.watch >= 0)
		(void)inotify_rm_watch(s->appends, t->source.watch);
	t->source.watch = -1;
}

/* Eyes get to know when something is added to its newest file. */
static void
watch_newest(struct followed_logs *s, struct followed_log *t)
{
	unwatch(s, t);
	if (!t->newest)
		return;
	own(str) char *link = xprintf("/proc/self/fd/%d", t->newest->fd);
	/* -1 (too many watches) leaves eyes their own looking every 5 s. */
	t->source.watch = inotify_add_watch(s->appends, link, IN_MODIFY);
}

void
followed_logs_insert(struct followed_logs *s, struct followed_log *t)
{
	watch_newest(s, t);
	for (const struct log_file *l = t->oldest; l; l = l->next)
		log_file_keep(l, t->container);
	t->next = s->first;
	s->first = t;
	followed_log_tell(t, s->reader);
}

void
followed_logs_drop(struct followed_logs *s, struct followed_log *gone)
{
	for (struct followed_log **at = &s->first; *at; at = &(*at)->next) {
		if (*at != gone)
			continue;
		*at = gone->next;
		break;
	}
	unwatch(s, gone);
	if (s->reader)
		eyes_process_drop(s->reader, gone->source.id);
	/* Killed in between, the next head finds descriptors of no log. */
	checkpoints_forget(&s->checkpoints, gone->source.id);
	for (const struct log_file *l = gone->oldest; l; l = l->next)
		log_file_unkeep(l, gone->container);
	followed_log_free(gone);
}

int
followed_logs_grow(struct followed_logs *s, struct followed_log *t,
	struct log_file *list, struct why *why)
{
	/* First: what is stored must be found again after a kill. */
	for (const struct log_file *l = list; l; l = l->next)
		log_file_keep(l, t->container);
	int r = checkpoints_add(&s->checkpoints, t, list, why);
	if (r < 0) {
		for (const struct log_file *l = list; l; l = l->next)
			log_file_unkeep(l, t->container);
		log_files_free(list);
		return r;
	}
	watch_newest(s, t);
	for (const struct log_file *l = list; l; l = l->next)
		followed_log_tell_more(t, l, s->reader);
	return 0;
}

void
followed_logs_missing(
	struct followed_logs *s, const struct followed_log *t, int files)
{
	own(str) char *reason =
		xprintf("%d file%s of it went away before anybody could look",
			files, files == 1 ? "" : "s");
	checkpoints_gap(&s->checkpoints, t, reason);
}

void
followed_logs_shift(struct followed_logs *s, struct followed_log *t)
{
	struct log_file *l;
	while ((l = followed_log_shift(t))) {
		checkpoints_forget_file(&s->checkpoints, l->key);
		log_file_unkeep(l, t->container);
		log_file_free(l);
	}
}

void
followed_logs_finish(struct followed_logs *s, struct followed_log *t)
{
	if (t->finishing)
		return;
	t->finishing = true;
	if (s->reader && !t->resume)
		eyes_process_finish(s->reader, t->source.id);
}

void
followed_logs_again(struct followed_logs *s, struct followed_log *t)
{
	if (s->reader)
		eyes_process_drop(s->reader, t->source.id);
	t->source.generation++;
	followed_log_tell(t, s->reader);
}

void
followed_logs_anew(struct followed_logs *s, struct followed_log *t,
	struct log_file *broken)
{
	struct why why;
	if (checkpoints_begin_anew(&s->checkpoints, t, broken,
		    "it was truncated or rewritten", &why) < 0) {
		followed_logs_note(s, "%s: %s", t->path, why.text);
		return; /* the next look tries again */
	}
	followed_logs_again(s, t);
}

void
followed_logs_tell(struct followed_logs *s, struct eyes_process *reader)
{
	s->reader = reader;
	for (struct followed_log *t = s->first; t; t = t->next) {
		t->source.generation++;
		t->resume = 0;
		followed_log_tell(t, reader);
	}
}

/* Whether the next file begins behind its end: one between them is missing. */
static bool
is_short(const struct log_file *l)
{
	uint64_t size;
	return log_file_size(l, &size, NULL) >= 0 &&
		l->base + size < l->next->base;
}

bool
followed_logs_pass(
	struct followed_logs *s, struct followed_log *t, const char *text)
{
	const struct log_file *l = followed_log_file(t);
	struct why why;
	if (!l || !l->next || (++t->troubles < TROUBLES_MOST && !is_short(l)))
		return false;
	t->troubles = 0;
	if (checkpoints_skip(&s->checkpoints, t, text, &why) < 0) {
		followed_logs_note(s, "%s: %s", t->path, why.text);
		return false;
	}
	followed_logs_shift(s, t);
	return true;
}
