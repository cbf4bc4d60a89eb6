/* How CapRover names an app's service, and what lies beside a container's log.
 */
#pragma once

#include <stdbool.h>

#include "config/settings.h"

/* Whether this Swarm service is the app's. */
bool caprover_is_service(const struct app *a, const char *service);
/* The app whose container wrote the log at `path`, by the config.v2.json in the
 * same folder; NULL if that is not known. Owned. */
char *caprover_app_beside(const char *path);
