#include "config.h"
#include "sim/memory-inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "wire/fault.h"

/* As the real store does. */

/* --- targets, faults without a fingerprint -------------------------------- */

int
store_target_get(
	struct store *s, const char *app, struct target *ret, struct why *why)
{
	for (size_t k = 0; k < s->targets.n; k++) {
		struct target_row row;
		table_copy_row(&s->targets, k, &row);
		bool found = strcmp(row.app, app) == 0;
		free(row.app);
		if (found) {
			*ret = row.target;
			return 0;
		}
		target_free(&row.target);
	}
	return because(
		why, -ENOENT, "the database of app %s is not known yet", app);
}

int
store_target_put(struct store *s, const char *app, const struct target *t,
	usec now, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	(void)now;
	for (size_t k = s->targets.n; k-- > 0;) {
		const struct target_row *row = table_row(&s->targets, k);
		if (strcmp(row->app, app) == 0)
			table_remove(&s->targets, k);
	}
	struct target_row *row = table_add(&s->targets);
	*row = (struct target_row){ (char *)app, *t };
	s->targets.kind->own_parts(row);
	return 0;
}

static struct unplaced *
unplaced_like(struct store *s, const char *app, const char *rule,
	const struct fault *f, const struct object *object)
{
	for (size_t k = 0; k < s->unplaced.n; k++) {
		struct unplaced *u = table_row(&s->unplaced, k);
		if (strcmp(u->app, app) == 0 && strcmp(u->rule, rule) == 0 &&
			u->class == f->class && object_eq(&u->object, object))
			return u;
	}
	return NULL;
}

static size_t
unplaced_of(const struct store *s, const char *app)
{
	size_t n = 0;
	for (size_t k = 0; k < s->unplaced.n; k++)
		n += strcmp(((struct unplaced *)table_row(&s->unplaced, k))
				     ->app,
			     app) == 0;
	return n;
}

int
store_unplaced_count(
	struct store *s, const char *app, size_t *ret, struct why *why)
{
	(void)why;
	*ret = unplaced_of(s, app);
	return 0;
}

int
store_unplaced_add(struct store *s, const char *app, const char *rule,
	const struct fault *f, struct why *why)
{
	static const struct object none;
	const struct object *object = &f->object;
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	table_change(&s->unplaced);
	struct unplaced *u = unplaced_like(s, app, rule, f, object);
	if (!u && unplaced_of(s, app) >= UNPLACED_MOST) {
		object = &none;
		u = unplaced_like(s, app, rule, f, object);
	}
	if (!u) {
		own(str) char *sample =
			xstrndup(f->text.len ? f->text.data : "", f->text.len);
		u = table_add(&s->unplaced);
		*u = (struct unplaced){ .app = (char *)app,
			.rule = (char *)rule,
			.class = f->class,
			.object = *object,
			.first_ns = f->first_ns,
			.sample = sample };
		s->unplaced.kind->own_parts(u);
	}
	u->count += f->count;
	if (!u->first_ns || (f->first_ns && f->first_ns < u->first_ns))
		u->first_ns = f->first_ns;
	u->last_ns = MAX(u->last_ns, f->last_ns);
	return 0;
}

int
store_unplaced_take(struct store *s, const char *app, struct unplaced **ret,
	size_t *n, struct why *why)
{
	struct unplaced *list = NULL;
	size_t count = 0;
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	for (size_t k = 0; k < s->unplaced.n;) {
		struct unplaced *u = table_row(&s->unplaced, k);
		if (strcmp(u->app, app) != 0) {
			k++;
			continue;
		}
		list = xrealloc(list, count + 1, sizeof(*list));
		table_copy_row(&s->unplaced, k, &list[count++]);
		table_remove(&s->unplaced, k);
	}
	*ret = list;
	*n = count;
	return 0;
}

