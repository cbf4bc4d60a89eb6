/* The labels of the apps' services, for a command that shows what is in force.
 */
#pragma once

#include "config/settings.h"

/* Lowers the apps by their labels, where Docker tells them. `tell` gets a
 * sentence for each app whose labels could not be told: the same where Docker
 * was silent once, which costs its time once. */
void docker_labels_ask(struct settings *settings,
	void (*tell)(void *arg, const struct app *app, const char *text),
	void *arg);
/* The folder of migrations that a label of the app names, owned; NULL: none. */
char *docker_labels_migrations(struct settings *settings, const char *name);
