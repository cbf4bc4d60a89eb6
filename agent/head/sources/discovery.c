#include "config.h"
#include "head/sources/discovery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/buf.h"
#include "config/caprover.h"
#include "head/sources/docker-config.h"

/* A folder that a scan saw, of an app of ours or not. */
struct known_folder {
	struct known_folder *next;
	struct container_folder
		folder; /* its app is NULL: none of ours, or not known yet */
	char *id, *path;
	const struct app *of; /* whose container it is, readable or not */
	char *service;        /* Swarm's; NULL: none */
	char *driver;         /* with which it cannot be read; else NULL */
	char *created;        /* see struct docker_container */
	int watch;
	bool config_read; /* the container's configuration was read */
	bool noted;       /* people know that its configuration is broken */
	bool log_created; /* the events that are being read say so */
};

/* Each is a name in memory, and compared at each scan. */

/* Of an app, to see what changed. */
#define CONTAINERS_LOOKED_AT 32u

struct discovery {
	const struct settings *settings;
	size_t left; /* folders beyond that, and how many people know of */
	size_t left_noted;
	int inotify;
	int root_watch;
	char *trouble; /* why the containers cannot be listed; NULL: they can */
	void (*note)(void *arg, const char *text);
	void *arg;
	struct known_folder *folders; /* in the order of their ids */
};

struct discovery *
discovery_new(const struct settings *settings, int inotify,
	void (*note)(void *arg, const char *text), void *arg)
{
	struct discovery *f = xcalloc(1, sizeof(*f));
	f->settings = settings;
	f->inotify = inotify;
	f->root_watch = -1;
	f->note = note;
	f->arg = arg;
	return f;
}

static void
known_folder_free(struct known_folder *e)
{
	free(e->id);
	free(e->path);
	free(e->service);
	free(e->driver);
	free(e->created);
	free(e->folder.trouble);
	free(e);
}

void
discovery_free(struct discovery *f)
{
	if (!f)
		return;
	for (struct known_folder *e = f->folders, *next; e; e = next) {
		next = e->next;
		known_folder_free(e);
	}
	free(f->trouble);
	free(f);
}

static struct known_folder *
find(const struct discovery *f, const char *id)
{
	for (struct known_folder *e = f->folders; e; e = e->next)
		if (strcmp(e->id, id) == 0)
			return e;
	return NULL;
}

/* json-file is what a container has whose driver cannot be told. */
static bool
is_readable(const struct docker_container *c)
{
	return !c->driver || strcmp(c->driver, "json-file") == 0;
}

/* Finds out whose container it is. Docker creates the folder before the file
 * in it, so a missing file only means: later. The labels of a container never
 * change, so once is enough; a folder that is not ours needs no watch. */
static void
read_config(struct discovery *f, struct known_folder *e)
{
	own(docker_container) struct docker_container *c = NULL;
	struct why why;
	int r = docker_container_read(f->settings, e->id, &c, &why);
	if (r < 0) {
		if (r != -ENOENT && !e->noted)
			f->note(f->arg, why.text);
		e->noted = r != -ENOENT;
		return; /* the next scan tries again */
	}
	e->config_read = true;
	e->of = caprover_find_app(f->settings, c->service);
	e->service = take(c->service);
	e->created = take(c->created);
	if (!is_readable(c))
		e->driver = xstrdup(c->driver);
	if (e->of && !e->driver) {
		e->path = xstrdup(c->log_path);
		e->folder = (struct container_folder){
			.id = e->id, .app = e->of, .path = e->path
		};
	} else if (e->watch >= 0) {
		(void)inotify_rm_watch(f->inotify, e->watch);
	}
}

/* Watches the folder before the scan looks at its files: a file that appears
 * in between causes an event. The watch is on the folder, because one on the
 * log would stay with the file when Docker renames it. */
static struct known_folder *
add(struct discovery *f, struct known_folder **at, const char *id)
{
	struct known_folder *e = xcalloc(1, sizeof(*e));
	own(str) char *root =
		docker_containers_folder(f->settings->docker_root);
	own(str) char *path = xprintf("%s/%s", root, id);
	e->id = xstrdup(id);
	e->watch = inotify_add_watch(f->inotify, path,
		IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
			IN_DELETE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW);
	e->next = *at;
	*at = e;
	return e;
}

/* Whether the folder of a configured app is there although the list, which was
 * cut, has it not: those come first. */
static bool
is_cut_off(const struct discovery *f, const struct known_folder *e)
{
	own(str) char *root =
		docker_containers_folder(f->settings->docker_root);
	own(str) char *path = xprintf("%s/%s", root, e->id);
	return f->left && e->folder.app &&
		faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) == 0;
}

/* Forgets folders that are gone: those before the one with this id, or all that
 * follow. Returns where that one is or would be. The kernel removes a watch
 * with its folder. */
static struct known_folder **
remove_gone(const struct discovery *f, struct known_folder **at, const char *id)
{
	struct known_folder *e;
	while ((e = *at) && (!id || strcmp(e->id, id) < 0)) {
		if (is_cut_off(f, e)) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		known_folder_free(e);
	}
	return at;
}

