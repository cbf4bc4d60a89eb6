/* A DATABASE_URL as Prisma writes it: parsed by ourselves, because libpq knows
 * none of Prisma's parameters and splits passwords with an `@` elsewhere. The
 * password leaves this struct only towards libpq, and to pg_dump in a file that
 * has no name. */
#pragma once

#include <stdbool.h>

#include "base/clock.h"
#include "base/own.h"
#include "base/why.h"
#include "config/settings.h"

struct url {
	char *host; /* a name, an address, or the folder of a Unix socket */
	char *port;
	char *user;     /* NULL: not given */
	char *password; /* NULL: not given */
	char *database;
	char *schema;      /* `public` unless given */
	bool schema_given; /* then it is also set as search_path */
	char *sslmode;
	char *sslrootcert; /* NULL: libpq's default */
	char *options;     /* command-line options for the server */
	char *channel_binding;
	usec connect_timeout; /* 0: none of its own */
	char *pooled; /* why nothing may be migrated through it; or NULL */
	/* Whose URL it is, for the way to the host (route.h); borrowed. NULL:
	 * the host's own names alone count. */
	const struct app *app;
};

void url_free(struct url *u);
static inline void
url_let_go(struct url *u)
{
	url_free(u);
}

/* 0, or -EINVAL and a sentence that never holds the password. */
int url_parse(const char *text, struct url *ret, struct why *why);
/* The same from a file that holds one line. */
int url_read(const char *path, struct url *ret, struct why *why);
struct url url_copy(const struct url *u);
/* `db.example.org:5432/moving, schema public`: without user and password. */
char *url_text(const struct url *u);
/* The text without this password, from now on, and without other secrets
 * (base/redact.h). Owned. */
char *url_censor(const struct url *u, const char *text);
