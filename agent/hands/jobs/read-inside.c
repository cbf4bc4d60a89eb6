#include "config.h"
#include "hands/jobs/read-inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "hands/container/docker-app.h"
#include "hands/container/container-files.h"
#include "hands/container/container-path.h"
#include "hands/container/image-changes.h"
#include "hands/container/image-source.h"
#include "hands/container/private-folder.h"

#define SHOWN 200
/* A look need not wait longer for what it can do without. */
#define DEPLOYED_TIME (30 * USEC_SECOND)

struct inside_reading {
	struct container_files files;
	const struct migrator *migrator;
	const struct image_source *source;
	char *workdir; /* without a slash at its end; "" is the root */
	struct inside_place place;
};

static void
inside_reading_let_go(struct inside_reading *d)
{
	fd_close(d->files.root);
	container_files_free(&d->files);
	free(d->workdir);
	inside_place_free(&d->place);
}

static struct inside_reading
inside_reading_of(const struct docker_app *c, const struct image_source *s,
	const struct migrator *m)
{
	return (struct inside_reading){
		.files = { .containers = c,
			.root = -1,
			.wanted = m->inside_files },
		.migrator = m,
		.source = s,
	};
}

static int
no_folder(const struct inside_reading *d, struct why *why)
{
	own(str) char *image =
		escape_str(span_of(d->source->image), SHOWN, ESCAPE_LINE);
	own(str) char *workdir = escape_str(
		span_of(*d->workdir ? d->workdir : "/"), SHOWN, ESCAPE_LINE);
	if (!d->place.folder && d->files.beside)
		return because(why, -ESRCH,
			"its image %s holds no migrations that logmend could "
			"find, below its WORKDIR %s (%s)",
			image, workdir, d->migrator->describe.inside);
	if (!d->place.folder)
		return because(why, -ESRCH,
			"no migrations were found in the image %s, below its "
			"WORKDIR %s (%s): give their folder, as in "
			"`migrations = container:/usr/src/app/db/migrations`",
			image, workdir, d->migrator->describe.inside);
	own(str) char *folder =
		escape_str(span_of(d->place.folder), SHOWN, ESCAPE_LINE);
	return because(why, -ESRCH,
		"the image %s has no folder %s; its WORKDIR is %s", image,
		folder, workdir);
}

/* What the Engine lists as a mount by a path that may have links in it. */
static json_t *
mounts_of(const struct inside_reading *d)
{
	const json_t *listed = json_object_get(d->source->whole, "Mounts");
	json_t *all = json_array(), *one;
	size_t i;
	json_array_foreach (listed, i, one) {
		own(container_path) struct container_path p = { 0 };
		const char *at =
			json_string_value(json_object_get(one, "Destination"));
		json_array_append(all, one);
		if (!at ||
			container_path_find(d->files.containers, d->files.id,
				at, &p, NULL) < 0)
			continue;
		json_array_append_new(all,
			json_pack("{s:s}", "Destination",
				*p.real ? p.real : "/"));
	}
	return all;
}

/* Of the folder, and of each link and file that led there. */
static char *
changed_text(const struct inside_reading *d, const json_t *changes)
{
	json_t *mounts = mounts_of(d);
	char *text = image_changes_text(changes, mounts, d->place.around);
	for (char **t = d->place.through; !text && t && *t; t++)
		text = image_changes_text(changes, mounts, *t);
	json_decref(mounts);
	return text;
}

/* What tells that these are not the image's own files. */
static char *
find_changed(const struct inside_reading *d, bool *ret_failed)
{
	json_t *changes = NULL;
	struct why why;
	int r = d->source->made
		? 0
		: container_files_changes(&d->files, &changes, &why);
	*ret_failed = r < 0;
	char *text = r < 0
		? xprintf("whether the container's files are its image's could "
			  "not be told: %s",
			  why.text)
		: changed_text(d, changes);
	json_decref(changes);
	return text;
}

/* That, or why these may not be the ones. */
static char *
find_doubt(const struct inside_reading *d, const char *changed)
{
	if (changed || d->place.doubt)
		return xstrdup(changed ? changed : d->place.doubt);
	if (d->files.left_out)
		return xprintf("links and the like in the image are not read: "
			       "%s%s",
			d->files.left_out_name,
			d->files.left_out > 1 ? " and others" : "");
	return NULL;
}

/* Of what the files are, for a sentence. Owned. */
static char *
deployed_image(const struct inside_reading *d)
{
	own(str) char *image =
		escape_str(span_of(d->source->image), SHOWN, ESCAPE_LINE);
	return xprintf("the image %s that is deployed", image);
}

static char *
where_from(const struct image_source *s)
{
	own(str) char *image =
		escape_str(span_of(s->image), SHOWN, ESCAPE_LINE);
	return xprintf("the image %s that is deployed%s%.12s%s", image,
		s->made ? "" : ", by its container ", s->made ? "" : s->id,
		s->made || s->runs ? "" : ", which runs no more");
}

/* `given`: the folder, or NULL. */
static int
find_folder(struct inside_reading *d, const char *given, struct why *why)
{
	const char *workdir = json_string_value(
		json_at(d->source->whole, "Config", "WorkingDir", NULL));
	d->workdir = xstrdup(workdir && workdir[0] == '/' ? workdir : "");
	size_t len = strlen(d->workdir);
	if (len && d->workdir[len - 1] == '/')
		d->workdir[len - 1] = '\0';
	int r = d->migrator->copy_inside(
		&d->files, d->workdir, given, &d->place, why);
	if (r < 0)
		return r;
	if (!d->place.folder ||
		!container_files_has(&d->files, d->place.folder, S_IFDIR))
		return no_folder(d, why);
	return 0;
}

