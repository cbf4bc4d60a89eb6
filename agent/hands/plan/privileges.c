#include "config.h"
#include "hands/plan/privileges.h"

#include <string.h>

/* The server answers for the role that is named, not for the one that asks: the
 * look may be another role than the one that mends. */
static const char find_rights[] =
	"SELECT pg_has_role($3, c.relowner, 'USAGE'),"
	" has_any_column_privilege($3, c.oid, 'REFERENCES'),"
	" has_table_privilege($3, c.oid, 'SELECT')"
	" AND has_table_privilege($3, c.oid, 'INSERT')"
	" AND has_table_privilege($3, c.oid, 'UPDATE')"
	" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
	" WHERE n.nspname = $1 AND c.relname = $2";

/* One that exists already needs no right. */
static const char may_create_schema[] =
	"SELECT has_database_privilege($1, current_database(), 'CREATE')"
	" OR EXISTS (SELECT FROM pg_namespace WHERE nspname = $2),"
	" current_database()";

enum privilege { RIGHT_OWN, RIGHT_REFER, RIGHT_WRITE };

struct privileges {
	struct session *s;
	const struct privileges_how *how;
};

/* Also true of what does not exist: the plan makes it, or fails without it. */
static int
has(const struct privileges *q, enum privilege right, const char *schema,
	const char *table, bool *ret, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_rows(q->s, find_rights, &rows, why,
		schema ? schema : q->how->schema, table, q->how->role);
	if (r == 0)
		*ret = PQntuples(rows) == 0 ||
			strcmp(cell(rows, 0, (int)right), "f") != 0;
	return r;
}

static int
check_history(const struct privileges *q, char **ret, struct why *why)
{
	bool may = true;
	int r = has(q, RIGHT_WRITE, q->how->schema, q->how->history, &may, why);
	if (r < 0 || may)
		return r;
	own(str) char *schema = session_quote(q->s, q->how->schema);
	own(str) char *role = session_quote(q->s, q->how->role);
	*ret = xprintf("role %s may not write %s: GRANT SELECT, INSERT, UPDATE "
		       "ON %s.%s TO %s, or give an URL that may as "
		       "`migrate-url-file`",
		q->how->role, q->how->history, schema, q->how->history, role);
	return 0;
}

/* A foreign key locks and checks the table that it refers to. */
static int
check_reference(const struct privileges *q, const struct made *to, char **ret,
	struct why *why)
{
	bool may = true;
	const char *in = to->schema ? to->schema : q->how->schema;
	int r = has(q, RIGHT_REFER, in, to->name, &may, why);
	if (r < 0 || may)
		return r;
	own(str) char *schema = session_quote(q->s, in);
	own(str) char *table = session_quote(q->s, to->name);
	own(str) char *role = session_quote(q->s, q->how->role);
	*ret = xprintf("role %s may not refer to table %s by a foreign key: "
		       "GRANT REFERENCES ON %s.%s TO %s, or give an URL that "
		       "may as `migrate-url-file`",
		q->how->role, to->name, schema, table, role);
	return 0;
}

/* Only an owner may change a table; a table that the run makes is the role's
 * own.
 */
static int
check_statement(const struct privileges *q, const struct statement *s,
	char **ret, struct why *why)
{
	bool may = true;
	int r = 0;
	if (s->table && s->kind != STATEMENT_CREATE_TABLE)
		r = has(q, RIGHT_OWN, s->schema, s->table, &may, why);
	if (r == 0 && !may)
		*ret = xprintf("role %s does not own table %s, which the plan "
			       "changes: give an URL of its owner as "
			       "`migrate-url-file`",
			q->how->role, s->table);
	for (size_t i = 0; i < s->n_refers && r == 0 && !*ret; i++)
		r = check_reference(q, &s->refers[i], ret, why);
	return r;
}

static int
check_schema(const struct privileges *q, const struct statement *s, char **ret,
	struct why *why)
{
	own(rows) PGresult *rows = NULL;
	if (!s->n_makes || s->makes[0].kind != MADE_SCHEMA)
		return 0;
	int r = session_rows(q->s, may_create_schema, &rows, why, q->how->role,
		s->makes[0].name);
	if (r < 0 || *cell(rows, 0, 0) == 't')
		return r;
	own(str) char *database = session_quote(q->s, cell(rows, 0, 1));
	own(str) char *role = session_quote(q->s, q->how->role);
	*ret = xprintf("role %s may not create schema %s: GRANT CREATE ON "
		       "DATABASE %s TO %s, or give an URL that may as "
		       "`migrate-url-file`",
		q->how->role, s->makes[0].name, database, role);
	return 0;
}

static int
check_script(const struct privileges *q, const struct script *s, char **ret,
	struct why *why)
{
	int r = 0;
	for (size_t i = 0; i < s->n && r == 0 && !*ret; i++)
		r = check_statement(q, &s->statements[i], ret, why);
	for (size_t i = 0; i < s->n && r == 0 && !*ret; i++)
		r = check_schema(q, &s->statements[i], ret, why);
	return r;
}

int
privileges_missing(struct session *s, const struct privileges_how *how,
	const struct unit_script *list, size_t n, char **ret, struct why *why)
{
	const struct privileges q = { s, how };
	*ret = NULL;
	int r = check_history(&q, ret, why);
	for (size_t i = 0; i < n && r == 0 && !*ret; i++)
		r = check_script(&q, list[i].script, ret, why);
	return r;
}
