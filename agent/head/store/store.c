#include "config.h"
#include "head/store/store.h"

#include <errno.h>
#include <stdlib.h>

#include "wire/fault.h"

/* What is the same for every store: its values, and the pause, which is one of
 * its single values. */

void
checkpoint_free(struct checkpoint *p)
{
	free(p->app);
	free(p->container);
	free(p->path);
	for (size_t i = 0; i < p->n_files; i++)
		free(p->files[i].key);
	free(p->files);
	*p = (struct checkpoint){ 0 };
}

void
checkpoints_free(struct checkpoint *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		checkpoint_free(&list[i]);
	free(list);
}

void
gaps_free(struct gap *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].key);
		free(list[i].app);
		free(list[i].path);
		free(list[i].reason);
	}
	free(list);
}

void
target_free(struct target *t)
{
	free(t->host);
	free(t->port);
	free(t->database);
	free(t->schema);
	*t = (struct target){ 0 };
}

/* Without the schema: a lock, a limit and a person who looks mean the database.
 */
char *
target_database(const struct target *t)
{
	return xprintf("%s:%s/%s", t->host ? t->host : "",
		t->port ? t->port : "", t->database ? t->database : "");
}

void
unplaced_free(struct unplaced *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].app);
		free(list[i].rule);
		object_free(&list[i].object);
		free(list[i].sample);
	}
	free(list);
}

void
outgoing_free(struct outgoing *o)
{
	free(o->notify);
	free(o->kind);
	free(o->text);
	free(o->command);
	free(o->excerpt);
	free(o->error);
	*o = (struct outgoing){ 0 };
}

void
outgoings_free(struct outgoing *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		outgoing_free(&list[i]);
	free(list);
}

int
store_paused(struct store *s, usec *since, struct why *why)
{
	own(str) char *text = NULL;
	int r = store_value_get(s, "paused", &text, why);
	if (r < 0 && r != -ENOENT)
		return r;
	uint64_t when = 0;
	/* What cannot be read is a pause all the same. */
	if (text && !span_u64(span_of(text), &when))
		when = 1;
	*since = when;
	return 0;
}

int
store_pause(struct store *s, usec now, struct why *why)
{
	own(str) char *text = xprintf("%llu", (unsigned long long)now);
	return store_value_put(s, "paused", text, why);
}

/* Both or neither: a pause that ended must not leave anything waiting for it.
 */
int
store_resume(struct store *s, struct why *why)
{
	int r = store_begin(s, why);
	if (r < 0)
		return r;
	r = store_value_put(s, "paused", NULL, why);
	if (r == 0)
		r = store_waits_end(s, why);
	if (r < 0) {
		store_rollback(s);
		return r;
	}
	return store_commit(s, why);
}
