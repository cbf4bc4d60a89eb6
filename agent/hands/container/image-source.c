#include "config.h"
#include "hands/container/image-source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "docker/engine-text.h"
#include "docker/engine.h"

/* Tells people whose container it is; we know ours by its name. No key of a
 * service's labels has this name (agent/config/label-keys.c). */
#define LABEL "logmend.made-for"
#define IMAGE_SHOWN 200
/* No update of a service takes that long, nor is it watched for longer before
 * it may go back. */
#define SETTLED_TIME USEC_DAY

void
image_source_free(const struct docker_app *c, struct image_source *s)
{
	made_container_remove(c->engine, &s->record);
	json_decref(s->whole);
	free(s->id);
	free(s->image);
	*s = (struct image_source){ 0 };
}

static const char *
image_of(const json_t *whole)
{
	return json_text(json_at(whole, "Config", "Image", NULL));
}

/* Takes the first container that runs, or does not, and has the image; any
 * image where none is wanted. 1: found. */
static int
choose(const struct docker_app *c, const char *wanted, bool runs,
	struct image_source *ret, struct why *why)
{
	for (size_t i = 0; i < c->n; i++) {
		json_t *whole = NULL;
		if (docker_app_container_runs(c->list[i]) != runs)
			continue;
		const char *id = docker_app_container_id(c->list[i]);
		int r = docker_app_inspect(c, "containers", id, &whole, why);
		/* It may be gone since the list was made. */
		if (r < 0 && r != -ESRCH)
			return r;
		if (r == 0 &&
			(!wanted || strcmp(image_of(whole), wanted) == 0)) {
			ret->id = xstrdup(id);
			ret->image = xstrdup(image_of(whole));
			ret->whole = whole;
			ret->runs = runs;
			return 1;
		}
		json_decref(whole);
	}
	return 0;
}

/* Without an answer that refuses it, Docker may make the container yet. */
static int
create(const struct app *app, const struct docker_app *c, const char *image,
	struct image_source *ret, struct why *why)
{
	own(str) char *path =
		xprintf("/containers/create?name=%s", ret->record.name);
	json_t *answer = NULL;
	/* The command is never run: an image may have none of its own, and then
	 * the Engine wants one. */
	json_t *body = json_pack("{s:s, s:[s], s:b, s:{s:s}}", "Image", image,
		"Cmd", "logmend", "NetworkDisabled", 1, "Labels", LABEL,
		app->name);
	int r = body ? engine_post(c->engine, path, body, &answer, why)
		     : because(why, -EBADMSG, "its name is not UTF-8");
	const char *id = json_string_value(json_object_get(answer, "Id"));
	if (r == 0 && !id)
		r = because(why, -EBADMSG, "Docker named none");
	if (r == 0) {
		ret->id = xstrdup(id);
		ret->image = xstrdup(image);
		ret->made = true;
	} else if (!body || r == -ESRCH || r == -EREMOTEIO || r == -EBUSY) {
		made_container_forget(&ret->record);
	} else {
		made_container_leave(&ret->record);
	}
	json_decref(body);
	json_decref(answer);
	return r;
}

static int
make(const char *store, const struct app *app, const struct docker_app *c,
	const char *image, struct image_source *ret, struct why *why)
{
	own(str) char *shown =
		escape_str(span_of(image), IMAGE_SHOWN, ESCAPE_LINE);
	struct why inner;
	int r = made_container_plan(store, &ret->record, &inner);
	if (r == 0)
		r = create(app, c, image, ret, &inner);
	if (r == -ESRCH)
		return because(why, r,
			"the image %s of app %s is not on this node, and no "
			"container of it, so its migrations cannot be read",
			shown, app->name);
	if (r < 0)
		return because(why, r, "no container could be made of %s: %s",
			shown, inner.text);
	return docker_app_inspect(c, "containers", ret->id, &ret->whole, why);
}

static const char *
image_of_service(const struct docker_app *c)
{
	return json_string_value(json_at(
		c->service, "TaskTemplate", "ContainerSpec", "Image", NULL));
}

static bool
has_image_of(const json_t *listed, const struct image_source *s)
{
	return strcmp(json_text(json_object_get(listed, "ImageID")),
		       json_text(json_object_get(s->whole, "Image"))) == 0;
}

/* Without a manager of the swarm nobody says what the service is to run, but
 * its containers here: the newest one runs, all that run have its image, and
 * that since a day. */
static bool
has_stayed(const struct docker_app *c, const struct image_source *s)
{
	usec since = engine_time(json_at(s->whole, "State", "StartedAt", NULL));
	usec now = clock_wall();
	bool alone =
		c->n && strcmp(docker_app_container_id(c->list[0]), s->id) == 0;
	for (size_t i = 0; i < c->n; i++)
		alone &= !docker_app_container_runs(c->list[i]) ||
			has_image_of(c->list[i], s);
	return alone && s->runs && since && since < now &&
		now - since >= SETTLED_TIME;
}

/* A service whose new image fails goes back to the old one, if it is told to:
 * its containers run for a while first. */
char *
image_source_unsettled(const struct docker_app *c, const struct image_source *s,
	bool *ret_passes)
{
	const char *state = json_text(json_object_get(c->update, "State"));
	*ret_passes = false;
	if (!c->services && has_stayed(c, s))
		return NULL;
	if (!c->services)
		return xstrdup("this node manages no swarm: it counts as "
			       "deployed once the newest container here ran "
			       "for a day with that image, and none with "
			       "another");
	if (!image_of_service(c))
		return xstrdup("Docker does not tell here which image its "
			       "service is to run");
	if (!s->runs)
		return xstrdup("no container of that image runs");
	if (!*state || strcmp(state, "completed") == 0)
		return NULL;
	*ret_passes = strcmp(state, "updating") == 0 ||
		strcmp(state, "rollback_started") == 0;
	own(str) char *shown =
		escape_str(span_of(state), IMAGE_SHOWN, ESCAPE_LINE);
	return xprintf(
		"the update of its service is not completed (%s)", shown);
}

int
image_source_find_there(
	const struct docker_app *c, struct image_source *ret, struct why *why)
{
	const char *wanted = image_of_service(c);
	*ret = (struct image_source){ 0 };
	int r = choose(c, wanted, true, ret, why);
	if (r == 0)
		r = choose(c, wanted, false, ret, why);
	return r == 0 ? because(why, -ESRCH, "there is no such container")
		      : MIN(r, 0);
}

int
image_source_find(const char *store, const struct app *app,
	const struct docker_app *c, struct image_source *ret, struct why *why)
{
	const char *wanted = image_of_service(c);
	made_container_sweep(store, c->engine);
	int r = image_source_find_there(c, ret, why);
	if (r != -ESRCH)
		return r;
	if (wanted)
		return make(store, app, c, wanted, ret, why);
	return because(why, -ESRCH,
		"Docker has neither a container nor a service of app %s, so "
		"its migrations cannot be read (`service` names another one)",
		app->name);
}
