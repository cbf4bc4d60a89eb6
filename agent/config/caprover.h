/* How CapRover names the Swarm service of an app, and how to find the app from
 * the files that Docker keeps beside a container's log. CapRover before 1.15
 * named the service `srv-captain--NAME`, later ones just `NAME`:
 * https://github.com/caprover/caprover/blob/c352c97/src/datastore/AppsDataStore.ts
 */
#pragma once

#include <stdbool.h>

#include "config/settings.h"

/* Whether this Swarm service runs the app: the one that the configuration
 * names, else both of CapRover's names. */
bool caprover_is_service(const struct app *a, const char *service);
/* The names that a service of the app may have; a list (own.h), owned. */
char **caprover_services(const struct app *a);
/* The app of the configuration that this Swarm service runs, borrowed; NULL if
 * there is none, or no service. */
const struct app *
caprover_find_app(const struct settings *settings, const char *service);
/* What CapRover calls the app of this service: a part of `service`. */
const char *caprover_app_name(const char *service);
/* The app whose container wrote the log at `path`, from the config.v2.json in
 * the same folder. Owned and escaped; NULL if there is no such file or it
 * names no service. What its environment says to the apps of the settings,
 * which may be NULL, is known from then on (credentials_know_environment()). */
char *caprover_app_beside(const char *path, const struct settings *settings);
