/* The credentials that the configuration leads to, so that redact() takes them
 * out of every text: passwords in database URLs, as they are written and
 * percent-decoded, and what in a webhook's URL makes it secret. Eyes learn
 * none, for they parse hostile text. */
#pragma once

#include "config/settings.h"

struct credentials;
struct json_t;

/* Reads the URL files of all sections. One that cannot be read is left out:
 * whoever needs it says so. `settings` is borrowed. */
struct credentials *credentials_new(const struct settings *settings);
/* Reads those again that changed. What they held before stays known. Costs a
 * stat() for each file. */
void credentials_refresh(struct credentials *c);
void credentials_free(struct credentials *c);
OWN(credentials, struct credentials *, credentials_free);

/* The URL of a database that stands in no file. */
void credentials_know_database(struct span url);
/* What the environment of a container of this service (`Config.Env`, a list of
 * NAME=value) says in the variable that has the URL of an app, for each app of
 * the settings that the service runs; wherever the app has its own URL from,
 * its log may show that one. `settings` may be NULL, and is not kept. */
void credentials_know_environment(const struct settings *settings,
	const char *service, const struct json_t *env);
/* For a process that reads them once. */
void credentials_know(const struct settings *settings);
/* The same for a configuration that may be missing or broken. */
void credentials_know_file(const char *config);
