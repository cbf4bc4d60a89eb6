#include "config.h"
#include "sim/memory-inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/fault.h"
#include "wire/finding.h"

/* --- rows ----------------------------------------------------------------- */

static void
own_texts(char **texts[], size_t n)
{
	for (size_t k = 0; k < n; k++)
		*texts[k] = xstrdup(*texts[k]);
}

static void
own_finding(void *row)
{
	struct found_row *f = row;
	own_texts((char **[]){ &f->finding.name, &f->finding.text }, 2);
}

static void
free_finding(void *row)
{
	finding_free(&((struct found_row *)row)->finding);
}

static void
own_attempt(void *row)
{
	struct attempt *a = row;
	own_texts((char **[]){ &a->database, &a->text, &a->deployed_text }, 3);
	a->proposal = proposal_copy(&a->proposal);
}

static void
free_attempt(void *row)
{
	attempt_clear(row);
}

static void
own_look(void *row)
{
	own_texts((char **[]){ &((struct look_row *)row)->app }, 1);
}

static void
free_look(void *row)
{
	free(((struct look_row *)row)->app);
}

static void
own_value(void *row)
{
	struct value_row *v = row;
	own_texts((char **[]){ &v->key, &v->value }, 2);
}

static void
free_value(void *row)
{
	struct value_row *v = row;
	free(v->key);
	free(v->value);
}

static void
own_target(void *row)
{
	struct target_row *t = row;
	own_texts((char **[]){ &t->app, &t->target.host, &t->target.port,
			  &t->target.database, &t->target.schema },
		5);
}

static void
free_target(void *row)
{
	struct target_row *t = row;
	free(t->app);
	target_free(&t->target);
}

static void
own_unplaced(void *row)
{
	struct unplaced *u = row;
	own_texts((char **[]){ &u->app, &u->rule, &u->sample }, 3);
	u->object = object_copy(&u->object);
}

static void
free_unplaced(void *row)
{
	struct unplaced *u = row;
	free(u->app);
	free(u->rule);
	free(u->sample);
	object_free(&u->object);
}

static void
own_outgoing(void *row)
{
	struct outgoing *o = row;
	own_texts((char **[]){ &o->notify, &o->kind, &o->text, &o->command,
			  &o->excerpt, &o->error },
		6);
}

static void
free_outgoing(void *row)
{
	outgoing_free(row);
}

const struct row_kind memory_findings = { sizeof(struct found_row), own_finding,
	free_finding };
const struct row_kind memory_attempts = { sizeof(struct attempt), own_attempt,
	free_attempt };
const struct row_kind memory_looks = { sizeof(struct look_row), own_look,
	free_look };
const struct row_kind memory_values = { sizeof(struct value_row), own_value,
	free_value };
const struct row_kind memory_targets = { sizeof(struct target_row), own_target,
	free_target };
const struct row_kind memory_unplaced = { sizeof(struct unplaced), own_unplaced,
	free_unplaced };
const struct row_kind memory_outbox = { sizeof(struct outgoing), own_outgoing,
	free_outgoing };

/* --- findings ------------------------------------------------------------- */

int
store_findings_put(struct store *s, uint64_t incident,
	const struct finding *list, size_t n, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	for (size_t k = s->findings.n; k-- > 0;)
		if (((struct found_row *)table_row(&s->findings, k))
				->incident == incident)
			table_remove(&s->findings, k);
	for (size_t k = 0; k < n; k++) {
		struct found_row *row = table_add(&s->findings);
		*row = (struct found_row){ incident, list[k] };
		own_finding(row);
	}
	return 0;
}

int
store_findings(struct store *s, uint64_t incident, struct finding **ret,
	size_t *n, struct why *why)
{
	struct finding *list = NULL;
	size_t count = 0;
	(void)why;
	for (size_t k = 0; k < s->findings.n; k++) {
		struct found_row row;
		table_copy_row(&s->findings, k, &row);
		if (row.incident != incident) {
			free_finding(&row);
			continue;
		}
		list = xrealloc(list, count + 1, sizeof(*list));
		list[count++] = row.finding;
	}
	*ret = list;
	*n = count;
	return 0;
}

/* --- attempts ------------------------------------------------------------- */

const struct attempt *
memory_store_attempt(const struct store *s, size_t k)
{
	return k < s->attempts.n ? table_row(&s->attempts, k) : NULL;
}

int
store_attempt_add(struct store *s, const struct attempt *a, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	for (size_t k = 0; k < s->attempts.n; k++) {
		const struct attempt *old = memory_store_attempt(s, k);
		if (strcmp(old->key, a->key) == 0 ||
			(old->incident == a->incident &&
				old->number == a->number))
			return because(why, -EEXIST, "it is there already");
	}
	struct attempt *row = table_add(&s->attempts);
	*row = *a;
	own_attempt(row);
	return 0;
}

