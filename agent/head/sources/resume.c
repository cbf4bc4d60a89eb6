#include "config.h"
#include "head/sources/resume.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "base/hash.h"
#include "base/io/descriptors.h"
#include "config/settings.h"
#include "head/sources/file-identity.h"
#include "head/sources/followed-log.h"
#include "head/sources/gzip-info.h"
#include "head/sources/log-file.h"
#include "head/sources/rotated-files.h"
#include "head/store/store.h"
#include "wire/batch.h"

/* A descriptor that was kept, of a file that is not stored. */
struct orphan {
	char *container;
	struct log_file *file;
};

struct resume {
	struct checkpoint *checkpoints;
	struct log_file **
		*files; /* of each file of each checkpoint; NULL: missing */
	size_t n;
	size_t at; /* the checkpoint that copies are looked at for */
	struct orphan *orphans;
	size_t n_orphans;
};

int
resume_load(struct store *store, struct resume **ret, struct why *why)
{
	own(resume) struct resume *l = xcalloc(1, sizeof(*l));
	int r = store_checkpoints(store, &l->checkpoints, &l->n, why);
	if (r < 0)
		return r;
	l->files = xcalloc(l->n, sizeof(*l->files));
	for (size_t i = 0; i < l->n; i++)
		l->files[i] = xcalloc(
			l->checkpoints[i].n_files, sizeof(*l->files[i]));
	*ret = take(l);
	return 0;
}

void
resume_drop_orphans(struct resume *l)
{
	for (size_t i = 0; i < l->n_orphans; i++) {
		struct orphan *o = &l->orphans[i];
		if (o->file)
			log_file_unkeep(o->file, o->container);
		log_file_free(o->file);
		free(o->container);
	}
	free(l->orphans);
	l->orphans = NULL;
	l->n_orphans = 0;
}

void
resume_free(struct resume *l)
{
	if (!l)
		return;
	for (size_t i = 0; l->files && i < l->n; i++) {
		for (size_t j = 0; j < l->checkpoints[i].n_files; j++)
			log_file_free(l->files[i][j]);
		free(l->files[i]);
	}
	free(l->files);
	checkpoints_free(l->checkpoints, l->n);
	resume_drop_orphans(l);
	free(l);
}

/* Whether the position lies in this file, behind the same bytes in a copy of
 * it. They end with the time of a line, so they are those of no other file. */
static bool
reads_on(const struct log_file *l, const struct checkpoint *p, size_t i)
{
	uint64_t base = p->files[i].base, least = position_least(&p->at);
	if (least <= base ||
		(i + 1 < p->n_files && p->files[i + 1].base < least))
		return false;
	char bytes[POSITION_BEFORE];
	size_t len = MIN(least - base, POSITION_BEFORE);
	return gzip_info_read(l->fd, least - base - len, bytes, len, NULL) ==
		(int)len &&
		hash64((struct span){ bytes, len }) == p->at.before;
}

/* A compressed copy is another file, with the same bytes. One that nothing was
 * read of need not be known: it is found like one that was never seen. */
static bool
is_file(const struct log_file *l, const struct checkpoint *p, size_t i)
{
	struct file_identity id;
	if (!file_identity_parse(p->files[i].key, &id))
		return false;
	return l->packed ? reads_on(l, p, i) : file_identity_holds(&id, l->fd);
}

/* Takes the file if it is one of the checkpoint's that is missing. */
static bool
offer(struct resume *l, size_t checkpoint, struct log_file **file)
{
	const struct checkpoint *p = &l->checkpoints[checkpoint];
	for (size_t i = 0; i < p->n_files; i++) {
		if (l->files[checkpoint][i] || !is_file(*file, p, i))
			continue;
		l->files[checkpoint][i] = take(*file);
		return true;
	}
	return false;
}

