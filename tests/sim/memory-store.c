#include "config.h"
#include "sim/memory-store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory-inside.h"

static struct store *stores;

/* --- rows ----------------------------------------------------------------- */

static void
own_text(char **text)
{
	*text = xstrdup(*text);
}

static void
own_list(char ***list)
{
	char **copy = NULL;
	for (char **s = *list; s && *s; s++)
		strings_add(&copy, *s);
	*list = copy;
}

static void
own_incident(void *row)
{
	struct incident *i = row;
	char **texts[] = { &i->app, &i->rule, &i->sample, &i->cause_text,
		&i->target, &i->reason, &i->approved_by, &i->rehearsal_text,
		&i->verification_text, &i->wait_reason, &i->plan.remedy,
		&i->plan.reason };
	for (size_t k = 0; k < ELEMENTS(texts); k++)
		own_text(texts[k]);
	i->object = object_copy(&i->object);
	own_list(&i->plan.steps);
	own_list(&i->plan.doubts);
	/* They are not stored. */
	i->changed = i->way = NULL;
	i->lasting = false;
}

static void
free_incident(void *row)
{
	incident_free(row);
}

static void
own_moment(void *row)
{
	struct moment_row *m = row;
	own_text(&m->moment.kind);
	own_text(&m->moment.text);
}

static void
free_moment(void *row)
{
	struct moment_row *m = row;
	free(m->moment.kind);
	free(m->moment.text);
}

static const struct row_kind incident_rows = { sizeof(struct incident),
	own_incident, free_incident };
static const struct row_kind moment_rows = { sizeof(struct moment_row),
	own_moment, free_moment };

/* --- opening, transactions ------------------------------------------------ */

static struct store *
new_store(const char *path)
{
	struct store *s = xcalloc(1, sizeof(*s));
	s->path = xstrdup(path);
	s->incidents.kind = &incident_rows;
	s->findings.kind = &memory_findings;
	s->moments.kind = &moment_rows;
	s->attempts.kind = &memory_attempts;
	s->looks.kind = &memory_looks;
	s->values.kind = &memory_values;
	s->targets.kind = &memory_targets;
	s->unplaced.kind = &memory_unplaced;
	s->outbox.kind = &memory_outbox;
	s->next = stores;
	stores = s;
	return s;
}

int
store_open(const char *path, struct store **ret, struct why *why)
{
	struct store *s = stores;
	while (s && strcmp(s->path, path) != 0)
		s = s->next;
	if (s && s->opened)
		return because(why, -EWOULDBLOCK, "%s: is open", path);
	if (!s)
		s = new_store(path);
	s->opened = true;
	*ret = s;
	return 0;
}

static void
each_table(struct store *s, void (*call)(struct table *))
{
	struct table *all[] = { &s->incidents, &s->findings, &s->moments,
		&s->attempts, &s->looks, &s->values, &s->targets, &s->unplaced,
		&s->outbox };
	for (size_t i = 0; i < ELEMENTS(all); i++)
		call(all[i]);
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	store_rollback(s);
	s->opened = false;
}

void
memory_store_forget(void)
{
	while (stores) {
		struct store *s = stores;
		stores = s->next;
		each_table(s, table_free);
		free(s->path);
		free(s);
	}
}

void
memory_store_watch(struct store *s, memory_store_check *check, void *arg)
{
	s->check = check;
	s->arg = arg;
}

int
store_begin(struct store *s, struct why *why)
{
	if (s->begun)
		return because(
			why, -EBUSY, "%s: transactions do not nest", s->path);
	s->begun = true;
	each_table(s, table_begin);
	return 0;
}

int
store_commit(struct store *s, struct why *why)
{
	int r = memory_check(s, why);
	if (r < 0) {
		store_rollback(s);
		return r;
	}
	s->begun = false;
	each_table(s, table_commit);
	return 0;
}

void
store_rollback(struct store *s)
{
	each_table(s, table_rollback);
	s->begun = false;
}

bool
store_broken(const struct store *s)
{
	(void)s;
	return false;
}

int
memory_change(struct store *s, struct why *why)
{
	return s->begun ? 0 : memory_check(s, why);
}

/* --- incidents ------------------------------------------------------------ */

int
memory_no_incident(uint64_t id, struct why *why)
{
	return because(why, -ENOENT, "there is no incident %llu",
		(unsigned long long)id);
}

/* Ids are given in the order of the rows, and none is ever removed. */
struct incident *
memory_incident(const struct store *s, uint64_t id)
{
	return id && id <= s->incidents.n ? table_row(&s->incidents, id - 1)
					  : NULL;
}

size_t
memory_store_incidents(const struct store *s)
{
	return s->incidents.n;
}

