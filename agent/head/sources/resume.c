#include "config.h"
#include "head/sources/resume.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io/descriptors.h"
#include "config/settings.h"
#include "head/sources/file-identity.h"
#include "head/sources/followed-log.h"
#include "head/sources/log-file.h"
#include "head/sources/resume/resume-inside.h"
#include "head/store/store.h"
#include "wire/batch.h"

/* Where too few descriptors ended the look before anything was given. */
#define NOT_GIVEN "not all files that were read before are open again"

int
resume_load(struct store *store, struct resume **ret, struct why *why)
{
	own(resume) struct resume *l = xcalloc(1, sizeof(*l));
	int r = store_checkpoints(store, &l->checkpoints, &l->n, why);
	if (r < 0)
		return r;
	l->searches = xcalloc(l->n, sizeof(*l->searches));
	for (size_t i = 0; i < l->n; i++)
		l->searches[i].files = xcalloc(l->checkpoints[i].n_files,
			sizeof(*l->searches[i].files));
	*ret = take(l);
	return 0;
}

static bool
is_unread(const struct resume *l, const char *container)
{
	bool found = false;
	for (size_t i = 0; i < l->n_unread && !found; i++) {
		own(str) char *of =
			log_file_fdstore_container(l->unread[i].name);
		found = strcmp(of, container) == 0;
	}
	return found;
}

/* Why the log of the checkpoint is not followed yet; NULL: nothing is in the
 * way. */
static const char *
trouble_of(const struct resume *l, size_t checkpoint)
{
	const char *container = l->checkpoints[checkpoint].container;
	if (container && is_unread(l, container))
		return "an open file of it cannot be read";
	return l->searches[checkpoint].trouble;
}

/* Why a checkpoint of the container waits; `none`: of one in whose way nothing
 * is, and that was not given. */
static const char *
find_trouble(const struct resume *l, const char *container, const char *none)
{
	const char *trouble = NULL;
	for (size_t i = 0; i < l->n && !trouble; i++)
		if (!l->searches[i].given && l->checkpoints[i].container &&
			strcmp(l->checkpoints[i].container, container) == 0)
			trouble = trouble_of(l, i) ?: none;
	return trouble;
}

const char *
resume_trouble(const struct resume *l, const char *container)
{
	return find_trouble(l, container, NOT_GIVEN);
}

bool
resume_is_done(const struct resume *l)
{
	size_t i = 0;
	while (i < l->n && l->searches[i].given)
		i++;
	return i == l->n;
}

static void
orphan_free(struct orphan *o)
{
	log_file_free(o->file);
	free(o->container);
}

void
resume_drop_orphans(struct resume *l)
{
	size_t n = 0;
	for (size_t i = 0; i < l->n_orphans; i++) {
		struct orphan *o = &l->orphans[i];
		if (o->file && find_trouble(l, o->container, NULL)) {
			l->orphans[n++] = *o;
			continue;
		}
		if (o->file)
			log_file_fdstore_remove(o->file, o->container);
		orphan_free(o);
	}
	l->n_orphans = n;
}

/* The fd store keeps what was not given to anybody, for the next head. */
void
resume_free(struct resume *l)
{
	if (!l)
		return;
	for (size_t i = 0; l->searches && i < l->n; i++) {
		for (size_t j = 0; j < l->checkpoints[i].n_files; j++)
			log_file_free(l->searches[i].files[j]);
		free(l->searches[i].files);
		free(l->searches[i].trouble);
	}
	free(l->searches);
	checkpoints_free(l->checkpoints, l->n);
	for (size_t i = 0; i < l->n_orphans; i++)
		orphan_free(&l->orphans[i]);
	free(l->orphans);
	for (size_t i = 0; i < l->n_unread; i++) {
		free(l->unread[i].name);
		fd_close(l->unread[i].fd);
	}
	free(l->unread);
	free(l);
}

/* As they are named in the fd store. */
static void
leave_file(struct left_files *left, char *name, int fd)
{
	left->files = xrealloc(left->files, left->n + 1, sizeof(*left->files));
	left->files[left->n++] = (struct left_file){ name, fd };
}

