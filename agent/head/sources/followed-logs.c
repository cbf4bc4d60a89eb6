#include "config.h"
#include "head/sources/followed-logs.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "head/roles/eyes-process.h"
#include "head/sources/docker-config.h"
#include "head/sources/followed-log.h"
#include "head/sources/log-file.h"

/* So often eyes may fail to read a rotated file before the rest of it is
 * skipped: trouble of the disk or of memory may pass. It is tried again each
 * 10 s (RETRY_PAUSE), so for two minutes; what comes behind waits as long. */
#define TROUBLES_MOST 12
/* Data that is broken stays so, unless it was not yet written. */
#define TROUBLES_MOST_BROKEN 2

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
followed_logs_by_file(const struct followed_logs *s, const struct stat *st)
{
	for (struct followed_log *t = s->first; t; t = t->next)
		for (struct log_file *l = t->oldest; l; l = l->next)
			if (l->identity.dev == st->st_dev &&
				l->identity.ino == st->st_ino)
				return t;
	return NULL;
}

/* A log that nobody writes to any more does not count: the container may have
 * another by now. */
struct followed_log *
followed_logs_by_container(const struct followed_logs *s, const char *container)
{
	for (struct followed_log *t = s->first; t; t = t->next)
		if (!t->finishing && strcmp(t->container, container) == 0)
			return t;
	return NULL;
}

struct followed_log *
followed_logs_by_id(const struct followed_logs *s, uint32_t id)
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

/* Adds a watch for appends to the newest file. Eyes read its events, but cannot
 * add it: their sandbox allows no open. Through /proc/self/fd the watch is on
 * the very file behind the descriptor, which may have no name any more (proc(5)
 * on /proc/pid/fd). */
static void
watch_newest(struct followed_logs *s, struct followed_log *t)
{
	unwatch(s, t);
	if (!t->newest)
		return;
	own(str) char *link = xprintf("/proc/self/fd/%d", t->newest->fd);
	/* -1: there are too many watches (fs.inotify.max_user_watches). Eyes
	 * look at every log each 5 s anyway. */
	t->source.watch = inotify_add_watch(s->appends, link, IN_MODIFY);
}

void
followed_logs_hold(struct followed_logs *s, struct followed_log *t)
{
	t->heard_at = clock_mono();
	watch_newest(s, t);
	for (const struct log_file *l = t->oldest; l; l = l->next)
		log_file_fdstore_add(l, t->container);
	t->next = s->first;
	s->first = t;
	followed_log_tell_eyes(t, s->reader);
}

/* Takes the log off the list and forgets it everywhere. The store comes before
 * the fd store: killed in between, the next head finds descriptors that no
 * checkpoint wants and closes them. The other way round it would report a gap.
 */
void
followed_logs_close(struct followed_logs *s, struct followed_log *gone)
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
	checkpoints_forget(&s->checkpoints, gone->source.id);
	for (const struct log_file *l = gone->oldest; l; l = l->next)
		log_file_fdstore_remove(l, gone->container);
	followed_log_free(gone);
}

int
followed_logs_hold_files(struct followed_logs *s, struct followed_log *t,
	struct log_file *list, struct why *why)
{
	/* The fd store comes first: killed in between, the next head finds the
	 * descriptors and adds the files again. A file that is only in the
	 * store's table would be gone. */
	for (const struct log_file *l = list; l; l = l->next)
		log_file_fdstore_add(l, t->container);
	int r = checkpoints_add(&s->checkpoints, t, list, why);
	if (r < 0) {
		for (const struct log_file *l = list; l; l = l->next)
			log_file_fdstore_remove(l, t->container);
		log_files_free(list);
		return r;
	}
	watch_newest(s, t);
	for (const struct log_file *l = list; l; l = l->next)
		followed_log_tell_eyes_file(t, l, s->reader);
	return 0;
}

int
followed_logs_hold_orphans(struct followed_logs *s, struct followed_log *t,
	struct log_file *list, struct why *why)
{
	for (const struct log_file *l = list; l; l = l->next)
		t->n_missing -= t->n_missing ? 1 : 0;
	return list ? followed_logs_hold_files(s, t, list, why) : 0;
}

void
followed_logs_note_missing(
	struct followed_logs *s, const struct followed_log *t, int files)
{
	uint64_t size, largest = 0;
	for (const struct log_file *l = t->oldest; l; l = l->next)
		if (log_file_size(l, &size, NULL) >= 0)
			largest = MAX(largest, size);
	own(str) char *reason =
		xprintf("%d file%s of it went away before anybody could look",
			files, files == 1 ? "" : "s");
	/* Docker rotates by size: those that went were as large as those that
	 * are there. */
	checkpoints_gap(&s->checkpoints, t, largest * (uint64_t)files, reason);
}

void
followed_logs_close_read_files(struct followed_logs *s, struct followed_log *t)
{
	struct log_file *l;
	while ((l = followed_log_take_read_file(t))) {
		checkpoints_forget_file(&s->checkpoints, l->key);
		log_file_fdstore_remove(l, t->container);
		log_file_free(l);
	}
}

