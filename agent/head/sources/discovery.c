#include "config.h"
#include "head/sources/discovery.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/buf.h"
#include "config/caprover.h"
#include "head/sources/docker-config.h"

struct known_folder {
	struct known_folder *next;
	struct container_folder
		folder; /* app is NULL: not of ours, or not known yet */
	char *id, *path;
	int watch;
	bool settled; /* its configuration was read */
	bool there;   /* seen in the present scan */
	bool noted;
	bool created; /* its log, in the events that are being read */
};

struct discovery {
	const struct settings *settings;
	int inotify;
	int root_watch;
	bool root_noted;
	void (*note)(void *arg, const char *text);
	void *arg;
	struct known_folder *entries;
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
entry_free(struct known_folder *e)
{
	free(e->id);
	free(e->path);
	free(e);
}

void
discovery_free(struct discovery *f)
{
	if (!f)
		return;
	for (struct known_folder *e = f->entries, *next; e; e = next) {
		next = e->next;
		entry_free(e);
	}
	free(f);
}

static struct known_folder *
find(const struct discovery *f, const char *id)
{
	for (struct known_folder *e = f->entries; e; e = e->next)
		if (strcmp(e->id, id) == 0)
			return e;
	return NULL;
}

static const struct app *
app_of(const struct settings *settings, const char *service)
{
	for (size_t i = 0; service && i < settings->n_apps; i++)
		if (caprover_is_service(&settings->apps[i], service))
			return &settings->apps[i];
	return NULL;
}

/* What a container's log driver makes impossible is said once. */
static bool
is_readable(struct discovery *f, const struct app *app,
	const struct docker_container *c)
{
	if (!c->driver || strcmp(c->driver, "json-file") == 0)
		return true;
	own(str) char *text = xprintf(
		"app %s: container %.12s logs with the driver '%s', which is "
		"not built yet: its log is not read",
		app->name, c->id, c->driver);
	f->note(f->arg, text);
	return false;
}

static void
settle(struct discovery *f, struct known_folder *e)
{
	own(docker_container) struct docker_container *c = NULL;
	struct why why;
	int r = docker_container_read(
		f->settings->docker_root, e->id, &c, &why);
	if (r < 0) {
		if (r != -ENOENT && !e->noted)
			f->note(f->arg, why.text);
		e->noted = r != -ENOENT;
		return; /* not written yet, or for the moment not readable */
	}
	e->settled = true;
	const struct app *app = app_of(f->settings, c->service);
	if (app && is_readable(f, app, c)) {
		e->path = xstrdup(c->log_path);
		e->folder = (struct container_folder){
			.id = e->id, .app = app, .path = e->path
		};
	} else if (e->watch >= 0) {
		(void)inotify_rm_watch(f->inotify, e->watch);
	}
}

static struct known_folder *
add(struct discovery *f, const char *id)
{
	struct known_folder *e = xcalloc(1, sizeof(*e));
	own(str) char *root =
		docker_containers_folder(f->settings->docker_root);
	own(str) char *path = xprintf("%s/%s", root, id);
	e->id = xstrdup(id);
	/* Before its files are looked at, so that nothing comes in between. */
	e->watch = inotify_add_watch(f->inotify, path,
		IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
			IN_DELETE_SELF | IN_ONLYDIR);
	e->next = f->entries;
	f->entries = e;
	return e;
}

/* A watch on a folder goes with the folder. */
static void
drop_gone(struct discovery *f)
{
	for (struct known_folder **at = &f->entries, *e; (e = *at);) {
		if (e->there) {
			at = &e->next;
			continue;
		}
		*at = e->next;
		entry_free(e);
	}
}

static int
list(struct discovery *f, char ***ret)
{
	struct why why;
	if (f->root_watch < 0) {
		own(str) char *root =
			docker_containers_folder(f->settings->docker_root);
		f->root_watch = inotify_add_watch(f->inotify, root,
			IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR);
	}
	int r = docker_containers_list(f->settings->docker_root, ret, &why);
	if (r < 0 && !f->root_noted)
		f->note(f->arg, why.text);
	f->root_noted = r < 0;
	return r;
}

static void
take_event(struct discovery *f, const struct inotify_event *event)
{
	if (!(event->mask & (IN_CREATE | IN_MOVED_TO)) || !event->len)
		return;
	for (struct known_folder *e = f->entries; e; e = e->next) {
		if (e->watch != event->wd || !e->path)
			continue;
		const char *slash = strrchr(e->path, '/');
		if (strcmp(slash ? slash + 1 : e->path, event->name) != 0)
			continue;
		e->created = true;
		e->folder.unseen++;
	}
}

void
discovery_listen(struct discovery *f,
	void (*on_ours)(void *arg, struct container_folder *folder), void *arg)
{
	_Alignas(struct inotify_event) char events[4096];
	ssize_t n;
	while ((n = read(f->inotify, events, sizeof(events))) > 0)
		for (char *p = events; p < events + n;) {
			const struct inotify_event *event = (void *)p;
			take_event(f, event);
			p += sizeof(*event) + event->len;
		}
	for (struct known_folder *e = f->entries; on_ours && e; e = e->next) {
		if (e->created)
			on_ours(arg, &e->folder);
		e->created = false;
	}
}

void
discovery_scan(struct discovery *f,
	void (*on_ours)(void *arg, struct container_folder *folder), void *arg)
{
	own(strings) char **ids = NULL;
	if (list(f, &ids) < 0)
		return;
	for (struct known_folder *e = f->entries; e; e = e->next)
		e->there = false;
	for (size_t i = 0; ids && ids[i]; i++) {
		struct known_folder *e = find(f, ids[i]);
		if (!e)
			e = add(f, ids[i]);
		e->there = true;
		if (!e->settled)
			settle(f, e);
		if (e->folder.app)
			on_ours(arg, &e->folder);
	}
	drop_gone(f);
}

bool
discovery_have(const struct discovery *f, const char *id)
{
	return find(f, id) != NULL;
}
