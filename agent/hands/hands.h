/* The role that touches databases: one job, then it ends. */
#pragma once

#include <stdbool.h>

#include "config/settings.h"
#include "wire/plan.h"

/* The process behind ROLE_SOCKET; returns its exit code. */
int hands_main(const char *config);

/* Whether hands can use what the app's sections name, before they need it: 0,
 * or a negative errno and the sentence that a job of theirs has for it, never
 * with a password. None of them connects anywhere. */
int hands_check_url(const char *url_file, struct why *why);
/* The same of the URL itself. *ret_host, the name or address in it, raw and
 * owned. */
int hands_check_url_text(const char *url, char **ret_host, struct why *why);
/* That Docker has the URL of an app whose `database-url` is `container`. It
 * asks the Engine for that, and no database. */
int hands_check_inside(const struct app *app, struct why *why);
/* That what is mended goes through no pooler; a URL that cannot be read is not
 * this one's business. */
int hands_check_mend_url(const struct app *app, struct why *why);
/* That `migrations`, if it can be read at all, is no level too high or too low:
 * there each script would look like one that the migrator never reads. */
int hands_check_migrations(const struct app *app, struct why *why);
/* Whether the folder that `dir` is open on is one of migrations. */
bool hands_is_migrations(int dir);
/* Which variables of the environment have the URLs of the application and of
 * its migrator, as what lies around such a folder says; each is owned, NULL
 * where it does not say. */
void hands_url_variables(int dir, char **ret_url, char **ret_direct);
/* That a copy can be made, as far as it can be told without the server; with
 * its version (150004 for 15.4), if that is not 0, that pg_dump knows it. With
 * an app, which may be NULL, Docker is asked for the one in its database's
 * container where no other fits. */
int hands_check_rehearsal(const struct app *app, const struct remedy *remedy,
	uint32_t server, struct why *why);
/* A statement of a folder of migrations, as the guard judges it without a
 * database; strings are borrowed, escaped, and hold no secret. */
struct gate_line {
	const char *file;
	unsigned line;
	unsigned statement; /* its number; 0: the file, or the folder, as such
			     */
	const char *kind;   /* the row of logmend.guard(7) */
	const char *on;     /* the table; NULL */
	const char *lock, *effect;
	enum verdict verdict;
	const char *reason; /* the rest of a sentence; "" */
};
/* Judges all scripts of the folder in their order, and tells `each` of every
 * statement: a table that none of them creates counts as one with rows. -errno:
 * the folder cannot be read. */
int hands_gate(const char *path,
	void (*each)(void *arg, const struct gate_line *line), void *arg,
	struct why *why);
/* How jobs reach the app's database, for a sentence, owned: `through the
 * network of captain-nginx`; NULL: Docker's networks have nothing to do with
 * it, or its URL cannot be read. Docker is asked. */
char *hands_check_way(const struct app *app);
