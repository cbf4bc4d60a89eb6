/* Reads an app's migrations out of its image: where its key `migrations` says
 * that they are inside, and else to compare them with those of the host. */
#pragma once

#include "base/clock.h"
#include "config/settings.h"
#include "hands/container/inside.h"
#include "hands/migrator/migrator.h"

/* Before the job, once, so that all of the job has the same. The app's key
 * becomes `container:FOLDER`, a path that is right in a folder of our own: this
 * process works in that from then on. So sentences and hashes have the name
 * that people know, and the migrator reads it as any other folder. What fails
 * is kept in ret->problem: much can be told without migrations. */
void read_inside(const char *store, struct app *app, const struct migrator *m,
	usec deadline, struct inside *ret);
/* Of an app whose migrations are a folder of the host: copies those of its
 * newest container's image, to be compared with. Where Docker is not used, or
 * the app has no container there or its image no migrations, there is nothing
 * to compare, which is no error. Where Docker fails at telling that, whether
 * they are the same is open: ret->image_problem, and ret->image_unsure. */
void read_deployed(const char *store, const struct app *app,
	const struct migrator *m, usec deadline, struct inside *ret);