const struct incident *
memory_store_incident(const struct store *s, size_t k)
{
	return memory_incident(s, k + 1);
}

static void
put(struct incident *row, const struct incident *i)
{
	*row = *i;
	own_incident(row);
}

int
store_incident_add(struct store *s, struct incident *i, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	i->id = s->incidents.n + 1;
	put(table_add(&s->incidents), i);
	return 0;
}

int
store_incident_save(struct store *s, const struct incident *i, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	if (!memory_incident(s, i->id))
		return memory_no_incident(i->id, why);
	table_change(&s->incidents);
	struct incident *row = memory_incident(s, i->id), old = *row;
	struct incident with = *i;
	/* What is written once, or by counting alone. */
	with.previous = old.previous;
	with.app = old.app;
	memcpy(with.fingerprint, old.fingerprint, sizeof(with.fingerprint));
	with.roll_up = old.roll_up;
	with.count = old.count;
	with.first_ns = old.first_ns;
	with.last_ns = old.last_ns;
	with.opened = old.opened;
	put(row, &with);
	incident_free(&old);
	return 0;
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

int
store_incident_seen(struct store *s, uint64_t id, uint64_t count,
	int64_t first_ns, int64_t last_ns, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	if (!memory_incident(s, id))
		return memory_no_incident(id, why);
	table_change(&s->incidents);
	struct incident *row = memory_incident(s, id);
	row->count += count;
	row->first_ns = earlier(row->first_ns, first_ns);
	row->last_ns = MAX(row->last_ns, last_ns);
	return 0;
}

int
store_incident_get(
	struct store *s, uint64_t id, struct incident *ret, struct why *why)
{
	if (!memory_incident(s, id))
		return memory_no_incident(id, why);
	table_copy_row(&s->incidents, id - 1, ret);
	return 0;
}

int
store_incident_newest(struct store *s, const char *fingerprint,
	struct incident *ret, struct why *why)
{
	for (size_t k = s->incidents.n; k-- > 0;) {
		const struct incident *i = memory_store_incident(s, k);
		if (i && strcmp(i->fingerprint, fingerprint) == 0)
			return store_incident_get(s, k + 1, ret, why);
	}
	return because(
		why, -ENOENT, "there is no incident with this fingerprint");
}

static bool
passes(const struct incident_filter *f, const struct incident *i)
{
	return (!f->app || strcmp(f->app, i->app) == 0) &&
		(f->class < 0 || i->class == (enum fault_class)f->class) &&
		(!f->live ||
			(state_live(i->state) &&
				i->state != STATE_NOT_CONFIRMED));
}

int
store_incidents(struct store *s, const struct incident_filter *f,
	struct incident **ret, size_t *n, struct why *why)
{
	struct incident *list = NULL;
	size_t count = 0;
	(void)why;
	for (size_t k = s->incidents.n; k-- > 0;) {
		if (f->most && count == f->most)
			break;
		if (!passes(f, memory_store_incident(s, k)) ||
			(f->before && k + 1 >= f->before))
			continue;
		list = xrealloc(list, count + 1, sizeof(*list));
		table_copy_row(&s->incidents, k, &list[count++]);
	}
	*ret = list;
	*n = count;
	return 0;
}

int
store_incident_counts(
	struct store *s, size_t counts[INCIDENT_STATES], struct why *why)
{
	(void)why;
	memset(counts, 0, INCIDENT_STATES * sizeof(*counts));
	for (size_t k = 0; k < s->incidents.n; k++)
		counts[memory_store_incident(s, k)->state]++;
	return 0;
}

/* --- moments -------------------------------------------------------------- */

int
store_moment_add(struct store *s, uint64_t incident, usec now, const char *kind,
	const char *text, struct why *why)
{
	int r = memory_change(s, why);
	if (r < 0)
		return r;
	if (!memory_incident(s, incident))
		return because(why, -EEXIST, "no incident %llu",
			(unsigned long long)incident);
	struct moment_row *row = table_add(&s->moments);
	*row = (struct moment_row){ incident,
		{ now, (char *)kind, (char *)text } };
	own_moment(row);
	return 0;
}

int
store_moments(struct store *s, uint64_t incident, struct moment **ret,
	size_t *n, struct why *why)
{
	struct moment *list = NULL;
	size_t count = 0;
	(void)why;
	for (size_t k = 0; k < s->moments.n; k++) {
		const struct moment_row *row = table_row(&s->moments, k);
		if (row->incident != incident)
			continue;
		struct moment_row copy;
		table_copy_row(&s->moments, k, &copy);
		list = xrealloc(list, count + 1, sizeof(*list));
		list[count++] = copy.moment;
	}
	*ret = list;
	*n = count;
	return 0;
}
