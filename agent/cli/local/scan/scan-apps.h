/* The apps whose logs `scan` can be asked for by name. What Docker's files tell
 * is read once, when it is first asked for. */
#pragma once

#include "head/head.h"

/* Zeroed but for the settings, which are borrowed. */
struct scan_apps {
	const struct settings *settings;
	struct head_containers *containers;
	struct why trouble; /* why containers cannot be listed */
	int error;          /* the errno of that; 0: they can */
};

/* Has this process know the credentials in the environments of the configured
 * apps' containers, before it prints anything that they logged. */
void scan_apps_learn(struct scan_apps *a);
void scan_apps_free(struct scan_apps *a);
/* The app of the configuration that the name leads to; NULL: none. */
const struct app *scan_apps_configured(struct scan_apps *a, const char *name);
/* Whether the name is that of an app: configured, or with a container. */
bool scan_apps_has(struct scan_apps *a, const char *name);
/* As head_containers_of(); 0 also where containers cannot be listed. */
size_t scan_apps_each(struct scan_apps *a, const char *name,
	void (*on_container)(void *arg, const struct head_container *one),
	void *arg);
/* Says of a name for which there is no container what there is instead. Owned.
 */
char *scan_apps_missing(struct scan_apps *a, const char *name);
