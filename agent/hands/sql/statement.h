/* What one SQL statement is and makes, as far as guard and census need it. */
#pragma once

#include <stdbool.h>

#include "base/io/frame.h"
#include "hands/sql/rules/part.h"

enum statement_kind { STATEMENT_OTHER, STATEMENT_CREATE_TABLE, STATEMENTS };

enum made_kind {
	MADE_RELATION, /* table, index, view, sequence: one name space */
	MADE_TYPE,
	MADE_COLUMN,     /* of `table` */
	MADE_CONSTRAINT, /* of `table` */
	MADE_TRIGGER,    /* of `table` */
	MADE_FUNCTION,
	MADE_SCHEMA,
	MADE_EXTENSION,

	/* What statements only use. The census asks of each whether it exists:
	 * for an enumeration that it is one, for all others that something of
	 * the name is, or may be, not the server's own (catalog.c). */
	USED_ENUM,
	USED_TYPE_NAME,         /* another type of an enumeration's name */
	USED_CALL,              /* a function without arguments */
	USED_CALL_ON_VALUE,     /* the first argument has a type */
	USED_CALL_ON_TEXT,      /* the first argument is a text in quotes */
	USED_OPERATOR_ON_VALUE, /* the left side has a type */
	USED_OPERATOR_ON_TEXT,  /* the left side is a text in quotes */
	USED_PREFIX_OPERATOR,
	USED_OPCLASS,
	USED_METHOD, /* an access method's default operator classes */
	USED_CAST,   /* any cast; its name is "" */
	USED_EVENTS, /* event triggers, which run for every definition */
	USED_PATH,   /* what is searched before pg_catalog */
	USED_FIELD,  /* `a.b`, which may call a function b */
	USED_INDEX,  /* that is to be an index, and no table */
	MADE_KINDS
};

/* An object that a statement creates, drops or uses. All strings owned. */
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
	bool opaque;      /* runs what no parser sees: DO, CALL, EXECUTE */
	bool alone;       /* may not run inside a transaction block */
	bool outside;     /* acts outside its database */
	char *objection;  /* what in it may not run by itself, as the rest of a
			   * sentence that begins with the statement; NULL */
	char *schema, *table; /* what CREATE INDEX and ALTER TABLE work on */
	struct guard_part *parts; /* what the guard judges: at least one */
	size_t n_parts;
	struct made *makes;
	size_t n_makes;
	struct made *drops;
	size_t n_drops;
	struct made *refers; /* tables that its foreign keys refer to */
	size_t n_refers;
	struct made *uses; /* each once */
	size_t n_uses;
};

void statement_free(struct statement *s);
static inline void
statement_let_go(struct statement *s)
{
	statement_free(s);
}
/* All but its parts, which have frames of their own. */
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
/* Adds nothing that is there already. */
void statement_uses(struct statement *s, enum made_kind kind, const char *word,
	const char *schema, const char *name);
/* Takes what the part owns. */
void statement_has(struct statement *s, struct guard_part *p);
/* `table "AnalyticsEvent"`, `column "batchId" of "Job"`, escaped. Owned. */
char *made_text(const struct made *m);
/* Whether both name the same object, where no schema means `schema`. */
bool made_same(const struct made *a, const struct made *b, const char *schema);
