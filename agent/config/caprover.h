/* What lies beside a container's log. */
#pragma once

/* The app whose container wrote the log at `path`, by the config.v2.json in the
 * same folder; NULL if that is not known. Owned. */
char *caprover_app_beside(const char *path);
