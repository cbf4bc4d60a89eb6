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