/* Lists the containers, and watches their parent as soon as it exists. A
 * Docker root that is missing is told once. */
static int
list(struct discovery *f, char ***ret)
{
	struct why why;
	if (f->root_watch < 0) {
		own(str) char *root =
			docker_containers_folder(f->settings->docker_root);
		f->root_watch = inotify_add_watch(f->inotify, root,
			IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR |
				IN_DONT_FOLLOW);
	}
	int r = docker_containers_list(f->settings->docker_root,
		DOCKER_CONTAINERS_MOST, ret, &f->left, &why);
	if (r < 0 && !f->trouble)
		f->note(f->arg, why.text);
	free(take(f->trouble));
	f->trouble = r < 0 ? xstrdup(why.text) : NULL;
	if (r >= 0 && f->left > f->left_noted) {
		own(str) char *text = xprintf(
			"%s: has %zu containers more than the %u that are "
			"looked at: their logs are not read; remove containers "
			"that have ended (docker container prune)",
			f->settings->docker_root, f->left,
			DOCKER_CONTAINERS_MOST);
		f->note(f->arg, text);
	}
	f->left_noted = f->left;
	return r;
}

/* Counts a file that got the name of a container's log: created, or renamed to
 * it. */
static void
take_event(struct discovery *f, const struct inotify_event *event)
{
	if (!(event->mask & (IN_CREATE | IN_MOVED_TO)) || !event->len)
		return;
	for (struct known_folder *e = f->folders; e; e = e->next) {
		if (e->watch != event->wd || !e->path)
			continue;
		const char *slash = strrchr(e->path, '/');
		if (strcmp(slash ? slash + 1 : e->path, event->name) != 0)
			continue;
		e->log_created = true;
		e->folder.unopened++;
	}
}

/* An event has a variable length: the name behind it is padded (inotify(7)). */
void
discovery_listen(struct discovery *f,
	void (*on_folder)(void *arg, struct container_folder *folder),
	void *arg)
{
	_Alignas(struct inotify_event) char events[4096];
	ssize_t n;
	while ((n = read(f->inotify, events, sizeof(events))) > 0)
		for (char *p = events; p < events + n;) {
			const struct inotify_event *event = (void *)p;
			take_event(f, event);
			p += sizeof(*event) + event->len;
		}
	for (struct known_folder *e = f->folders; on_folder && e; e = e->next) {
		if (e->log_created)
			on_folder(arg, &e->folder);
		e->log_created = false;
	}
}

void
discovery_scan(struct discovery *f,
	void (*on_folder)(void *arg, struct container_folder *folder),
	void *arg)
{
	own(strings) char **ids = NULL;
	if (list(f, &ids) < 0)
		return;
	struct known_folder **at = &f->folders;
	for (size_t i = 0; ids && ids[i]; i++) {
		at = remove_gone(f, at, ids[i]);
		struct known_folder *e = *at;
		if (!e || strcmp(e->id, ids[i]) != 0)
			e = add(f, at, ids[i]);
		if (!e->config_read)
			read_config(f, e);
		at = &e->next;
	}
	(void)remove_gone(f, at, NULL);
	for (struct known_folder *e = f->folders; e; e = e->next)
		if (e->folder.app)
			on_folder(arg, &e->folder);
}

/* The log of a container that another one replaced may be anything. */
static void
add_discovered(struct discovered *d, const struct known_folder *e)
{
	d->containers++;
	if (d->created && strcmp(e->created, d->created) < 0)
		return;
	d->created = e->created;
	d->driver = e->driver;
	d->service = e->service;
	d->trouble = e->folder.trouble;
}

void
discovery_apps(const struct discovery *f, struct discovered *ret)
{
	memset(ret, 0, f->settings->n_apps * sizeof(*ret));
	for (const struct known_folder *e = f->folders; e; e = e->next)
		if (e->of)
			add_discovered(&ret[e->of - f->settings->apps], e);
}

char **
discovery_services(const struct discovery *f)
{
	size_t n = 0;
	for (const struct known_folder *e = f->folders; e; e = e->next)
		n += e->service != NULL;
	char **list = n ? xcalloc(n + 1, sizeof(*list)) : NULL;
	n = 0;
	for (const struct known_folder *e = f->folders; e; e = e->next)
		if (e->service)
			list[n++] = xstrdup(e->service);
	return list;
}

struct docker_container **
discovery_containers(
	const struct discovery *f, const struct app *app, size_t *ret_n)
{
	struct docker_container **list =
		xcalloc(CONTAINERS_LOOKED_AT, sizeof(*list));
	size_t n = 0;
	for (const struct known_folder *e = f->folders;
		e && n < CONTAINERS_LOOKED_AT; e = e->next)
		/* One that is gone by now is left out. */
		if (e->of == app)
			n += docker_container_read(
				     f->settings, e->id, &list[n], NULL) == 0;
	*ret_n = n;
	return list;
}

const char *
discovery_trouble(const struct discovery *f)
{
	return f->trouble;
}

size_t
discovery_left(const struct discovery *f)
{
	return f->left;
}

bool
discovery_has(const struct discovery *f, const char *id)
{
	return find(f, id) != NULL;
}
