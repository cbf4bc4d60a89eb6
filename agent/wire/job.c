#include "config.h"
#include "wire/job.h"

#include <stdlib.h>

#define MIGRATIONS_MOST 1024u

static const char *const names[JOBS] = {
	[JOB_TARGET] = "target",
	[JOB_LOOK] = "look",
	[JOB_REHEARSE] = "rehearse",
	[JOB_MEND] = "mend",
	[JOB_RECOVER] = "recover",
	[JOB_MISSING] = "missing",
	[JOB_DEPLOYED] = "deployed",
};

const char *
job_kind_name(enum job_kind k)
{
	return names[k];
}

void
job_free(struct job *j)
{
	free(j->app);
	free(j->migrations);
	proposal_free(&j->proposal);
	object_free(&j->object);
	*j = (struct job){ 0 };
}

void
job_put(struct frame *to, const struct job *j)
{
	frame_put_u32(to, j->kind);
	frame_put_str(to, j->app);
	frame_put_u32(to, j->class);
	object_put(to, &j->object);
	frame_put_u64(to, j->incident);
	frame_put_u32(to, j->attempt);
	frame_put_str(to, j->key);
	frame_put_str(to, j->plan_hash);
	frame_put_u64(to, j->time);
	frame_put_bool(to, j->approved);
	frame_put_str(to, j->migrations);
	proposal_put(to, &j->proposal);
}

/* Reads a string into an array of `size` bytes; empty if it is missing or too
 * long. */
static void
get_text(struct frame *from, char *to, size_t size)
{
	own(str) char *s = frame_get_str(from, size - 1);
	snprintf(to, size, "%s", s ? s : "");
}

/* Hands check the app's name against their configuration; here it only must be
 * there. */
int
job_get(struct frame *from, struct job *ret, struct why *why)
{
	*ret = (struct job){ 0 };
	ret->kind = frame_get_below(from, JOBS);
	ret->app = frame_get_str(from, 128);
	ret->class = frame_get_below(from, CLASSES);
	object_get(from, &ret->object);
	ret->incident = frame_get_u64(from);
	ret->attempt = frame_get_u32(from);
	get_text(from, ret->key, sizeof(ret->key));
	get_text(from, ret->plan_hash, sizeof(ret->plan_hash));
	ret->time = frame_get_u64(from);
	ret->approved = frame_get_bool(from);
	ret->migrations = frame_get_str(from, MIGRATIONS_MOST);
	proposal_get(from, &ret->proposal);
	if (!ret->app)
		from->broken = true;
	return frame_end(from, why);
}
