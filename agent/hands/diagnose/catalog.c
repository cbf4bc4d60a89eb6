#include "config.h"
#include "hands/diagnose/catalog.h"

/* The server's own objects: those of initdb. Whatever was made later has a
 * higher number (FirstNormalObjectId), also where a superuser made it in
 * pg_catalog or put other code behind a name. */
#define BUILT_IN(x, space)     \
	" (" #x ".oid < 16384" \
	" AND " #x "." #space " = 'pg_catalog'::regnamespace) "

/* Types that no value of an expression can have or become by itself: made by
 * somebody, neither enumeration nor domain nor array, and no implicit cast
 * leads to them. A function or operator that wants one is never meant. */
#define FAR                                                            \
	" (SELECT t.oid FROM pg_type t WHERE t.oid >= 16384"           \
	" AND t.typtype = 'b' AND t.typcategory <> 'A' AND NOT EXISTS" \
	" (SELECT FROM pg_cast c WHERE c.casttarget = t.oid"           \
	" AND c.castcontext = 'i' AND c.castsource <> t.oid)) "

/* Every query has the same parameters, needed or not. */
#define IGNORE_SCHEMA " AND $1::text IS NOT DISTINCT FROM $1"
#define IGNORE_NAME " AND $2::text IS NOT DISTINCT FROM $2"
#define IGNORE_TABLE " AND $3::text IS NOT DISTINCT FROM $3"

/* A name with the schema pg_catalog finds nothing elsewhere. */
#define SEARCHED(space) \
	" ($1 <> 'pg_catalog' OR " #space " = 'pg_catalog'::regnamespace)"

/* A superuser can put other code behind a function of the server's own; then it
 * is in another language. */
#define BUILT_IN_CODE                                       \
	BUILT_IN(p, pronamespace)                           \
	" AND p.prolang = (SELECT l.oid FROM pg_language l" \
	" WHERE l.lanname = 'internal') "

/* f(x) also converts x into a type f (func_get_detail() of PostgreSQL). */
#define FUNCTION(condition)                                                   \
	"SELECT NOT EXISTS (SELECT FROM pg_proc p WHERE p.proname = $2"       \
	" AND" BUILT_IN_CODE IGNORE_TABLE ")"                                 \
	" OR EXISTS (SELECT FROM pg_proc p WHERE p.proname = $2"              \
	" AND NOT (" BUILT_IN_CODE ") AND" SEARCHED(p.pronamespace) condition \
		") OR EXISTS (SELECT FROM pg_type t WHERE t.typname = $2"     \
		" AND NOT" BUILT_IN(                                          \
			t, typnamespace) " AND t.typrelid = 0"                \
					 " AND" SEARCHED(t.typnamespace) ")"

#define OPERATOR(condition)                                                   \
	"SELECT NOT EXISTS (SELECT FROM pg_operator o WHERE o.oprname = $2"   \
	" AND" BUILT_IN(o, oprnamespace) IGNORE_TABLE                         \
		")"                                                           \
		" OR EXISTS (SELECT FROM pg_operator o WHERE o.oprname = $2 " \
		"AND NOT" BUILT_IN(o, oprnamespace) " AND" SEARCHED(          \
			o.oprnamespace) condition ")"

