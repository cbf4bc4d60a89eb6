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

/* Nobody holds anything for longer. */
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

usec
run_memory_held(struct run_memory *m, uint64_t incident, usec now)
{
	usec until = 0;
	for (struct hold **at = &m->holds, *h; (h = *at);) {
		/* One that lies far ahead was made before the clock was set. */
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
	for (char **k = m->begun; k && *k; k++)
		if (strcmp(*k, key) == 0)
			return true;
	return false;
}

void
run_memory_release(struct run_memory *m)
{
	strings_free(m->begun);
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