static int
read_from(struct inside_reading *d, struct app *app, struct inside *ret,
	struct why *why)
{
	const char *given = app->migrations + strlen(APP_INSIDE);
	int r = find_folder(d, *given ? given + 1 : NULL, why);
	if (r < 0)
		return r;
	ret->changed = find_changed(d, &ret->docker_failed);
	ret->doubt = find_doubt(d, ret->changed);
	ret->image = deployed_image(d);
	ret->from = where_from(d->source);
	free(app->migrations);
	app->migrations = xprintf(APP_INSIDE ":%s", d->place.folder);
	if (d->place.schema && !app->schema_file)
		app->schema_file = xprintf(APP_INSIDE ":%s", d->place.schema);
	return 0;
}

/* The folder `container:` in ours stands for the container's root. */
static int
open_root(const char *folder, int *ret, struct why *why)
{
	own(str) char *copies = xprintf("%s/" APP_INSIDE ":", folder);
	if (mkdir(copies, 0700) == 0)
		*ret = open(copies,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*ret < 0)
		return because(why, -errno, "%s: cannot be used: %s", copies,
			strerror(errno));
	return 0;
}

/* What the image is, or does not have, is so the next time, too. */
static bool
is_lasting(int error)
{
	return error == -ESRCH || error == -EINVAL || error == -ENOTUNIQ ||
		error == -EFBIG || error == -ELOOP;
}

static int
read_source(const char *store, struct inside_reading *d, struct app *app,
	struct image_source *source, struct inside *ret, struct why *why)
{
	const struct docker_app *c = d->files.containers;
	int r = image_source_find(store, app, c, source, why);
	d->files.id = source->id;
	if (r == 0)
		ret->unsettled =
			image_source_unsettled(c, source, &ret->updating);
	if (r == 0)
		r = read_from(d, app, ret, why);
	ret->docker_failed |= r < 0 && !is_lasting(r);
	return r;
}

static int
read_into(const char *store, const char *folder, struct app *app,
	const struct migrator *m, usec deadline, struct inside *ret,
	struct why *why)
{
	own(docker_app) struct docker_app c = { 0 };
	struct image_source source = { 0 };
	own(inside_reading) struct inside_reading d =
		inside_reading_of(&c, &source, m);
	int r = open_root(folder, &d.files.root, why);
	if (r == 0 && chdir(folder) < 0)
		r = because(why, -errno, "%s: cannot be used: %s", folder,
			strerror(errno));
	if (r == 0) {
		r = docker_app_find(app, deadline, &c, why);
		ret->docker_failed = r < 0;
	}
	if (r == 0)
		r = read_source(store, &d, app, &source, ret, why);
	image_source_free(&c, &source);
	return r;
}

void
read_inside(const char *store, struct app *app, const struct migrator *m,
	usec deadline, struct inside *ret)
{
	struct why why;
	*ret = (struct inside){ 0 };
	int r = m->copy_inside
		? private_folder_make(store, &ret->folder, &why)
		: because(&why, -EOPNOTSUPP,
			  "migrations of %s are not read out of images",
			  m->describe.name);
	if (r == 0)
		r = read_into(
			store, ret->folder.path, app, m, deadline, ret, &why);
	if (r < 0)
		ret->problem = xstrdup(why.text);
}

/* The sentence says of what the files are, as far as that is known. */
static void
name_image(const struct inside_reading *d, struct inside *ret)
{
	ret->changed = find_changed(d, &ret->docker_failed);
	own(str) char *doubt = find_doubt(d, ret->changed);
	ret->image = doubt ? xprintf("the app's container (%s)", doubt)
			   : deployed_image(d);
	ret->image_of = xprintf("%.12s", d->source->id);
	ret->image_folder = xprintf(
		"%s/" APP_INSIDE ":%s", ret->folder.path, d->place.folder);
}

/* A plan of the host's migrations is asked for then. */
static void
untold(struct inside *ret, const struct why *why)
{
	ret->image_problem = xstrdup(why->text);
	ret->image_unsure = true;
}

/* An image may be made without its migrations, which proves nothing. */
static void
read_beside(const char *store, struct inside_reading *d, struct inside *ret)
{
	struct why why;
	int r = private_folder_make(store, &ret->folder, &why);
	if (r == 0)
		r = open_root(ret->folder.path, &d->files.root, &why);
	if (r == 0)
		r = find_folder(d, NULL, &why);
	if (r == 0)
		name_image(d, ret);
	else if (r != -ESRCH)
		untold(ret, &why);
	else
		ret->image_none = xstrdup(why.text);
	/* An image that does not say where they are never will. */
	ret->image_unsure &= r != -EINVAL && r != -ENOTUNIQ;
}

void
read_deployed(const char *store, const struct app *app,
	const struct migrator *m, usec deadline, struct inside *ret)
{
	own(docker_app) struct docker_app c = { 0 };
	struct image_source source = { 0 };
	struct why why;
	own(inside_reading) struct inside_reading d =
		inside_reading_of(&c, &source, m);
	*ret = (struct inside){ 0 };
	if (!m->copy_inside || !app->docker_socket || !app->migrations)
		return;
	d.files.beside = true;
	deadline = MIN(deadline, clock_mono() + DEPLOYED_TIME);
	int r = docker_app_find(app, deadline, &c, &why);
	bool asked = r == 0;
	if (r == 0)
		r = image_source_find_there(&c, &source, &why);
	d.files.id = source.id;
	if (r == 0)
		ret->unsettled =
			image_source_unsettled(&c, &source, &ret->updating);
	if (r == 0)
		read_beside(store, &d, ret);
	else if (!asked || r != -ESRCH)
		untold(ret, &why);
	else
		ret->image_none = xprintf(
			"the app has no container on this node that runs or "
			"ran the image of its service");
	image_source_free(&c, &source);
}
