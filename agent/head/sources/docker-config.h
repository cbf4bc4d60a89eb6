/* Reads the containers of a Docker root from Docker's own files, config.v2.json
 * and hostconfig.json, and asks no daemon: whoever may speak to Docker's socket
 * is root. Keeps id, name, service, log path, driver, image and times, and
 * wipes the rest: Config.Env holds the app's passwords in clear, which
 * credentials.h is to know and nobody else. */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "base/own.h"
#include "base/why.h"
#include "config/settings.h"

struct json_t;

struct docker_container {
	char *id;
	char *name;
	char *service;  /* Swarm's; NULL for a container of no service */
	char *log_path; /* under the Docker root */
	char *driver;   /* json-file, journald, local, ...; NULL: not known */
	char *created;  /* RFC 3339, in UTC; "": not known */
	char *image;    /* as it was asked for, escaped; NULL: not known */
	char *image_id; /* `sha256:...`; NULL: not known */
	bool running;
	/* Since 1970; 0: not yet, or not known. */
	usec made, started, finished;
	usec deployed; /* its service was changed last; 0: not known */
};

void docker_container_free(struct docker_container *c);
/* Frees what it holds, and not itself. */
void docker_container_release(struct docker_container *c);
OWN(docker_container, struct docker_container *, docker_container_free);

/* Reads one container below the Docker root of the settings; *ret is owned.
 * Whoever reads its log behind this call knows the credentials of its app's
 * database (credentials_know_environment()). -ENOENT: it is not there, or not
 * yet. */
int docker_container_read(const struct settings *settings, const char *id,
	struct docker_container **ret, struct why *why);
/* Whether the name may be that of a container's folder: Docker's have 64 hex
 * digits; what matters is that it is one plain name, without a slash or dots.
 */
bool docker_container_is_id(const char *name);
/* The ids of the folders that are there now, in order, at most `most`; *ret is
 * owned, NULL for none. *ret_left: how many there are beyond that. */
int docker_containers_list(const char *docker_root, size_t most, char ***ret,
	size_t *ret_left, struct why *why);
/* As many containers as anybody looks at. */
#define DOCKER_CONTAINERS_MOST 65536u
/* Calls on_container for each of those, in order of their ids. *ret_left: how
 * many are left out. */
int docker_containers_each(const char *docker_root,
	void (*on_container)(void *arg, const char *id), void *arg,
	size_t *ret_left, struct why *why);
/* `<root>/containers`; owned. */
char *docker_containers_folder(const char *docker_root);

/* What other files of this folder need. The first opens what lies below the
 * Docker root, over no link (base/io/file.h), though the root itself may be
 * one, its owner's; the second loads one of Docker's own files of a container,
 * a new reference. */
int docker_open_below(
	const char *root, const char *path, int flags, struct why *why);
int docker_container_load(const char *root, const char *id, const char *name,
	struct json_t **ret, struct why *why);
/* A name out of such a file, owned; NULL if it holds anything but letters,
 * digits and ._-/, so it needs no escaping in messages. */
char *docker_name(const struct json_t *json);
/* A time out of it, owned, or "". Docker writes RFC3339Nano in UTC: two of them
 * compare as strings, to the second at least. */
char *docker_time(const struct json_t *json);
