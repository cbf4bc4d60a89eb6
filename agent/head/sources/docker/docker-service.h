/* The Swarm services whose containers a Docker root holds, from Docker's own
 * files: what one has to know of an app before it is configured. Holds the URL
 * of a database, password and all, which is never shown. */
#pragma once

#include <stdbool.h>

#include "base/own.h"
#include "base/why.h"

/* A variable that holds the URL of a PostgreSQL, raw and secret. */
struct docker_url {
	char *name, *value;
};

/* A service, as the newest of its containers has it. Texts that may hold any
 * byte are said to be raw. */
struct docker_service {
	char *name;         /* Swarm's; "": containers of no service */
	char *id;           /* of the container */
	char *container;    /* its name; NULL: one with other letters */
	char *created;      /* RFC 3339, or "" */
	char *image;        /* raw; "": not known */
	char *workdir;      /* raw; "/" unless the image says */
	char *driver;       /* of its log; NULL: not known */
	char *max_size;     /* of its log's files, raw; NULL: no limit */
	char *max_file;     /* how many, raw; NULL: one */
	char *log_mode;     /* raw; NULL: blocking */
	char *database_url; /* DATABASE_URL, raw and secret; NULL: none */
	char *other_url;    /* another variable that holds a URL of a database,
			       its name, raw; NULL: none */
	struct docker_url *urls; /* all of these */
	size_t n_urls;
	char **roots; /* see container_roots(), absolute; NULL: none */
	size_t containers;
	bool running;
};

/* The value of that variable, borrowed; NULL: it holds no such URL. */
const char *
docker_service_url(const struct docker_service *s, const char *name);

struct docker_services {
	struct docker_service *list; /* in the order of their names */
	size_t n;
	size_t left;     /* containers that were not looked at: too many */
	char **troubles; /* of containers whose files cannot be read; escaped */
};

void docker_services_free(struct docker_services *s);
static inline void
docker_services_let_go(struct docker_services *s)
{
	docker_services_free(s);
}
/* Reads them all; free *ret in any case. Negative, and why, where there is no
 * such Docker root. */
int docker_services_read(
	const char *root, struct docker_services *ret, struct why *why);
