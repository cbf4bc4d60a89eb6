#include "config.h"
#include "head/leftovers.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "base/hash.h"
#include "head/copies.h"
#include "head/packed.h"

/* A descriptor that was kept, of a file that is not stored. */
struct orphan {
	char *container;
	struct logfile *file;
};

struct leftovers {
	struct place *places;
	struct logfile ***files; /* of each file of each place; NULL: missing */
	size_t n;
	size_t at; /* the place that copies are looked at for */
	struct orphan *orphans;
	size_t n_orphans;
};

int
leftovers_load(struct store *store, struct leftovers **ret, struct why *why)
{
	own(leftovers) struct leftovers *l = xcalloc(1, sizeof(*l));
	int r = store_places(store, &l->places, &l->n, why);
	if (r < 0)
		return r;
	l->files = xcalloc(l->n, sizeof(*l->files));
	for (size_t i = 0; i < l->n; i++)
		l->files[i] =
			xcalloc(l->places[i].n_files, sizeof(*l->files[i]));
	*ret = take(l);
	return 0;
}

void
leftovers_drop_orphans(struct leftovers *l)
{
	for (size_t i = 0; i < l->n_orphans; i++) {
		struct orphan *o = &l->orphans[i];
		if (o->file)
			logfile_unkeep(o->file, o->container);
		logfile_free(o->file);
		free(o->container);
	}
	free(l->orphans);
	l->orphans = NULL;
	l->n_orphans = 0;
}

void
leftovers_free(struct leftovers *l)
{
	if (!l)
		return;
	for (size_t i = 0; l->files && i < l->n; i++) {
		for (size_t j = 0; j < l->places[i].n_files; j++)
			logfile_free(l->files[i][j]);
		free(l->files[i]);
	}
	free(l->files);
	places_free(l->places, l->n);
	leftovers_drop_orphans(l);
	free(l);
}

/* Whether the position lies in this file, behind the same bytes in a copy of
 * it. They end with the time of a line, so they are those of no other file. */
static bool
reads_on(const struct logfile *l, const struct place *p, size_t i)
{
	uint64_t base = p->files[i].base, least = position_least(&p->at);
	if (least <= base ||
		(i + 1 < p->n_files && p->files[i + 1].base < least))
		return false;
	char bytes[POSITION_BEFORE];
	size_t len = MIN(least - base, POSITION_BEFORE);
	return packed_read(l->fd, least - base - len, bytes, len, NULL) ==
		(int)len &&
		hash64((struct span){ bytes, len }) == p->at.before;
}

/* A compressed copy is another file, with the same bytes. One that nothing was
 * read of need not be known: it is found like one that was never seen. */
static bool
is_file(const struct logfile *l, const struct place *p, size_t i)
{
	struct identity id;
	if (!identity_parse(p->files[i].key, &id))
		return false;
	return l->packed ? reads_on(l, p, i) : identity_holds(&id, l->fd);
}

/* Takes the file if it is one of the place's that is missing. */
static bool
offer(struct leftovers *l, size_t place, struct logfile **file)
{
	const struct place *p = &l->places[place];
	for (size_t i = 0; i < p->n_files; i++) {
		if (l->files[place][i] || !is_file(*file, p, i))
			continue;
		l->files[place][i] = take(*file);
		return true;
	}
	return false;
}

static void
adopt(struct leftovers *l, const char *name, int fd)
{
	own(logfile) struct logfile *file = NULL;
	if (logfile_new(fd, &file, NULL) < 0)
		return;
	for (size_t i = 0; file && i < l->n; i++)
		(void)offer(l, i, &file);
	if (!file)
		return;
	l->orphans =
		xrealloc(l->orphans, l->n_orphans + 1, sizeof(*l->orphans));
	l->orphans[l->n_orphans++] =
		(struct orphan){ logfile_container(name), take(file) };
}

static void
adopt_kept(struct leftovers *l)
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

/* Whether files of the place are missing still. */
static bool
on_candidate(void *arg, int fd)
{
	struct leftovers *l = arg;
	own(logfile) struct logfile *file = NULL;
	if (logfile_new(fd, &file, NULL) >= 0)
		(void)offer(l, l->at, &file);
	for (size_t i = 0; i < l->places[l->at].n_files; i++)
		if (!l->files[l->at][i])
			return true;
	return false;
}

void
leftovers_find(struct leftovers *l)
{
	adopt_kept(l);
	for (l->at = 0; l->at < l->n; l->at++) {
		const char *path = l->places[l->at].path;
		int fd = logfile_open(path, NULL);
		if (fd < 0 || on_candidate(l, fd))
			copies_each(path, on_candidate, l);
	}
}

bool
leftovers_know(const struct leftovers *l, const char *app)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->places[i].app, app) == 0)
			return true;
	return false;
}

/* A file goes by the key that the store has. */
static void
take_key(struct logfile *l, const char *key)
{
	free(l->key);
	l->key = xstrdup(key);
	if (!l->packed)
		(void)identity_parse(
			key, &l->identity); /* or it had not held */
}

static bool
has_name(const struct logfile *l)
{
	struct stat st;
	return fstat(l->fd, &st) == 0 && st.st_nlink > 0;
}

/* The files of the place that were found. Behind one that is missing, and of
 * which nothing was read, those that have a name are left out: all of them are
 * found again on disk, in their order. */
static void
add_found(struct leftovers *l, size_t place, struct tail *t)
{
	const struct place *p = &l->places[place];
	bool left_out = false;
	for (size_t i = 0; i < p->n_files; i++) {
		own(logfile) struct logfile *file = take(l->files[place][i]);
		if (!file)
			left_out |= place_is_unread(p, i);
		if (!file || (left_out && has_name(file)))
			continue;
		file->base = p->files[i].base;
		file->stored = true;
		take_key(file, p->files[i].key);
		tail_add(t, take(file));
	}
}

void
leftovers_each(struct leftovers *l, const struct settings *settings,
	void (*on_tail)(void *arg, struct tail *t, const struct place *old),
	void *arg)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct place *p = &l->places[i];
		const struct app *app = settings_app(settings, p->app);
		if (!app)
			continue; /* not configured any more */
		struct tail *t = tail_new(
			app, p->container ? p->container : "-", p->path);
		add_found(l, i, t);
		on_tail(arg, t, p);
	}
}

/* Adds it behind the older ones. */
static void
insert_by_age(struct logfile **list, struct logfile *file)
{
	while (*list && logfile_written(*list) <= logfile_written(file))
		list = &(*list)->next;
	file->next = *list;
	*list = file;
}

struct logfile *
leftovers_orphans(struct leftovers *l, const char *container, usec since)
{
	struct logfile *list = NULL;
	for (size_t i = 0; i < l->n_orphans; i++) {
		struct orphan *o = &l->orphans[i];
		if (o->file && strcmp(o->container, container) == 0 &&
			logfile_written(o->file) > since)
			insert_by_age(&list, take(o->file));
	}
	return list;
}
