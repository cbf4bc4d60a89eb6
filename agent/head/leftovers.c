#include "config.h"
#include "head/leftovers.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "base/hash.h"
#include "head/copies.h"
#include "head/packed.h"

struct leftovers {
	struct place *places;
	struct logfile ***files; /* of each file of each place; NULL: missing */
	size_t n;
	size_t at; /* the place that copies are looked at for */
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
	free(l);
}

/* Whether the position, if it lies in this file, is behind the same bytes in a
 * copy of it. */
static bool
reads_on(const struct logfile *l, const struct place *p, size_t i)
{
	uint64_t base = p->files[i].base, least = position_least(&p->at);
	if (least <= base ||
		(i + 1 < p->n_files && p->files[i + 1].base < least))
		return true;
	char bytes[POSITION_BEFORE];
	size_t len = MIN(least - base, POSITION_BEFORE);
	return packed_read(l->fd, least - base - len, bytes, len, NULL) ==
		(int)len &&
		hash64((struct span){ bytes, len }) == p->at.before;
}

/* A compressed copy is another file, with the same bytes. */
static bool
is_file(const struct logfile *l, const struct place *p, size_t i)
{
	struct identity id;
	char head[POSITION_BEFORE];
	if (!identity_parse(p->files[i].key, &id))
		return false;
	if (!l->packed)
		return identity_holds(&id, l->fd);
	return id.head_len &&
		packed_read(l->fd, 0, head, id.head_len, NULL) ==
		(int)id.head_len &&
		hash64((struct span){ head, id.head_len }) == id.head_hash &&
		reads_on(l, p, i);
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
adopt_kept(struct leftovers *l)
{
	char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names);
	for (int i = 0; i < n; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		own(logfile) struct logfile *file = NULL;
		if (logfile_new(fd, &file, NULL) < 0)
			continue; /* closed, like one that was drained */
		for (size_t j = 0; file && j < l->n; j++)
			(void)offer(l, j, &file);
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
		for (size_t j = 0; j < p->n_files; j++) {
			struct logfile *file = take(l->files[i][j]);
			if (!file)
				continue;
			file->base = p->files[j].base;
			file->stored = true;
			take_key(file, p->files[j].key);
			tail_add(t, file);
		}
		on_tail(arg, t, p);
	}
}