void
left_files_add(struct left_files *left, struct followed_log *t)
{
	for (struct log_file *l = t->oldest; l; l = l->next)
		leave_file(left, log_file_fdstore_name(l, t->container),
			take(l->fd));
}

void
left_files_close(struct left_files *left)
{
	for (size_t i = 0; i < left->n; i++) {
		free(left->files[i].name);
		fd_close(left->files[i].fd);
	}
	free(left->files);
	*left = (struct left_files){ 0 };
}

void
resume_leave(struct resume *l, struct left_files *left)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t j = 0; j < l->checkpoints[i].n_files; j++) {
			struct log_file *file = l->searches[i].files[j];
			const char *of = l->checkpoints[i].container;
			if (file)
				leave_file(left,
					log_file_fdstore_name(
						file, of ? of : "-"),
					take(file->fd));
		}
	for (size_t i = 0; i < l->n_orphans; i++)
		if (l->orphans[i].file)
			leave_file(left,
				log_file_fdstore_name(l->orphans[i].file,
					l->orphans[i].container),
				take(l->orphans[i].file->fd));
	for (size_t i = 0; i < l->n_unread; i++)
		leave_file(
			left, take(l->unread[i].name), take(l->unread[i].fd));
}

/* Copies, so that what is left serves once more where the sources cannot be
 * made. */
int
resume_take_left(
	struct resume *l, const struct left_files *left, struct why *why)
{
	for (size_t i = 0; left && i < left->n; i++) {
		int fd = fcntl(left->files[i].fd, F_DUPFD_CLOEXEC, 0);
		if (fd < 0)
			return because(why, -errno,
				"a log that is open cannot be kept: %s",
				descriptors_error(-errno));
		resume_take_descriptor(l, left->files[i].name, fd);
	}
	return 0;
}

bool
resume_knows(const struct resume *l, const char *app)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->checkpoints[i].app, app) == 0)
			return true;
	return false;
}

/* Gives the file the key and the identity that the store has: it is found there
 * by that key, although its head may have grown since. */
static void
use_stored_key(struct log_file *l, const char *key)
{
	free(l->key);
	l->key = xstrdup(key);
	if (!l->compressed)
		(void)file_identity_parse(
			key, &l->identity); /* is_checkpoint_file() read it */
}

static bool
has_name(const struct log_file *l)
{
	struct stat st;
	return fstat(l->fd, &st) == 0 && st.st_nlink > 0;
}

/* Adds the files of the checkpoint that were found. Where one is missing of
 * which nothing was read, its compressed copy may be on disk, and belongs
 * before the files behind it: so those that have a name are left out, and
 * follow_rotated() adds all of them in their order. */
static void
add_found(struct resume *l, size_t checkpoint, struct followed_log *t)
{
	const struct checkpoint *p = &l->checkpoints[checkpoint];
	bool left_out = false;
	for (size_t i = 0; i < p->n_files; i++) {
		own(log_file) struct log_file *file =
			take(l->searches[checkpoint].files[i]);
		if (!file)
			left_out |= checkpoint_is_unread(p, i);
		if (!file || (left_out && has_name(file)))
			continue;
		file->base = p->files[i].base;
		file->stored = true;
		use_stored_key(file, p->files[i].key);
		followed_log_add_file(t, take(file));
	}
}

void
resume_each(struct resume *l, const struct settings *settings,
	void (*on_log)(void *arg, struct followed_log *t,
		const struct checkpoint *old),
	void *arg)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct checkpoint *p = &l->checkpoints[i];
		const struct app *app = settings_app(settings, p->app);
		if (l->searches[i].given || trouble_of(l, i))
			continue;
		l->searches[i].given = true;
		if (!app)
			continue; /* the configuration lost the app */
		struct followed_log *t = followed_log_new(
			app, p->container ? p->container : "-", p->path);
		add_found(l, i, t);
		on_log(arg, t, p);
	}
}

/* Adds the file behind those that were last written to before it was. */
static void
insert_by_age(struct log_file **list, struct log_file *file)
{
	while (*list && log_file_last_write(*list) <= log_file_last_write(file))
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
			log_file_last_write(o->file) > since)
			insert_by_age(&list, take(o->file));
	}
	return list;
}
