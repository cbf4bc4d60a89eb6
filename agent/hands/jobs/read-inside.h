/* Reads an app's migrations out of its image, where its key `migrations` says
 * that they are inside. */
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
