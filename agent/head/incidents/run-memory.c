#include "config.h"
#include "head/incidents/run-memory.h"

#include <stdlib.h>
#include <string.h>

struct hold {
	struct hold *next;
	uint64_t incident;
	usec until;
};

struct loss {
	struct loss *next;
	uint64_t incident;
	unsigned times;
};

struct trouble {
	struct trouble *next;
	uint64_t incident;
	usec since;
};

struct unsent {
	struct unsent *next;
	uint64_t incident;
};

/* The longest hold. */
#define HOLD_MOST USEC_HOUR

void
run_memory_hold(struct run_memory *m, uint64_t incident, usec until)
{
	struct hold *h = xcalloc(1, sizeof(*h));
	h->incident = incident;
	h->until = until;
	h->next = m->holds;
	m->holds = h;
}

/* Walks all of them and drops what is over: there are never many, as each ends
 * within the hour. */
usec
run_memory_held(struct run_memory *m, uint64_t incident, usec now)
{
	usec until = 0;
	for (struct hold **at = &m->holds, *h; (h = *at);) {
		/* Also drops a hold that ends later than HOLD_MOST from now:
		 * the clock was set back and the store did not follow. */
		if (now >= h->until || h->until > now + HOLD_MOST) {
			*at = h->next;
			free(h);
			continue;
		}
		if (h->incident == incident)
			until = MAX(until, h->until);
		at = &h->next;
	}
	return until;
}

/* One small entry for each incident whose hands were lost; those of incidents
 * that ended stay until the next start. */
unsigned
run_memory_lost(struct run_memory *m, uint64_t incident)
{
	struct loss *l = m->losses;
	while (l && l->incident != incident)
		l = l->next;
	if (!l) {
		l = xcalloc(1, sizeof(*l));
		l->incident = incident;
		l->next = m->losses;
		m->losses = l;
	}
	return ++l->times;
}

void
run_memory_begin(struct run_memory *m, const char *key)
{
	strings_add(&m->begun, key);
}

bool
run_memory_began(const struct run_memory *m, const char *key)
{
	return strings_have(m->begun, key);
}

/* One small entry for each attempt, until the next start. */
struct attempt_memory *
run_memory_attempt(struct run_memory *m, const char *key)
{
	struct attempt_memory *a = m->attempts;
	while (a && strcmp(a->key, key) != 0)
		a = a->next;
	if (a)
		return a;
	a = xcalloc(1, sizeof(*a));
	snprintf(a->key, sizeof(a->key), "%s", key);
	a->next = m->attempts;
	m->attempts = a;
	return a;
}

void
run_memory_unsent(struct run_memory *m, uint64_t incident)
{
	m->unstarted++;
	if (run_memory_is_unsent(m, incident))
		return;
	struct unsent *u = xcalloc(1, sizeof(*u));
	u->incident = incident;
	u->next = m->unsent;
	m->unsent = u;
}

void
run_memory_sent(struct run_memory *m, uint64_t incident)
{
	m->unstarted = 0;
	for (struct unsent **at = &m->unsent, *u; (u = *at); at = &(*at)->next)
		if (u->incident == incident) {
			*at = u->next;
			free(u);
			return;
		}
}

bool
run_memory_is_unsent(const struct run_memory *m, uint64_t incident)
{
	for (const struct unsent *u = m->unsent; u; u = u->next)
		if (u->incident == incident)
			return true;
	return false;
}

usec
run_memory_unread(struct run_memory *m, uint64_t incident, usec now)
{
	struct trouble *t = m->troubles;
	while (t && t->incident != incident)
		t = t->next;
	if (!t) {
		t = xcalloc(1, sizeof(*t));
		t->incident = incident;
		t->since = now;
		t->next = m->troubles;
		m->troubles = t;
	}
	/* Since later than now: a clock that the store did not follow. */
	t->since = MIN(t->since, now);
	return t->since;
}

void
run_memory_read(struct run_memory *m, uint64_t incident)
{
	for (struct trouble **at = &m->troubles, *t; (t = *at);
		at = &(*at)->next)
		if (t->incident == incident) {
			*at = t->next;
			free(t);
			return;
		}
}

void
run_memory_shift(struct run_memory *m, int64_t by)
{
	for (struct hold *h = m->holds; h; h = h->next)
		h->until = (usec)((int64_t)h->until + by);
	for (struct trouble *t = m->troubles; t; t = t->next)
		t->since = (usec)((int64_t)t->since + by);
}

void
run_memory_release(struct run_memory *m)
{
	strings_free(m->begun);
	while (m->troubles)
		run_memory_read(m, m->troubles->incident);
	while (m->attempts) {
		struct attempt_memory *a = m->attempts;
		m->attempts = a->next;
		free(a);
	}
	while (m->unsent)
		run_memory_sent(m, m->unsent->incident);
	while (m->losses) {
		struct loss *l = m->losses;
		m->losses = l->next;
		free(l);
	}
	while (m->holds) {
		struct hold *h = m->holds;
		m->holds = h->next;
		free(h);
	}
	*m = (struct run_memory){ 0 };
}