int
store_gaps(struct store *s, size_t most, struct gap **ret, size_t *n,
	struct why *why)
{
	(void)s;
	(void)most;
	(void)why;
	*ret = NULL;
	*n = 0;
	return 0;
}

int
store_gaps_untold(struct store *s, size_t most, struct gap **ret, size_t *n,
	struct why *why)
{
	return store_gaps(s, most, ret, n, why);
}

int
store_gap_told(struct store *s, uint64_t id, struct why *why)
{
	(void)s;
	(void)id;
	(void)why;
	return 0;
}

/* --- outbox --------------------------------------------------------------- */

int
store_outbox_add(struct store *s, struct outgoing *o, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	o->id = ++s->last_notice;
	struct outgoing *row = table_add(&s->outbox);
	*row = *o;
	s->outbox.kind->own_parts(row);
	return 0;
}

static struct outgoing *
notice_at(const struct store *s, size_t k)
{
	return table_row(&s->outbox, k);
}

static bool
waits(const struct outgoing *o)
{
	return !o->sent && !o->given_up;
}

/* Whether one of the same target is in front of it. */
static bool
is_first(const struct store *s, size_t k)
{
	for (size_t j = 0; j < k; j++)
		if (waits(notice_at(s, j)) &&
			strcmp(notice_at(s, j)->notify,
				notice_at(s, k)->notify) == 0)
			return false;
	return waits(notice_at(s, k));
}

static bool
is_busy(char *const *busy, const char *name)
{
	for (; busy && *busy; busy++)
		if (strcmp(*busy, name) == 0)
			return true;
	return false;
}

int
store_outbox_next(struct store *s, char *const *busy, struct outgoing *ret,
	struct why *why)
{
	size_t best = SIZE_MAX;
	for (size_t k = 0; k < s->outbox.n; k++)
		if (is_first(s, k) && !is_busy(busy, notice_at(s, k)->notify) &&
			(best == SIZE_MAX ||
				notice_at(s, k)->due < notice_at(s, best)->due))
			best = k;
	if (best == SIZE_MAX)
		return because(why, -ENOENT, "nothing is to be sent");
	table_copy_row(&s->outbox, best, ret);
	return 0;
}

/* The row to change; NULL and the reason in *ret. */
static struct outgoing *
change_notice(struct store *s, uint64_t id, int *ret, struct why *why)
{
	*ret = memory_change(s, why);
	if (*ret < 0)
		return NULL;
	table_change(&s->outbox);
	for (size_t k = 0; k < s->outbox.n; k++)
		if (notice_at(s, k)->id == id) {
			notice_at(s, k)->tries++;
			return notice_at(s, k);
		}
	return NULL;
}

int
store_outbox_sent(struct store *s, uint64_t id, usec now, struct why *why)
{
	int r;
	struct outgoing *o = change_notice(s, id, &r, why);
	if (o) {
		o->sent = now;
		incident_set(&o->error, NULL);
	}
	return r;
}

int
store_outbox_later(struct store *s, uint64_t id, usec due, const char *error,
	struct why *why)
{
	int r;
	struct outgoing *o = change_notice(s, id, &r, why);
	if (o) {
		o->due = due;
		incident_set(&o->error, error);
	}
	return r;
}

int
store_outbox_give_up(
	struct store *s, uint64_t id, const char *error, struct why *why)
{
	int r;
	struct outgoing *o = change_notice(s, id, &r, why);
	if (o) {
		o->given_up = true;
		incident_set(&o->error, error);
	}
	return r;
}

int
store_outbox_of(struct store *s, uint64_t incident, struct outgoing **ret,
	size_t *n, struct why *why)
{
	struct outgoing *list = NULL;
	size_t count = 0;
	(void)why;
	for (size_t k = 0; k < s->outbox.n; k++) {
		if (notice_at(s, k)->incident != incident)
			continue;
		list = xrealloc(list, count + 1, sizeof(*list));
		table_copy_row(&s->outbox, k, &list[count++]);
	}
	*ret = list;
	*n = count;
	return 0;
}

