/* A private PostgreSQL for tests: in a temporary folder, never as root, on
 * loopback, with the moving company's database of tests/data/prisma. */
#pragma once

#include <libpq-fe.h>

struct pg {
	char *folder; /* everything lies in here */
	char *bin;    /* where initdb is */
	int port;
};

/* Exits with 77 and a sentence when this machine has no PostgreSQL or no
 * unprivileged user to run it. */
void pg_start(struct pg *pg, int port); /* or the next one that is free */
void pg_stop(struct pg *pg);

/* As the superuser; ends the test if the server says no. */
void pg_do(const struct pg *pg, const char *database, const char *sql);
/* The first value, owned; "" for NULL and for no rows. */
char *pg_get(const struct pg *pg, const char *database, const char *sql);
/* The same as role app, whose password is `app-pässwörd`. */
PGconn *pg_connect(const struct pg *pg, const char *database, const char *user);
/* A fresh database whose owner is app; an older one of the name is dropped. */
void pg_database(const struct pg *pg, const char *database);
/* postgresql://app:...@127.0.0.1:PORT/DATABASE + parameters. Owned. */
char *pg_url(const struct pg *pg, const char *database, const char *parameters);

/* Applies folder/NAME/migration.sql as role app and records it as Prisma would;
 * creates the history first when it is not there. */
void pg_migrate(const struct pg *pg, const char *database, const char *folder,
	const char *name);
/* A row of the history and nothing else; times are SQL expressions. */
void pg_record(const struct pg *pg, const char *database, const char *name,
	const char *checksum, const char *finished, const char *rolled_back);
