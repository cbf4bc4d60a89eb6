#include "config.h"
#include "hands/diagnose/mend-target.h"

#include <stdlib.h>

void
mend_target_free(struct mend_target *t)
{
	free(t->role);
	free(t->problem);
	*t = (struct mend_target){ 0 };
}

/* A URL need not say that it leads through a pooler. Where the question fails,
 * so does what comes next, so the answer is then the careful one. */
static enum pooler
find_pooler(
	struct session *s, const struct url *url, const struct session_how *how)
{
	enum pooler ret = POOLER_PROXY;
	(void)pooler_find(s, url, how, &ret, NULL);
	return ret;
}

void
mend_target_same(struct session *look, const struct url *url,
	const struct session_how *how, const struct server_identity *target,
	struct mend_target *ret)
{
	*ret = (struct mend_target){
		.role = xstrdup(target->user),
		.may_create = target->may_create,
		.pooler = find_pooler(look, url, how),
		.backslashes = target->backslashes,
	};
}

/* What a role makes is its own, and that of its members, until somebody grants
 * it; ALTER DEFAULT PRIVILEGES grants it beforehand. */
static const char find_access[] =
	"SELECT pg_has_role(current_user, r.oid, 'USAGE') OR EXISTS"
	" (SELECT FROM pg_default_acl a"
	"  LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace,"
	"  aclexplode(a.defaclacl) x"
	"  WHERE a.defaclrole = r.oid AND a.defaclobjtype = 'r'"
	"  AND (a.defaclnamespace = 0 OR n.nspname = $2)"
	"  AND x.privilege_type IN ('SELECT', 'INSERT', 'UPDATE')"
	"  AND (x.grantee = 0 OR pg_has_role(current_user, x.grantee, "
	"'USAGE')))"
	" FROM pg_roles r WHERE r.rolname = $1";

int
mend_target_find_access(struct session *look, const char *schema,
	struct mend_target *t, struct why *why)
{
	own(rows) PGresult *rows = NULL;
	if (!t->role)
		return 0;
	int r = session_rows(look, find_access, &rows, why, t->role, schema);
	if (r == 0)
		t->shuts_out = PQntuples(rows) > 0 && *cell(rows, 0, 0) == 'f';
	return r;
}

/* Another URL may lead anywhere: to a copy, to another schema, to a standby. A
 * plan made from one database must not run in another. */
void
mend_target_other(const struct url *url, const struct session_how *how,
	const struct server_identity *target, struct mend_target *ret)
{
	own(session) struct session *s = NULL;
	own(server_identity) struct server_identity there = { 0 };
	struct why why;
	int r = session_open(url, how, &s, &why);
	if (r == 0)
		r = server_identity_read(s,
			url->schema_given ? url->schema : NULL, &there, &why);
	if (r < 0) {
		*ret = (struct mend_target){
			.problem = xprintf("`migrate-url-file`: %s", why.text),
		};
		return;
	}
	mend_target_same(s, url, how, &there, ret);
	ret->backslashes |= target->backslashes;
	if (!server_identity_same(&there, target))
		ret->problem = xstrdup(
			"`migrate-url-file` leads to another database or "
			"schema than the application's URL");
}
