#include "config.h"
#include "head/incidents/attempts/held-attempts.h"

#include <errno.h>

#include "head/model/incident.h"
#include "head/policy/limits.h"
#include "head/store/store.h"
#include "wire/result.h"

int
held_attempts_count(struct incidents *d, const struct incident *i,
	unsigned *ret, struct why *why)
{
	struct attempt *list = NULL;
	size_t n = 0;
	int r = store_attempts(d->store, i->id, &list, &n, why);
	*ret = 0;
	for (size_t k = 0; r >= 0 && k < n; k++)
		*ret += list[k].ended && !outcome_counts(list[k].outcome);
	attempts_free(list, n);
	return r;
}

/* Hands held it back. Whoever did that may undo it at any moment, and a freeze
 * or a pause is asked for without a look; what head does not know of, such as a
 * configuration that it did not read yet, is met again each time, ever later.
 */
int
held_attempts_adopt(struct incidents *d, struct incident *i, struct attempt *a,
	const struct result *r, usec now, struct why *why)
{
	unsigned before = 0;
	int e = held_attempts_count(d, i, &before, why);
	if (e < 0)
		return e;
	usec wait =
		limits_backoff(LIMITS_STOP_RETRY, LIMITS_RECHECK_MOST, before);
	attempt_take_proposal(a, r);
	a->outcome = r->outcome;
	own(str) char *reason = xprintf("attempt %u %s: %s", a->number,
		outcome_name(r->outcome),
		r->text ? r->text : "hands gave no reason");
	return attempts_set_back(d, i, a, reason, now + wait, false, now,
		       why) == ATTEMPTS_DONE
		? 0
		: -EIO;
}
