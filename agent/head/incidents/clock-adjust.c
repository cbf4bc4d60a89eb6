#include "config.h"
#include "head/incidents/clock-adjust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-id128.h>

#include "head/incidents/transition.h"
#include "head/model/incident.h"

#define KEY "clock"
/* No limit looks at an attempt that is older than this. */
#define AGE_MOST (8 * USEC_DAY)

/* What is still further ahead was stored by a clock that was right all the
 * time: a machine without one of its own may begin in 1970. */
static void
add(usec *at, usec by, usec before)
{
	if (*at && *at < before + AGE_MOST)
		*at += by;
}

/* Set forward. Without this a quiet period would be over before it began, a
 * fault that comes back a minute after a mend would be a day old and no
 * regression any more. `expires` stays: to expire early is safe. */
static void
move_forward(struct incident *i, usec by, usec before)
{
	add(&i->wait_until, by, before);
	add(&i->waiting_since, by, before);
	add(&i->quiet_until, by, before);
	add(&i->recheck_due, by, before);
	if (i->state == STATE_MENDING)
		add(&i->since, by, before);
	if (i->committed + INCIDENT_REGRESSION > before)
		add(&i->committed, by, before);
}

static void
bring_nearer(usec *at, usec by, usec now)
{
	if (*at > now)
		*at = *at - now > by ? *at - by : now;
}

/* For times of past events: one that lies in the future now moves back by `by`,
 * and at least to `now`. */
static void
bring_back(usec *at, usec by, usec now)
{
	if (*at > now)
		*at = MIN(*at - MIN(*at, by), now);
}

/* Set back. Without this a quiet period of a minute would last an hour where
 * it is set back by as much, and what is logged after a mend would look older
 * than the mend. */
static void
move_back(struct incident *i, usec by, usec now)
{
	bring_nearer(&i->wait_until, by, now);
	bring_nearer(&i->quiet_until, by, now);
	bring_nearer(&i->recheck_due, by, now);
	bring_nearer(&i->expires, by, now);
	bring_back(&i->opened, by, now);
	bring_back(&i->since, by, now);
	bring_back(&i->waiting_since, by, now);
	bring_back(&i->approved_at, by, now);
	bring_back(&i->committed, by, now);
}

static int
move_incidents(struct store *s, int64_t by, usec now, struct why *why)
{
	struct incidents d = { .store = s };
	struct incident_filter all = { .class = -1 };
	struct incident *list = NULL;
	size_t n = 0;
	int r = store_incidents(s, &all, &list, &n, why);
	for (size_t i = 0; r >= 0 && i < n; i++) {
		if (list[i].state == STATE_CLOSED)
			continue;
		if (by > 0)
			move_forward(&list[i], (usec)by, now - (usec)by);
		else
			move_back(&list[i], (usec)-by, now);
		const struct change moved = { .incident = &list[i],
			.within = true };
		r = transition_apply(&d, &moved, now, why);
	}
	incident_list_free(list, n);
	return r;
}

static int
move_all(struct store *s, int64_t by, usec now, struct why *why)
{
	/* Forward: times within AGE_MOST of the old time. Back: only times that
	 * lie in the future now. */
	usec then = now - (usec)MAX(by, 0);
	usec after = by < 0 ? now : then > AGE_MOST ? then - AGE_MOST : 0;
	usec until = by < 0 ? INT64_MAX : then + AGE_MOST;
	int r = move_incidents(s, by, now, why);
	return r < 0 ? r : store_times_shift(s, after, until, by, why);
}

/* `BOOT OFFSET`: it means nothing after the machine was started again. NULL
 * where nobody can tell one boot from another. Owned. */
static char *
dump(int64_t offset)
{
	sd_id128_t boot;
	char id[SD_ID128_STRING_MAX];
	if (sd_id128_get_boot(&boot) < 0)
		return NULL;
	return xprintf(
		"%s %lld", sd_id128_to_string(boot, id), (long long)offset);
}

/* What an earlier process of this boot left: 1 and it; 0: nothing. */
static int
recall(struct store *s, int64_t *ret, struct why *why)
{
	own(str) char *text = NULL;
	int r = store_value_get(s, KEY, &text, why);
	if (r < 0 && r != -ENOENT)
		return r;
	own(str) char *same = dump(0);
	size_t id = same ? strcspn(same, " ") + 1 : 0;
	if (!text || !same || strncmp(text, same, id) != 0)
		return 0;
	*ret = strtoll(text + id, NULL, 10);
	return 1;
}

static int
store_shift(
	struct store *s, int64_t offset, int64_t by, usec now, struct why *why)
{
	own(str) char *text = dump(offset);
	int r = store_begin(s, why);
	if (r < 0)
		return r;
	r = store_value_put(s, KEY, text, why);
	if (r >= 0 && by)
		r = move_all(s, by, now, why);
	if (r >= 0)
		return store_commit(s, why);
	store_rollback(s);
	return r;
}

int
clock_adjust_follow(struct clock_adjust *t, struct store *s, usec now,
	usec steady, int64_t *ret_by, struct why *why)
{
	int64_t offset = (int64_t)now - (int64_t)steady, before = t->offset;
	int r = t->known ? 1 : recall(s, &before, why);
	if (r < 0)
		return r;
	bool found = r > 0;
	int64_t by = found ? offset - before : 0;
	bool jumped = llabs(by) >= (int64_t)CLOCK_ADJUST_LEAST;
	if (!found || jumped)
		r = store_shift(s, offset, by, now, why);
	if (r < 0)
		return r;
	*t = (struct clock_adjust){ true, found && !jumped ? before : offset };
	*ret_by = jumped ? by : 0;
	return jumped;
}
