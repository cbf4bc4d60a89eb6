#include "config.h"
#include "eyes/pause.h"

/* How long an open record waits for further lines. A program writes a message
 * at once, and its fault must not wait for the next message. */
#define QUIET USEC_SECOND
/* A record that grows line by line is closed at this age, so that its fault is
 * told at last. */
#define AGE_MAX USEC_MINUTE
/* A look that comes later than this after the last one says nothing about the
 * time in between: the clock jumped, or the machine slept or was busy, and the
 * writer may have been held up like us. */
#define LATE (2 * USEC_SECOND)

void
pause_forget(struct pause *p)
{
	*p = (struct pause){ 0 };
}

void
pause_renew(struct pause *p, usec now)
{
	p->grew = p->looked = now;
	p->late = false;
}

/* Makes up for a look that came late, once; a machine that is always busy would
 * else put the end off for ever. */
static void
excuse(struct pause *p, usec since_look, usec now)
{
	if (since_look <= LATE || p->late)
		return;
	p->grew = now;
	p->late = true;
}

bool
pause_look(struct pause *p, uint64_t begin, uint64_t end, bool grown, usec now)
{
	if (!p->open || p->begin != begin)
		*p = (struct pause){ .open = true, .begin = begin };
	usec since_look = p->looked && now > p->looked ? now - p->looked : 0;
	if (p->end != end || grown || now < p->grew)
		pause_renew(p, now);
	else
		excuse(p, since_look, now);
	p->end = end;
	p->looked = now;
	p->age += MIN(since_look, LATE);
	return now - p->grew >= QUIET || p->age >= AGE_MAX;
}

usec
pause_due(const struct pause *p)
{
	return p->open ? p->grew + QUIET : USEC_NEVER;
}
