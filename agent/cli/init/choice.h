/* Which of the services on this host `init` would configure, and why not the
 * others. */
#pragma once

#include "head/head.h"

/* A service that is configured. Texts are safe to be shown and written. */
struct chosen_app {
	char *name;    /* of its section */
	bool prefixed; /* another service has the same name in CapRover */
	const struct docker_service *of; /* borrowed */
	/* Where schema and environment have them: the variable of the app's
	 * URL (NULL: DATABASE_URL), and of its migrator's own. */
	char *url_env, *direct_env;
	const char *url;        /* secret, borrowed */
	const char *direct_url; /* the same; NULL: the app's own does */
	char *host;             /* of its database */
	bool given;             /* --migrations led to them */
	bool inside;            /* that is a name which Docker alone knows */
	char *migrations;       /* a folder on the host; NULL: none was found */
	char *in_container;     /* a folder in the container; NULL: none */
	char **others;          /* further folders that look like migrations */
};

struct choice {
	struct chosen_app *apps;
	size_t n;
	char **left_out; /* the services' names, a list (own.h) */
	char **reasons;  /* one for each of them */
};

/* What was asked for on the command line. */
struct choice_how {
	const struct docker_services *services;
	char *const *folders; /* of --migrations: DIR or APP=DIR; or NULL */
};

/* Free *ret in any case. */
void choice_make(const struct choice_how *how, struct choice *ret);
void choice_free(struct choice *c);
static inline void
choice_let_go(struct choice *c)
{
	choice_free(c);
}
