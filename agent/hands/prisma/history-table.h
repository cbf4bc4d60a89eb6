/* The table _prisma_migrations. All SQL that touches it stands in this file's
 * .c, so that its columns are written down once. */
#pragma once

#include "hands/migrator/history.h"
#include "hands/postgres/session.h"
#include "wire/job.h"

#define HISTORY_TABLE "_prisma_migrations"
#define HISTORY_TABLE_ROWS 5000

/* All of them work in the table of `schema`. Negative: as session_ask(). */

/* -EACCES: the role may not read it. */
int history_table_read(struct session *s, const char *schema,
	struct history **ret, struct why *why);
/* Makes it as Prisma does. */
int history_table_make(struct session *s, const char *schema, struct why *why);
/* The rows from one database into another; nothing where there is no table. */
int history_table_copy(struct session *from, struct session *to,
	const char *schema, struct why *why);

/* A row that says "begun". Prisma orders rows by their start, so of several
 * that one transaction writes the later ones are given a later time by their
 * index. */
int history_table_start(struct session *s, const char *schema, const char *id,
	const struct unit *u, size_t index, struct why *why);
int history_table_finish(
	struct session *s, const char *schema, const char *id, struct why *why);
/* Writes the log of a row that has not finished; `undone`: nothing of its
 * script is there, so that the row is to block no later deploy (P3009). */
int history_table_fail(struct session *s, const char *schema, const char *id,
	const char *log, bool undone, struct why *why);
/* Takes a row back that says "begun", where nothing of its script is there. */
int history_table_forget(
	struct session *s, const char *schema, const char *id, struct why *why);
/* Takes the table back that this run made, if it holds no row. */
int
history_table_unmake(struct session *s, const char *schema, struct why *why);
