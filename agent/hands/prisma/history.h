/* The rows of _prisma_migrations. */
#pragma once

#include "hands/prisma/checksum.h"
#include "hands/prisma/migrations.h"
#include "hands/postgres/session.h"
#include "wire/finding.h"

#define HISTORY_MAX 5000

struct history_row {
	char *id;
	char *checksum;
	char *name;
	char *logs;    /* NULL, or what the migrator wrote down; raw */
	char *started; /* RFC 3339 */
	bool finished;
	bool rolled_back;
};

struct history {
	bool exists;       /* the table itself */
	bool other_tables; /* without it: the schema is not empty */
	char *elsewhere;   /* without it: another schema that has one; NULL */
	struct history_row *rows; /* by their start */
	size_t n;
};

/* Reads schema._prisma_migrations. -EACCES: the role may not read it. */
int history_read(struct session *s, const char *schema, struct history **ret,
	struct why *why);
void history_free(struct history *h);
OWN(history, struct history *, history_free);

/* Tells every migration its state. */
void history_match(const struct history *h, struct migrations *m);
bool history_row_failed(const struct history_row *r);
/* The first failed row, or NULL. `name` NULL: of any migration. */
const struct history_row *
history_failed(const struct history *h, const char *name);
/* Applied rows whose folder is not there. */
size_t history_orphans(const struct history *h, const struct migrations *m,
	const char **ret_first);
/* The greatest name of an applied migration that begins with 14 digits. */
const char *history_newest(const struct history *h);
/* Whether no row failed and every unit of the folder (NULL: there is none to
 * read) is applied. */
enum answer
history_is_clean(const struct history *h, const struct migrations *m);