int
store_outbox_count(
	struct store *s, uint64_t *waiting, uint64_t *given_up, struct why *why)
{
	(void)why;
	*waiting = *given_up = 0;
	for (size_t k = 0; k < s->outbox.n; k++) {
		*waiting += waits(notice_at(s, k));
		*given_up += notice_at(s, k)->given_up;
	}
	return 0;
}

/* --- single values -------------------------------------------------------- */

static size_t
value_at(const struct store *s, const char *key)
{
	size_t k = 0;
	while (k < s->values.n &&
		strcmp(((struct value_row *)table_row(&s->values, k))->key,
			key) != 0)
		k++;
	return k;
}

int
store_value_get(struct store *s, const char *key, char **ret, struct why *why)
{
	size_t k = value_at(s, key);
	if (k == s->values.n)
		return because(why, -ENOENT, "nothing is stored as '%s'", key);
	*ret = xstrdup(((struct value_row *)table_row(&s->values, k))->value);
	return 0;
}

int
store_value_put(
	struct store *s, const char *key, const char *value, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	size_t k = value_at(s, key);
	if (k < s->values.n)
		table_remove(&s->values, k);
	if (!value)
		return 0;
	struct value_row *row = table_add(&s->values);
	*row = (struct value_row){ xstrdup(key), xstrdup(value) };
	return 0;
}

int
store_waits_end(struct store *s, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	table_change(&s->incidents);
	for (size_t k = 0; k < s->incidents.n; k++) {
		struct incident *i = memory_incident(s, k + 1);
		if (i->state == STATE_WAITING ||
			i->state == STATE_AWAITING_APPROVAL)
			i->wait_until = 0;
	}
	return 0;
}

int
store_looks_due(struct store *s, const char *app, usec now, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	table_change(&s->incidents);
	for (size_t k = 0; k < s->incidents.n; k++) {
		struct incident *i = memory_incident(s, k + 1);
		if (i->state == STATE_NOT_CONFIRMED && strcmp(i->app, app) == 0)
			i->recheck_due = MIN(i->recheck_due, now);
	}
	return 0;
}

/* --- listings of plans ---------------------------------------------------- */

int
store_listing_put(struct store *s, uint64_t incident, const char *hash,
	const char *text, struct why *why)
{
	own(str) char *key =
		xprintf("listing:%llu:%s", (unsigned long long)incident, hash);
	return store_value_put(s, key, text, why);
}

int
store_listing_get(struct store *s, uint64_t incident, const char *hash,
	char **ret, struct why *why)
{
	own(str) char *key =
		xprintf("listing:%llu:%s", (unsigned long long)incident, hash);
	return store_value_get(s, key, ret, why);
}

int
store_listing_printed(struct store *s, uint64_t incident, uid_t uid,
	const char *hash, usec now, struct why *why)
{
	own(str) char *key = xprintf("printed:%llu:%llu",
		(unsigned long long)incident, (unsigned long long)uid);
	(void)now;
	return store_value_put(s, key, hash, why);
}

int
store_listing_was_printed(struct store *s, uint64_t incident, uid_t uid,
	const char *hash, bool *ret, struct why *why)
{
	own(str) char *key = xprintf("printed:%llu:%llu",
		(unsigned long long)incident, (unsigned long long)uid);
	own(str) char *printed = NULL;
	int r = store_value_get(s, key, &printed, why);
	*ret = r == 0 && strcmp(printed, hash) == 0;
	return r == -ENOENT ? 0 : r;
}

/* --- how writes end ------------------------------------------------------- */

int
memory_check(struct store *s, struct why *why)
{
	int r = s->check ? s->check(s->arg, why) : 0;
	if (r == 0)
		s->writes.done++;
	else
		s->writes.failed++;
	if (r < 0)
		s->writes.error = -r;
	return r;
}

struct store_writes
store_writes(const struct store *s)
{
	return s->writes;
}
