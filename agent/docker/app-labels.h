/* The labels of an app's services, asked of Swarm by whoever is no daemon:
 * hands at the last moment, and commands. */
#pragma once

#include "config/settings.h"
#include "docker/engine.h"

/* Lowers the app by its labels (config/labels.h) as Docker has them now. 0,
 * also where there are none, or this host manages no swarm; negative: Docker
 * does not say of one of them, and the others' alone lower it. -ETIMEDOUT: it
 * was silent, and was not asked for what was left. */
int app_labels_ask(struct engine *e, struct app *app, struct why *why);
