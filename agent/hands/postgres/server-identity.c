#include "config.h"
#include "hands/postgres/server-identity.h"

#include <stdlib.h>
#include <string.h>

void
server_identity_free(struct server_identity *t)
{
	free(t->system);
	free(t->database);
	free(t->schema);
	free(t->user);
	*t = (struct server_identity){ 0 };
}

/* Names and addresses can be given to another server; these cannot. */
bool
server_identity_same(
	const struct server_identity *a, const struct server_identity *b)
{
	return strcmp(a->system, b->system) == 0 &&
		strcmp(a->database, b->database) == 0 &&
		strcmp(a->schema, b->schema) == 0;
}

/* Without a schema in the URL the server's own search_path decides. Ours is set
 * to pg_catalog, so it is asked with the default for one statement. */
static int
read_schema(struct session *s, const char *given, char **ret, struct why *why)
{
	if (given) {
		*ret = xstrdup(given);
		return 0;
	}
	/* The role's, the database's or the server's own setting. */
	own(rows) PGresult *rows = NULL;
	int r = session_do(s, "SET LOCAL search_path TO DEFAULT", why);
	if (r == 0)
		r = session_ask(s, "SELECT pg_catalog.current_schema()", NULL,
			0, &rows, why);
	if (r == 0)
		r = session_do(s, "SET LOCAL search_path = pg_catalog", why);
	if (r == 0)
		*ret = xstrdup(cell(rows, 0, 0));
	return r;
}

/* A schema that does not exist is another finding's. */
static int
read_privilege(
	struct session *s, const char *schema, bool *ret, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_rows(s,
		"SELECT coalesce((SELECT has_schema_privilege(n.oid, 'CREATE')"
		" FROM pg_namespace n WHERE n.nspname = $1), true)",
		&rows, why, schema);
	if (r == 0)
		*ret = *cell(rows, 0, 0) == 't';
	return r;
}

/* Two servers can hold databases of the same name and oid, as copies of each
 * other do, so the cluster itself must be told apart. */
static char *
read_system(struct session *s)
{
	own(rows) PGresult *rows = NULL;
	own(rows) PGresult *instead = NULL;
	if (session_ask(s, "SELECT system_identifier FROM pg_control_system()",
		    NULL, 0, &rows, NULL) == 0)
		return xstrdup(cell(rows, 0, 0));
	/* Some managed servers do not let everybody ask that. */
	if (session_ask(s, "SELECT pg_postmaster_start_time()", NULL, 0,
		    &instead, NULL) == 0)
		return xstrdup(cell(instead, 0, 0));
	return xstrdup("");
}

int
server_identity_read(struct session *s, const char *given,
	struct server_identity *ret, struct why *why)
{
	own(server_identity) struct server_identity t = {
		.version = session_version(s)
	};
	t.system = read_system(s);
	own(rows) PGresult *rows = NULL;
	int r = session_ask(s,
		"SELECT d.oid, current_user, pg_is_in_recovery()"
		" OR (SELECT reset_val = 'on' FROM pg_settings"
		"     WHERE name = 'default_transaction_read_only'),"
		" coalesce((SELECT rolcreatedb OR rolsuper FROM pg_roles"
		"  WHERE rolname = current_user), false),"
		" EXISTS (SELECT FROM pg_settings WHERE reset_val = 'off'"
		"  AND name = 'standard_conforming_strings')"
		" FROM pg_database d WHERE d.datname = current_database()",
		NULL, 0, &rows, why);
	if (r < 0)
		return r;
	t.database = xstrdup(cell(rows, 0, 0));
	t.user = xstrdup(cell(rows, 0, 1));
	t.read_only = *cell(rows, 0, 2) == 't';
	t.may_create_databases = *cell(rows, 0, 3) == 't';
	t.backslashes = *cell(rows, 0, 4) == 't';
	r = read_schema(s, given, &t.schema, why);
	if (r == 0)
		r = read_privilege(s, t.schema, &t.may_create, why);
	if (r < 0)
		return r;
	*ret = t;
	t = (struct server_identity){ 0 };
	return 0;
}
