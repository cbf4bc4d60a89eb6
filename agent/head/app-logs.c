/* The logs that containers of an app have on the disk now, for a command that
 * reads them without a daemon. */
#include "config.h"
#include "head/head.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/nearest.h"
#include "config/caprover.h"
#include "config/settings.h"
#include "head/sources/docker-config.h"
#include "head/sources/log-file.h"
#include "head/sources/rotated-files.h"

/* So many names of other apps a sentence has room for. */
#define NAMES_SHOWN 8u

struct head_containers {
	const struct settings *settings;
	struct docker_container **all; /* of services alone, the oldest first */
	size_t n, left;
};

void
head_containers_free(struct head_containers *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		docker_container_free(c->all[i]);
	free(c->all);
	free(c);
}

static int
by_creation(const void *a, const void *b)
{
	const struct docker_container *x = *(struct docker_container *const *)a;
	const struct docker_container *y = *(struct docker_container *const *)b;
	int r = strcmp(x->created, y->created);
	return r ? r : strcmp(x->id, y->id);
}

/* A container whose configuration cannot be read is none of an app that is
 * known: Docker may be removing it. */
static void
keep_container(void *arg, const char *id)
{
	struct head_containers *c = arg;
	own(docker_container) struct docker_container *one = NULL;
	if (docker_container_read(c->settings, id, &one, NULL) < 0 ||
		!one->service)
		return;
	/* Room is doubled where it ends. */
	if ((c->n & (c->n + 1)) == 0)
		c->all = xrealloc(c->all, 2 * (c->n + 1), sizeof(*c->all));
	c->all[c->n++] = take(one);
}

int
head_containers_read(const struct settings *settings,
	struct head_containers **ret, struct why *why)
{
	own(head_containers) struct head_containers *c = xcalloc(1, sizeof(*c));
	c->settings = settings;
	int r = docker_containers_each(
		settings->docker_root, keep_container, c, &c->left, why);
	if (r < 0)
		return r;
	if (c->n)
		qsort(c->all, c->n, sizeof(*c->all), by_creation);
	*ret = take(c);
	return 0;
}

size_t
head_containers_left(const struct head_containers *c)
{
	return c->left;
}

const struct app *
head_app_configured(const struct settings *settings, const char *name)
{
	const struct app *app = settings_app(settings, name);
	return app ? app : caprover_find_app(settings, name);
}

/* The app of this name: the one of the configuration, or one that has nothing
 * but CapRover's name. */
static struct app
app_named(const struct head_containers *c, const char *name)
{
	const struct app *app = head_app_configured(c->settings, name);
	return app ? *app
		   : (struct app){ .name = (char *)caprover_app_name(name) };
}

size_t
head_containers_of(const struct head_containers *c, const char *name,
	void (*on_container)(void *arg, const struct head_container *one),
	void *arg)
{
	const struct app app = app_named(c, name);
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct docker_container *d = c->all[i];
		if (!caprover_is_service(&app, d->service))
			continue;
		n++;
		if (on_container)
			on_container(arg,
				&(struct head_container){ .id = d->id,
					.driver = d->driver,
					.log = d->log_path });
	}
	return n;
}

char *
head_containers_nearest(const struct head_containers *c, const char *name)
{
	own(strings) char **names = NULL;
	for (size_t i = 0; i < c->settings->n_apps; i++)
		strings_add(&names, c->settings->apps[i].name);
	for (size_t i = 0; i < c->n; i++)
		strings_add(&names, caprover_app_name(c->all[i]->service));
	return names ? nearest_list(caprover_app_name(name), names, NULL,
			       NAMES_SHOWN)
		     : NULL;
}

struct files_search {
	const struct log_file *current;
	struct log_file *found; /* oldest first */
	struct why *why;
	int trouble; /* the first one; `why` tells it */
};

/* One that Docker renames meanwhile comes again, right behind itself. */
static bool
on_copy(void *arg, int fd)
{
	struct files_search *s = arg;
	own(log_file) struct log_file *l = NULL;
	struct why why;
	int r = log_file_new(fd, &l, &why);
	const struct log_file *newer = s->found ? s->found : s->current;
	if (r == 0 && newer)
		r = log_file_is_copy(l, newer, &why);
	if (r < 0 && !s->trouble)
		s->trouble = because(s->why, r, "%s", why.text);
	if (r != 0)
		return true;
	l->next = s->found;
	s->found = take(l);
	return true;
}

/* A file may be renamed between its finding and its reading, so its name is
 * asked of the descriptor. */
static void
hand_out(const struct log_file *l, const char *log,
	void (*on_file)(void *arg, const char *path, int fd), void *arg)
{
	char name[4096];
	own(str) char *link = xprintf("/proc/self/fd/%d", l->fd);
	ssize_t n = readlink(link, name, sizeof(name) - 1);
	name[MAX(n, 0)] = '\0';
	on_file(arg, n > 0 ? name : log, l->fd);
}

/* The current file is opened first: what is rotated from then on is it, or
 * older. A container that did not log yet has no file, which is no error. */
int
head_log_files(const struct settings *settings, const char *log,
	void (*on_file)(void *arg, const char *path, int fd), void *arg,
	struct why *why)
{
	own(log_file) struct log_file *current = NULL;
	struct files_search s = { .why = why };
	log_file_root(settings->docker_root);
	int fd = log_file_open(log, why);
	if (fd < 0 && fd != -ENOENT)
		return fd;
	int r = fd < 0 ? 0 : log_file_new(fd, &current, why);
	s.current = current;
	if (r == 0)
		r = rotated_files_each(log, true, on_copy, &s, why);
	for (struct log_file *l = s.found; l; l = l->next)
		hand_out(l, log, on_file, arg);
	if (current)
		hand_out(current, log, on_file, arg);
	log_files_free(s.found);
	return r < 0 ? r : s.trouble;
}