static void
adopt(struct resume *l, const char *name, int fd)
{
	own(log_file) struct log_file *file = NULL;
	if (log_file_new(fd, &file, NULL) < 0)
		return;
	for (size_t i = 0; file && i < l->n; i++)
		(void)offer(l, i, &file);
	if (!file)
		return;
	l->orphans =
		xrealloc(l->orphans, l->n_orphans + 1, sizeof(*l->orphans));
	l->orphans[l->n_orphans++] =
		(struct orphan){ log_file_container(name), take(file) };
}

static void
adopt_kept(struct resume *l)
{
	char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names);
	for (int i = 0; i < n; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		adopt(l, names[i], fd);
	}
	strings_free(names);
}

/* Whether files of the checkpoint are missing still. */
static bool
on_candidate(void *arg, int fd)
{
	struct resume *l = arg;
	own(log_file) struct log_file *file = NULL;
	if (log_file_new(fd, &file, NULL) >= 0)
		(void)offer(l, l->at, &file);
	for (size_t i = 0; i < l->checkpoints[l->at].n_files; i++)
		if (!l->files[l->at][i])
			return true;
	return false;
}

int
resume_find(struct resume *l, struct why *why)
{
	adopt_kept(l);
	int r = 0;
	for (l->at = 0; r >= 0 && l->at < l->n; l->at++) {
		const char *path = l->checkpoints[l->at].path;
		int fd = log_file_open(path, why);
		if (descriptors_lack(fd))
			return fd;
		if (fd < 0 || on_candidate(l, fd))
			r = rotated_files_each(path, on_candidate, l, why);
	}
	return r;
}

bool
resume_know(const struct resume *l, const char *app)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->checkpoints[i].app, app) == 0)
			return true;
	return false;
}

/* A file goes by the key that the store has. */
static void
take_key(struct log_file *l, const char *key)
{
	free(l->key);
	l->key = xstrdup(key);
	if (!l->packed)
		(void)file_identity_parse(
			key, &l->identity); /* or it had not held */
}

static bool
has_name(const struct log_file *l)
{
	struct stat st;
	return fstat(l->fd, &st) == 0 && st.st_nlink > 0;
}

/* The files of the checkpoint that were found. Behind one that is missing, and
 * of which nothing was read, those that have a name are left out: all of them
 * are found again on disk, in their order. */
static void
add_found(struct resume *l, size_t checkpoint, struct followed_log *t)
{
	const struct checkpoint *p = &l->checkpoints[checkpoint];
	bool left_out = false;
	for (size_t i = 0; i < p->n_files; i++) {
		own(log_file) struct log_file *file =
			take(l->files[checkpoint][i]);
		if (!file)
			left_out |= checkpoint_is_unread(p, i);
		if (!file || (left_out && has_name(file)))
			continue;
		file->base = p->files[i].base;
		file->stored = true;
		take_key(file, p->files[i].key);
		followed_log_add(t, take(file));
	}
}

void
resume_each(struct resume *l, const struct settings *settings,
	void (*on_tail)(void *arg, struct followed_log *t,
		const struct checkpoint *old),
	void *arg)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct checkpoint *p = &l->checkpoints[i];
		const struct app *app = settings_app(settings, p->app);
		if (!app)
			continue; /* not configured any more */
		struct followed_log *t = followed_log_new(
			app, p->container ? p->container : "-", p->path);
		add_found(l, i, t);
		on_tail(arg, t, p);
	}
}

/* Adds it behind the older ones. */
static void
insert_by_age(struct log_file **list, struct log_file *file)
{
	while (*list && log_file_written(*list) <= log_file_written(file))
		list = &(*list)->next;
	file->next = *list;
	*list = file;
}

struct log_file *
resume_orphans(struct resume *l, const char *container, usec since)
{
	struct log_file *list = NULL;
	for (size_t i = 0; i < l->n_orphans; i++) {
		struct orphan *o = &l->orphans[i];
		if (o->file && strcmp(o->container, container) == 0 &&
			log_file_written(o->file) > since)
			insert_by_age(&list, take(o->file));
	}
	return list;
}
