#include "config.h"
#include "hands/container/image-source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/escape.h"
#include "docker/engine.h"

/* The mark of a container that we made, and after how many seconds one that a
 * killed process left is removed. */
#define LABEL "logmend.migrations"
#define LEFT_AFTER 3600
#define IMAGE_SHOWN 200

static void
delete_container(const struct docker_app *c, const char *id)
{
	own(buf) struct buf path = { 0 };
	buf_add_str(&path, "/containers/");
	engine_add_part(&path, span_of(id));
	/* With the volumes that its image made it have. */
	buf_add_str(&path, "?v=1&force=1");
	struct why why;
	/* What stays is removed by a later job. */
	(void)engine_delete(c->engine, buf_str(&path), &why);
}

static void
remove_left_overs(const struct docker_app *c)
{
	size_t i;
	json_t *one;
	json_array_foreach (c->all, i, one) {
		const char *state =
			json_string_value(json_object_get(one, "State"));
		json_int_t created =
			json_integer_value(json_object_get(one, "Created"));
		if (json_at(one, "Labels", LABEL, NULL) && state &&
			strcmp(state, "created") == 0 &&
			created + LEFT_AFTER < (json_int_t)time(NULL))
			delete_container(c, docker_app_container_id(one));
	}
}

void
image_source_free(const struct docker_app *c, struct image_source *s)
{
	if (s->made && s->id)
		delete_container(c, s->id);
	json_decref(s->whole);
	free(s->id);
	free(s->image);
	*s = (struct image_source){ 0 };
}

static const char *
image_of(const json_t *whole)
{
	const char *s =
		json_string_value(json_at(whole, "Config", "Image", NULL));
	return s ? s : "";
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

static int
make(const struct app *app, const struct docker_app *c, const char *image,
	struct image_source *ret, struct why *why)
{
	own(str) char *shown =
		escape_str(span_of(image), IMAGE_SHOWN, ESCAPE_LINE);
	json_t *answer = NULL;
	struct why inner;
	/* The command is never run: an image may have none of its own, and then
	 * the Engine wants one. */
	json_t *body = json_pack("{s:s, s:[s], s:b, s:{s:s}}", "Image", image,
		"Cmd", "logmend", "NetworkDisabled", 1, "Labels", LABEL,
		app->name);
	int r = body ? engine_post(c->engine, "/containers/create", body,
			       &answer, &inner)
		     : -EBADMSG;
	const char *id = json_string_value(json_object_get(answer, "Id"));
	if (r == 0 && id) {
		ret->id = xstrdup(id);
		ret->image = xstrdup(image);
		ret->made = true;
	}
	json_decref(body);
	json_decref(answer);
	if (r == -ESRCH)
		return because(why, r,
			"the image %s of app %s is not on this node, and no "
			"container of it, so its migrations cannot be read",
			shown, app->name);
	if (r < 0 || !ret->id)
		return because(why, r < 0 ? r : -EBADMSG,
			"no container could be made of %s: %s", shown,
			r < 0 ? inner.text : "Docker named none");
	return docker_app_inspect(c, "containers", ret->id, &ret->whole, why);
}

int
image_source_find(const struct app *app, const struct docker_app *c,
	struct image_source *ret, struct why *why)
{
	const char *wanted = json_string_value(json_at(
		c->service, "TaskTemplate", "ContainerSpec", "Image", NULL));
	*ret = (struct image_source){ 0 };
	remove_left_overs(c);
	int r = choose(c, wanted, true, ret, why);
	if (r == 0)
		r = choose(c, wanted, false, ret, why);
	if (r != 0)
		return MIN(r, 0);
	if (wanted)
		return make(app, c, wanted, ret, why);
	return because(why, -ESRCH,
		"Docker has neither a container nor a service of app %s, so "
		"its migrations cannot be read (`service` names another one)",
		app->name);
}
