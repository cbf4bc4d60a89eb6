/* The configuration that `init` writes, as a text with comments. */
#pragma once

#include "cli/init/choice.h"

/* How an app's secrets and files are reached: in its container, through
 * Docker's socket, or as copies on the host. The one place that says which. */
struct access_ways {
	const char *socket; /* Docker's; NULL: it is not used */
	bool url_in_container;
	bool migrations_in_container;
};
/* What this logmend can, where Docker's socket is; without it only copies. */
struct access_ways access_ways_known(bool without_socket);

struct settings_text_how {
	const struct choice *choice;
	struct access_ways ways;
	const char *folder;      /* that the configuration lies in */
	const char *docker_root; /* NULL: none was found */
	const char *no_docker;   /* why not, a sentence; or NULL */
	bool webhook;            /* its file is there already */
};

/* Lines that wait for something begin with this mark, or with `#APP: ` and an
 * app's name, in which no bracket can be. Taking it away puts them in force. */
#define MARK_NOTIFY "#(notify): "
/* Owned. */
char *settings_text(const struct settings_text_how *how);
/* The file of the app's URL and that of the webhook, and where a copy of its
 * migrations would lie. Owned. */
char *settings_text_url_file(const char *folder, const struct chosen_app *a);
char *settings_text_direct_file(const char *folder, const struct chosen_app *a);
char *settings_text_webhook_file(const char *folder);
char *settings_text_copy(const struct chosen_app *a);
/* Whether the app's migrations are read in its container. */
bool settings_text_inside(
	const struct settings_text_how *how, const struct chosen_app *a);