void
followed_logs_finish(struct followed_logs *s, struct followed_log *t)
{
	if (t->finishing)
		return;
	t->finishing = true;
	if (s->reader && !t->tell_at)
		eyes_process_finish(s->reader, t->source.id);
}

/* The new generation makes head drop batches that eyes sent before they heard
 * of this: those belong to the old position. */
void
followed_logs_tell_again(struct followed_logs *s, struct followed_log *t)
{
	if (s->reader)
		eyes_process_drop(s->reader, t->source.id);
	t->source.generation++;
	followed_log_tell_eyes(t, s->reader);
}

void
followed_logs_read_anew(struct followed_logs *s, struct followed_log *t,
	struct log_file *broken)
{
	struct why why;
	if (checkpoints_begin_anew(&s->checkpoints, t, broken,
		    "it was truncated or rewritten", &why) < 0) {
		followed_logs_note(s, "%s: %s", t->path, why.text);
		return; /* the next scan tries again */
	}
	followed_logs_tell_again(s, t);
}

void
followed_logs_tell_all(struct followed_logs *s, struct eyes_process *reader)
{
	s->reader = reader;
	for (struct followed_log *t = s->first; t; t = t->next) {
		t->source.generation++;
		t->tell_at = 0;
		followed_log_tell_eyes(t, reader);
	}
}

/* Whether the file ends before the next one begins: it is a copy that is torn,
 * and trying again does not help. */
static bool
ends_before_next(const struct log_file *l)
{
	uint64_t size;
	return log_file_size(l, &size, NULL) >= 0 &&
		l->base + size < l->next->base;
}

bool
followed_logs_skip_file(struct followed_logs *s, struct followed_log *t,
	bool broken, const char *text)
{
	const struct log_file *l = followed_log_file_at_position(t);
	struct why why;
	if (!l || !l->next)
		return false;
	unsigned most = broken ? TROUBLES_MOST_BROKEN : TROUBLES_MOST;
	if (++t->troubles < most && !ends_before_next(l))
		return false;
	t->troubles = 0;
	if (checkpoints_skip_file(&s->checkpoints, t, text, &why) < 0) {
		followed_logs_note(s, "%s: %s", t->path, why.text);
		return false;
	}
	followed_logs_close_read_files(s, t);
	return true;
}

void
followed_logs_settle(struct followed_logs *s)
{
	for (struct followed_log *t = s->first, *next; t; t = next) {
		next = t->next;
		if (t->n_missing && !t->newest)
			checkpoints_missing(&s->checkpoints, t);
		else if (t->n_missing)
			followed_logs_note_missing(s, t, (int)t->n_missing);
		t->n_missing = 0;
		if (!t->newest)
			followed_logs_close(s, t);
	}
}

/* When Docker wrote down how the container is; 0: that cannot be told. */
static int64_t
life_of(const struct settings *settings, const struct followed_log *t)
{
	struct stat st;
	own(str) char *root = docker_containers_folder(settings->docker_root);
	own(str) char *path =
		xprintf("%s/%s/config.v2.json", root, t->container);
	return stat(path, &st) == 0
		? (int64_t)st.st_mtim.tv_sec * NSEC_SECOND + st.st_mtim.tv_nsec
		: 0;
}

/* Whether its container has ended. Docker writes that down when the log holds
 * all that it wrote, and nothing new while nothing changes: it writes again
 * when the container is started again. */
static bool
has_ended(const struct settings *settings, struct followed_log *t)
{
	own(docker_container) struct docker_container *c = NULL;
	int64_t life = life_of(settings, t);
	if (t->finishing)
		return true;
	if (!life || life == t->life_ns)
		return t->ended;
	t->life_ns = life;
	if (docker_container_read(settings, t->container, &c, NULL) < 0)
		return t->ended;
	return !c->running && c->finished;
}

/* It is looked at for its end before it is looked at whether all was read: in
 * the other order something may come in between. That a container runs again is
 * stored even before what it writes is read. */
void
followed_logs_look(struct followed_logs *s, const struct settings *settings,
	struct followed_log *t, bool stops)
{
	if (!t->newest || (!t->ended && followed_log_unread(t)))
		return;
	bool ended = has_ended(settings, t);
	if (t->ended && !ended)
		checkpoints_whole(&s->checkpoints, t, false);
	if (followed_log_unread(t))
		t->life_ns = 0;
	else if (ended ? !t->ended : stops)
		checkpoints_whole(&s->checkpoints, t, ended);
	/* The store did not take it: it is looked at again. */
	if (ended != t->ended)
		t->life_ns = 0;
}

void
followed_logs_tick(struct followed_logs *s, usec now)
{
	for (struct followed_log *t = s->first; t; t = t->next)
		followed_log_tick(t, now);
}

json_t *
followed_logs_json(const struct followed_logs *s)
{
	json_t *list = json_array();
	for (const struct followed_log *t = s->first; t; t = t->next)
		followed_log_json(t, list);
	return list;
}

size_t
followed_logs_count(const struct followed_logs *l)
{
	size_t n = 0;
	for (const struct followed_log *t = l->first; t; t = t->next)
		n++;
	return n;
}
