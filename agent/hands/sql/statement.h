/* What one SQL statement is and makes, as far as guard and census need it. */
#pragma once

#include <stdbool.h>

#include "base/io/frame.h"

enum statement_kind {
	STATEMENT_OTHER,
	STATEMENT_CREATE_TABLE,
	STATEMENT_CREATE_TYPE, /* an enum, a composite or a range */
	STATEMENT_CREATE_INDEX,
	STATEMENT_ADD_FOREIGN_KEY, /* ALTER TABLE with nothing else in it */
	STATEMENT_CREATE_SCHEMA,   /* with nothing inside */
	STATEMENT_TRANSACTION,     /* BEGIN, COMMIT, ROLLBACK, SAVEPOINT ... */
	STATEMENTS
};

enum made_kind {
	MADE_RELATION, /* table, index, view, sequence: one name space */
	MADE_TYPE,
	MADE_COLUMN,     /* of `table` */
	MADE_CONSTRAINT, /* of `table` */
	MADE_TRIGGER,    /* of `table` */
	MADE_FUNCTION,
	MADE_SCHEMA,
	MADE_EXTENSION,
	MADE_KINDS
};

/* An object that a statement creates or drops. All strings owned. */
struct made {
	enum made_kind kind;
	const char *word; /* static: `table`, `index` ...; for sentences */
	char *schema;     /* NULL: the one of search_path */
	char *table;      /* what it belongs to; NULL */
	char *name;
	bool if_not_exists;
	bool part; /* a column of a table made here: no object by itself */
};

struct statement {
	enum statement_kind kind;
	char *what;       /* `CREATE TABLE`, `ALTER TABLE ... DROP COLUMN` */
	size_t from, len; /* its bytes in the script */
	bool loses;       /* it, or something inside it, can lose data */
	bool opaque;      /* runs what no parser sees: DO, CALL, EXECUTE */
	bool alone;       /* may not run inside a transaction block */
	bool outside;     /* acts outside its database */
	bool special;     /* of a kind not automatic: inherits, is temporary */
	char *schema, *table; /* what CREATE INDEX and ALTER TABLE work on */
	struct made *makes;
	size_t n_makes;
	struct made *drops;
	size_t n_drops;
	struct made *refers; /* tables that its foreign keys refer to */
	size_t n_refers;
};

void statement_free(struct statement *s);
static inline void
statement_let_go(struct statement *s)
{
	statement_free(s);
}
void statement_put(struct frame *to, const struct statement *s);
/* 0 or -EBADMSG; free in any case. */
int statement_get(struct frame *from, struct statement *ret, struct why *why);

/* Adds an object to what a statement makes, or drops; strings are copied, ""
 * counts as NULL. */
struct made *
statement_makes(struct statement *s, enum made_kind kind, const char *word,
	const char *schema, const char *table, const char *name);
void statement_drops(struct statement *s, enum made_kind kind, const char *word,
	const char *schema, const char *table, const char *name);
void
statement_refers(struct statement *s, const char *schema, const char *table);
/* `table "AnalyticsEvent"`, `column "batchId" of "Job"`, escaped. Owned. */
char *made_text(const struct made *m);
/* Whether both name the same object, where no schema means `schema`. */
bool made_same(const struct made *a, const struct made *b, const char *schema);
