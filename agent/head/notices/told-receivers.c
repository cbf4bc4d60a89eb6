#include "config.h"
#include "head/notices/told-receivers.h"

#include <stdlib.h>
#include <string.h>

void
told_receivers_free(struct told_receivers *l)
{
	while (l->first) {
		struct told_receiver *r = l->first;
		l->first = r->next;
		free(r->name);
		free(r);
	}
}

struct told_receiver *
told_receivers_of(struct told_receivers *l, const char *name)
{
	struct told_receiver *r = l->first;
	while (r && strcmp(r->name, name) != 0)
		r = r->next;
	if (r)
		return r;
	r = xcalloc(1, sizeof(*r));
	r->arg = l->arg;
	r->name = xstrdup(name);
	r->next = l->first;
	l->first = r;
	return r;
}

void
told_receiver_took(
	const struct told_receivers *l, struct told_receiver *r, usec now)
{
	r->told = true;
	r->taken = now;
	r->due = now + l->again;
	r->tries = 0;
}

void
told_receiver_refused(struct told_receiver *r, usec now, usec wait)
{
	r->tries++;
	r->due = now + wait;
}

bool
told_receivers_await(const struct told_receivers *l)
{
	const struct told_receiver *r = l->first;
	while (r && !r->under_way)
		r = r->next;
	return r;
}

void
told_receivers_rest(struct told_receivers *l)
{
	for (struct told_receiver *r = l->first; r; r = r->next) {
		if (r->told)
			r->due = r->taken + l->anew;
		else if (r->tries)
			r->due = 0;
		r->told = false;
		r->tries = 0;
	}
}

void
told_receivers_write(const struct told_receivers *l, struct buf *to,
	size_t most, usec now, usec wall)
{
	for (const struct told_receiver *r = l->first; r; r = r->next) {
		usec ago = now - r->taken;
		own(str) char *line = xprintf("\n%d %llu %s", r->told,
			(unsigned long long)(wall - MIN(ago, wall)), r->name);
		if (r->taken && to->len + strlen(line) <= most)
			buf_add_str(to, line);
	}
}

static bool
cut_number(struct span *rest, uint64_t *ret)
{
	struct span word;
	return span_cut(rest, ' ', &word) && span_u64(word, ret);
}

/* The steady clock may have begun anew since: what was taken before that counts
 * as taken at its beginning. */
void
told_receivers_read(
	struct told_receivers *l, struct span line, usec now, usec wall)
{
	uint64_t told, taken;
	if (!cut_number(&line, &told) || !cut_number(&line, &taken) ||
		!line.len)
		return;
	own(str) char *name = xstrndup(line.data, line.len);
	struct told_receiver *r = told_receivers_of(l, name);
	usec ago = wall > taken ? wall - taken : 0;
	usec again = told ? l->again : l->anew;
	r->told = told;
	r->taken = now > ago ? now - ago : 1;
	r->due = now + again - MIN(ago, again);
}