int
store_attempt_end(struct store *s, const struct attempt *a, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	table_change(&s->attempts);
	for (size_t k = 0; k < s->attempts.n; k++) {
		struct attempt *row = table_row(&s->attempts, k);
		if (strcmp(row->key, a->key) != 0)
			continue;
		row->ended = a->ended;
		row->outcome = a->outcome;
		row->failed = a->failed;
		incident_set(&row->text, a->text);
		proposal_free(&row->proposal);
		row->proposal = proposal_copy(&a->proposal);
		row->uncommitted = a->uncommitted;
		row->deployed = a->deployed;
		incident_set(&row->deployed_text, a->deployed_text);
		return 0;
	}
	return because(why, -ENOENT, "no attempt has the key %s", a->key);
}

int
store_attempts(struct store *s, uint64_t incident, struct attempt **ret,
	size_t *n, struct why *why)
{
	struct attempt *list = NULL;
	size_t count = 0;
	(void)why;
	for (size_t k = 0; k < s->attempts.n; k++) {
		if (memory_store_attempt(s, k)->incident != incident)
			continue;
		list = xrealloc(list, count + 1, sizeof(*list));
		table_copy_row(&s->attempts, k, &list[count++]);
	}
	*ret = list;
	*n = count;
	return 0;
}

int
store_attempts_under_way(
	struct store *s, struct attempt **ret, size_t *n, struct why *why)
{
	struct attempt *list = NULL;
	size_t count = 0;
	(void)why;
	for (size_t k = 0; k < s->attempts.n; k++) {
		if (memory_store_attempt(s, k)->ended)
			continue;
		list = xrealloc(list, count + 1, sizeof(*list));
		table_copy_row(&s->attempts, k, &list[count++]);
	}
	*ret = list;
	*n = count;
	return 0;
}

int
store_uncommitted(struct store *s, uint64_t incident, struct attempt **ret,
	size_t *n, struct why *why)
{
	struct attempt *list = NULL;
	size_t count = 0;
	(void)why;
	for (size_t k = 0; k < s->attempts.n; k++) {
		const struct attempt *a = memory_store_attempt(s, k);
		if (!a->uncommitted || (incident && a->incident != incident))
			continue;
		list = xrealloc(list, count + 1, sizeof(*list));
		table_copy_row(&s->attempts, k, &list[count++]);
	}
	*ret = list;
	*n = count;
	return 0;
}

int
store_uncommitted_end(struct store *s, uint64_t incident, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	table_change(&s->attempts);
	for (size_t k = 0; k < s->attempts.n; k++) {
		struct attempt *row = table_row(&s->attempts, k);
		if (row->incident == incident)
			row->uncommitted = false;
	}
	return 0;
}

int
store_past_attempts(struct store *s, const char *database,
	struct past_attempt **ret, size_t *n, struct why *why)
{
	struct past_attempt *list = NULL;
	size_t count = 0;
	(void)why;
	for (size_t k = s->attempts.n; k-- > 0;) {
		const struct attempt *a = memory_store_attempt(s, k);
		if (strcmp(a->database, database) != 0 ||
			(a->ended && !outcome_counts(a->outcome)))
			continue;
		list = xrealloc(list, count + 1, sizeof(*list));
		list[count++] = (struct past_attempt){ a->started, a->ended,
			a->failed };
	}
	*ret = list;
	*n = count;
	return 0;
}

static void
shift(usec *at, usec after, usec until, int64_t by)
{
	if (*at > after && *at <= until)
		*at += (usec)by;
}

int
store_times_shift(
	struct store *s, usec after, usec until, int64_t by, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	table_change(&s->attempts);
	table_change(&s->looks);
	for (size_t k = 0; k < s->attempts.n; k++) {
		struct attempt *a = table_row(&s->attempts, k);
		shift(&a->started, after, until, by);
		shift(&a->ended, after, until, by);
	}
	for (size_t k = 0; k < s->looks.n; k++)
		shift(&((struct look_row *)table_row(&s->looks, k))->at, after,
			until, by);
	return 0;
}

/* --- looks ---------------------------------------------------------------- */

static struct look_row *
look_of(const struct store *s, size_t k, const char *app)
{
	struct look_row *row = table_row(&s->looks, k);
	return strcmp(row->app, app) == 0 ? row : NULL;
}

int
store_look_add(struct store *s, const char *app, usec now, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	struct look_row *row = table_add(&s->looks);
	*row = (struct look_row){ xstrdup(app), now };
	for (size_t k = s->looks.n; k-- > 0;)
		if ((row = look_of(s, k, app)) && row->at + USEC_DAY < now)
			table_remove(&s->looks, k);
	return 0;
}

int
store_look_undo(struct store *s, const char *app, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	const struct look_row *row, *last = NULL;
	size_t at = 0;
	for (size_t k = 0; k < s->looks.n; k++)
		if ((row = look_of(s, k, app)) &&
			(!last || row->at >= last->at)) {
			last = row;
			at = k;
		}
	if (last)
		table_remove(&s->looks, at);
	return 0;
}

int
store_looks(struct store *s, const char *app, usec since, usec **ret, size_t *n,
	struct why *why)
{
	usec *list = NULL;
	size_t count = 0;
	const struct look_row *row;
	(void)why;
	for (size_t k = 0; k < s->looks.n; k++) {
		if (!(row = look_of(s, k, app)) || row->at < since)
			continue;
		list = xrealloc(list, count + 1, sizeof(*list));
		list[count++] = row->at;
	}
	*ret = list;
	*n = count;
	return 0;
}