/* A table brings a type of its name, and a type's name may be taken by one. */
static const char *const queries[MADE_KINDS] = {
	[MADE_RELATION] =
		"SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $2 AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_TYPE] =
		"SELECT EXISTS (SELECT FROM pg_type t JOIN pg_namespace n"
		" ON n.oid = t.typnamespace WHERE n.nspname = $1"
		" AND t.typname = $2 AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_COLUMN] =
		"SELECT EXISTS (SELECT FROM pg_attribute a JOIN pg_class c"
		" ON c.oid = a.attrelid JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $3 AND a.attname = $2 AND a.attnum > 0"
		" AND NOT a.attisdropped)",
	[MADE_CONSTRAINT] =
		"SELECT EXISTS (SELECT FROM pg_constraint o JOIN pg_class c"
		" ON c.oid = o.conrelid JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $3 AND o.conname = $2)",
	[MADE_TRIGGER] =
		"SELECT EXISTS (SELECT FROM pg_trigger t JOIN pg_class c"
		" ON c.oid = t.tgrelid JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $3 AND t.tgname = $2)",
	[MADE_FUNCTION] =
		"SELECT EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n"
		" ON n.oid = p.pronamespace WHERE n.nspname = $1"
		" AND p.proname = $2 AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_SCHEMA] =
		"SELECT EXISTS (SELECT FROM pg_namespace n"
		" WHERE n.nspname = $2 AND $1::text IS NOT DISTINCT FROM $1"
		" AND $3::text IS NOT DISTINCT FROM $3)",
	[MADE_EXTENSION] =
		"SELECT EXISTS (SELECT FROM pg_extension e"
		" WHERE e.extname = $2 AND $1::text IS NOT DISTINCT FROM $1"
		" AND $3::text IS NOT DISTINCT FROM $3)",
	[USED_ENUM] =
		"SELECT EXISTS (SELECT FROM pg_type t JOIN pg_namespace n"
		" ON n.oid = t.typnamespace WHERE n.nspname = $1"
		" AND t.typname = $2 AND t.typtype = 'e'" IGNORE_TABLE ")",
	/* In whatever schema: the search path may lead there. */
	[USED_TYPE_NAME] =
		"SELECT EXISTS (SELECT FROM pg_type t WHERE t.typname = $2"
		" AND t.typtype <> 'e'" IGNORE_SCHEMA IGNORE_TABLE ")",
	/* With nothing to choose by, the first in the search path is taken, and
	 * that is pg_catalog. */
	[USED_CALL] =
		"SELECT NOT EXISTS (SELECT FROM pg_proc p WHERE p.proname = $2"
		" AND p.pronargs = 0 AND" BUILT_IN_CODE IGNORE_SCHEMA
			IGNORE_TABLE ")",
	[USED_CALL_ON_VALUE] = FUNCTION(" AND p.pronargs > 0"
					" AND p.proargtypes[0] NOT IN" FAR),
	[USED_CALL_ON_TEXT] = FUNCTION(" AND p.pronargs > 0"),
	[USED_OPERATOR_ON_VALUE] = OPERATOR(" AND o.oprkind = 'b'"
					    " AND o.oprleft NOT IN" FAR),
	[USED_OPERATOR_ON_TEXT] = OPERATOR(" AND o.oprkind = 'b'"),
	[USED_PREFIX_OPERATOR] = OPERATOR(" AND o.oprkind = 'l'"),
	[USED_OPCLASS] = "SELECT NOT EXISTS (SELECT FROM pg_opclass o"
			 " WHERE o.opcname = $2 AND" BUILT_IN(o, opcnamespace)
				 IGNORE_TABLE
	")"
	" OR EXISTS (SELECT FROM pg_opclass o WHERE o.opcname = $2"
	" AND NOT" BUILT_IN(o, opcnamespace) " AND" SEARCHED(
		o.opcnamespace) ")",
	[USED_METHOD] =
		"SELECT EXISTS (SELECT FROM pg_opclass o JOIN pg_am a"
		" ON a.oid = o.opcmethod WHERE a.amname = $2 AND o.opcdefault"
		" AND NOT" BUILT_IN(
			o, opcnamespace) " AND o.opcintype NOT IN" FAR
			IGNORE_SCHEMA IGNORE_TABLE ")",
	/* Between types that a value may have. */
	[USED_CAST] = "SELECT EXISTS (SELECT FROM pg_cast c"
		      " JOIN pg_type s ON s.oid = c.castsource"
		      " JOIN pg_type t ON t.oid = c.casttarget"
		      " WHERE c.oid >= 16384 AND c.castmethod <> 'b'"
		      " AND (s.oid < 16384 OR s.typtype = 'e')"
		      " AND (t.oid < 16384 OR t.typtype = 'e')" IGNORE_SCHEMA
			      IGNORE_NAME IGNORE_TABLE ")",
	[USED_EVENTS] = "SELECT EXISTS (SELECT FROM pg_event_trigger e"
			" WHERE e.evtenabled <> 'D'" IGNORE_SCHEMA IGNORE_NAME
				IGNORE_TABLE ")",
	/* The server searches pg_catalog first unless a setting puts it
	 * elsewhere. A look has a search_path of its own, so what a new
	 * connection would have is asked, of any role. */
	[USED_PATH] =
		"SELECT $1 = 'pg_catalog' OR EXISTS (SELECT FROM"
		" (SELECT reset_val FROM pg_settings WHERE name = 'search_path'"
		" UNION ALL SELECT substr(one, 13) FROM pg_db_role_setting r,"
		" unnest(r.setconfig) one WHERE one LIKE 'search_path=%'"
		" AND r.setdatabase IN (0, (SELECT d.oid FROM pg_database d"
		" WHERE d.datname = current_database()))) p(path)"
		" WHERE strpos(lower(path), 'pg_catalog') > 0"
		" AND lower(path) !~ '^ *\"?pg_catalog\"? *(,|$)'" IGNORE_NAME
			IGNORE_TABLE ")",
	[USED_FIELD] =
		"SELECT EXISTS (SELECT FROM pg_proc p JOIN pg_type t"
		" ON t.oid = p.proargtypes[0] WHERE p.proname = $2"
		" AND p.pronargs = 1 AND p.oid >= 16384"
		" AND t.typtype IN ('c', 'p')" IGNORE_SCHEMA IGNORE_TABLE ")",
	[USED_INDEX] =
		"SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n"
		" ON n.oid = c.relnamespace WHERE n.nspname = $1"
		" AND c.relname = $2 AND c.relkind NOT IN ('i', "
		"'I')" IGNORE_TABLE ")",
};

/* Names are only ever parameters. Every query takes the same three, whether it
 * needs them or not. */
static int
exists(void *arg, const char *schema, const struct made *m, bool *ret,
	struct why *why)
{
	own(rows) PGresult *rows = NULL;
	int r = session_rows((struct session *)arg, queries[m->kind], &rows,
		why, m->schema ? m->schema : schema, m->name, m->table);
	if (r == 0)
		*ret = *cell(rows, 0, 0) == 't';
	return r;
}

struct census_catalog
catalog_of(struct session *s)
{
	return (struct census_catalog){ .exists = exists, .arg = s };
}
