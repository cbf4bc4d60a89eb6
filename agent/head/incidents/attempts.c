#include "config.h"
#include "head/incidents/attempts.h"

#include <errno.h>
#include <stdlib.h>
#include <systemd/sd-id128.h>

#include "head/incidents/attempts/held-attempts.h"
#include "head/incidents/attempts/hung-hands.h"
#include "head/incidents/attempts/unbegun-hands.h"
#include "head/incidents/attempts/limit-usage.h"
#include "head/incidents/run-memory.h"
#include "head/incidents/transition.h"
#include "head/model/incident.h"
#include "head/policy/limits.h"
#include "head/store/store.h"
#include "wire/attempt-file.h"
#include "wire/result.h"

static int
new_key(char key[KEY_TEXT], struct why *why)
{
	sd_id128_t id;
	int r = sd_id128_randomize(&id);
	if (r < 0)
		return because(why, r, "no random key: %s", strerror(-r));
	sd_id128_to_uuid_string(id, key);
	return 0;
}

int
attempts_begin(struct incidents *d, struct incident *i, usec now,
	struct attempt *ret, struct why *why)
{
	const struct app *app = incidents_app(d, i);
	*ret = (struct attempt){
		.incident = i->id, .number = i->attempts + 1, .started = now
	};
	memcpy(ret->plan_hash, i->plan.hash, sizeof(ret->plan_hash));
	int r = limit_usage_database(d, app, &ret->database, why);
	if (r >= 0)
		r = new_key(ret->key, why);
	if (r < 0)
		return r;
	i->attempts++;
	/* What was proved of an earlier one says nothing about this one. */
	i->verified = false;
	incident_set(&i->verification_text, NULL);
	own(str) char *text = xprintf("attempt %u, key %s: %s", ret->number,
		ret->key, i->reason ? i->reason : "approved");
	const struct change c = {
		.incident = i, .event = EVENT_MEND, .text = text, .begun = ret
	};
	r = transition_apply(d, &c, now, why);
	if (r >= 0)
		run_memory_begin(&d->memory, ret->key);
	return r;
}

int
attempts_under_way(struct incidents *d, const struct incident *i,
	struct attempt *ret, struct why *why)
{
	struct attempt *list = NULL;
	size_t n = 0;
	int r = store_attempts(d->store, i->id, &list, &n, why);
	if (r >= 0 && (!n || list[n - 1].ended))
		r = because(why, -ENOENT,
			"incident %llu is mending, and has no attempt under "
			"way",
			(unsigned long long)i->id);
	if (r >= 0) {
		*ret = list[n - 1];
		n--;
	}
	attempts_free(list, n);
	return r;
}

static enum incident_event
event_of(const struct result *r)
{
	switch (r->outcome) {
	case OUTCOME_APPLIED:
	case OUTCOME_GONE:
	case OUTCOME_HELD_PARTLY: /* and the fault is gone */
		return EVENT_APPLIED;
	case OUTCOME_NOT_APPLIED:
	case OUTCOME_STALE:
	case OUTCOME_ERROR:
		return EVENT_NOT_APPLIED;
	default:
		return EVENT_CANNOT_TELL;
	}
}

static void
begin_quiet(struct incidents *d, struct incident *i, const struct result *r,
	usec now)
{
	const struct app *app = incidents_app(d, i);
	if (r->outcome != OUTCOME_GONE)
		i->committed = now;
	i->quiet_until = now + (app ? app->policy->quiet : 0);
}

enum attempts_next
attempts_set_back(struct incidents *d, struct incident *i, struct attempt *a,
	const char *reason, usec until, bool wished, usec now, struct why *why)
{
	a->ended = now;
	incident_set(&a->text, reason);
	i->action = ACTION_WAIT;
	i->wait_until = until;
	incident_set(&i->reason, reason);
	incident_set(&i->wait_reason, reason);
	const struct change c = { .incident = i,
		.event = EVENT_WAIT,
		.text = reason,
		.ended = a,
		.wished = wished };
	return transition_apply(d, &c, now, why) < 0 ? ATTEMPTS_TROUBLE
						     : ATTEMPTS_DONE;
}

static int
adopt_end(struct incidents *d, struct incident *i, struct attempt *a,
	const struct result *r, usec now, struct why *why)
{
	enum incident_event event = event_of(r);
	bool killed = run_memory_attempt(&d->memory, a->key)->killed;
	own(str) char *said = xprintf("%s%s",
		killed ? "hands did not end in time and were killed; " : "",
		r->text ? r->text : "hands gave no reason");
	attempt_take_proposal(a, r);
	a->ended = now;
	a->outcome = r->outcome;
	a->failed = event != EVENT_APPLIED && r->outcome != OUTCOME_STALE;
	incident_set(&a->text, said);
	if (event == EVENT_APPLIED)
		begin_quiet(d, i, r, now);
	own(str) char *text = xprintf(
		"attempt %u %s: %s", a->number, outcome_name(r->outcome), said);
	const struct change c = {
		.incident = i, .event = event, .text = text, .ended = a
	};
	return transition_apply(d, &c, now, why);
}

int
attempts_adopt(struct incidents *d, struct incident *i, const struct result *r,
	usec now, struct why *why)
{
	struct attempt a = { 0 };
	/* A part that was applied may have been the one that mattered. */
	bool held = r->outcome == OUTCOME_HELD_BACK ||
		(r->outcome == OUTCOME_HELD_PARTLY && r->fault != ANSWER_NO);
	int e = attempts_under_way(d, i, &a, why);
	if (e >= 0)
		e = held ? held_attempts_adopt(d, i, &a, r, now, why)
			 : adopt_end(d, i, &a, r, now, why);
	attempt_clear(&a);
	return e;
}

/* Hands never started, and now they must not. Those of a head that was killed
 * may have the job still, so their file is made before they make it. */
static enum attempts_next
hold_back(struct incidents *d, struct incident *i, struct attempt *a,
	const char *reason, usec now, struct why *why)
{
	enum attempts_next next = unbegun_hands_stop(d, a, reason, why);
	if (next != ATTEMPTS_START)
		return next;
	a->outcome = OUTCOME_HELD_BACK;
	return attempts_set_back(
		d, i, a, reason, now + LIMITS_STOP_RETRY, true, now, why);
}

/* What the attempt's file says; ATTEMPTS_DONE: adopted. */
static enum attempts_next
read_file(struct incidents *d, struct incident *i, struct attempt *a,
	bool *ret_unbegun, usec now, struct why *why)
{
	own(result) struct result said = { 0 };
	enum attempt_file_state state = ATTEMPT_FILE_RUNNING;
	if (attempt_file_read(d->settings->store, a->key, &state, &said, why) <
		0)
		return ATTEMPTS_TROUBLE;
	*ret_unbegun = state == ATTEMPT_FILE_UNBEGUN;
	switch (state) {
	case ATTEMPT_FILE_NONE:
		return ATTEMPTS_START;
	case ATTEMPT_FILE_RUNNING:
		return ATTEMPTS_WAIT;
	case ATTEMPT_FILE_LOST:
	case ATTEMPT_FILE_UNBEGUN:
		return ATTEMPTS_RECOVER;
	case ATTEMPT_FILE_WITHDRAWN:
		a->outcome = OUTCOME_HELD_BACK;
		return attempts_set_back(d, i, a,
			"the attempt was taken back before it "
			"began",
			now + LIMITS_STOP_RETRY, true, now, why);
	case ATTEMPT_FILE_ENDED:
		break;
	}
	return attempts_adopt(d, i, &said, now, why) < 0 ? ATTEMPTS_TROUBLE
							 : ATTEMPTS_DONE;
}

/* The attempt's only hands say that they did nothing, and why: a disk that is
 * full, an app that is no longer configured. */
static int
refused(struct incidents *d, struct incident *i, struct attempt *a,
	const struct result *r, bool begun, usec now, struct why *why)
{
	if (begun)
		return attempts_adopt(d, i, r, now, why);
	own(str) char *reason = xprintf("the attempt could not begin: %s",
		r->text ? r->text : "hands gave no reason");
	a->outcome = OUTCOME_ERROR;
	return attempts_set_back(d, i, a, reason, now + LIMITS_RECHECK_FIRST,
		       false, now, why) == ATTEMPTS_DONE
		? 0
		: -EIO;
}

/* Hands of this run ended and said nothing that proves anything. */
static int
unsure(struct incidents *d, struct incident *i, struct attempt *a,
	const struct result *r, usec now, struct why *why)
{
	bool unbegun = false;
	enum attempts_next next = read_file(d, i, a, &unbegun, now, why);
	if (next == ATTEMPTS_START || next == ATTEMPTS_RECOVER) {
		bool begun = next == ATTEMPTS_RECOVER && !unbegun;
		if (r && r->outcome == OUTCOME_ERROR &&
			run_memory_began(&d->memory, a->key))
			return refused(d, i, a, r, begun, now, why);
		if (!r && !begun)
			next = unbegun_hands_again(
				d, i, a, unbegun, NULL, now, why);
	}
	return next == ATTEMPTS_TROUBLE ? -EIO : 0;
}

int
attempts_end(struct incidents *d, struct incident *i, const struct result *r,
	usec now, struct why *why)
{
	/* Hands that were refused, because others hold the file, know nothing.
	 */
	bool sure = r && r->outcome != OUTCOME_ERROR &&
		r->outcome != OUTCOME_IN_DOUBT;
	if (sure)
		return attempts_adopt(d, i, r, now, why);
	struct attempt a = { 0 };
	int e = attempts_under_way(d, i, &a, why);
	if (e >= 0)
		e = unsure(d, i, &a, r, now, why);
	attempt_clear(&a);
	return e;
}

/* How long the file is asked that cannot be read. */
#define FILE_PATIENCE (15 * USEC_MINUTE)

/* A person is told which file it is. One read that failed proves nothing, and
 * many do not prove that the hands are gone: the attempt stays under way. */
static enum attempts_next
give_up(struct incidents *d, struct incident *i, struct attempt *a, usec now,
	struct why *why)
{
	if (now < run_memory_unread(&d->memory, i->id, now) + FILE_PATIENCE)
		return ATTEMPTS_TROUBLE;
	own(str) char *what =
		xprintf("the attempt's file cannot be read (%s)", why->text);
	return hung_hands_doubt(d, i, a, what, now, why);
}

/* Why an attempt that did not begin yet must not any more; NULL: it may. */
static const char *
why_not(const struct incidents *d, const struct incident *i, bool paused,
	usec now)
{
	const struct app *app = incidents_app(d, i);
	if (paused)
		return "paused";
	if (limits_frozen(d->settings->freeze_file))
		return "the freeze file is there";
	if (app && app->labels_awaited)
		return LIMITS_LABELS_AWAITED;
	if (app && app->policy->mode == MODE_REPORT)
		return "the policy's mode is report now";
	if (app && app->policy->mode == MODE_ASK && !i->approved_by)
		return "the policy's mode is ask now, and nobody approved it";
	/* The app is no longer configured, or the attempt could not begin for
	 * longer than `approval`: its disk was read-only, for example. */
	if (!app || now > i->since + app->policy->approval)
		return "the attempt could not begin for so long that its plan "
		       "is stale";
	return NULL;
}

enum attempts_next
attempts_look_after(struct incidents *d, struct incident *i, usec now,
	struct attempt *ret, struct why *why)
{
	usec paused = 0;
	*ret = (struct attempt){ 0 };
	if (attempts_under_way(d, i, ret, why) < 0 ||
		store_paused(d->store, &paused, why) < 0)
		return ATTEMPTS_TROUBLE;
	bool unbegun = false;
	enum attempts_next next = read_file(d, i, ret, &unbegun, now, why);
	if (next == ATTEMPTS_TROUBLE)
		return give_up(d, i, ret, now, why);
	run_memory_read(&d->memory, i->id);
	if (next == ATTEMPTS_WAIT && hung_hands_hurry(d, i, ret, now))
		return hung_hands_doubt(d, i, ret,
			"hands did not end in time, and could not be killed",
			now, why);
	if (next == ATTEMPTS_RECOVER && unbegun)
		return unbegun_hands_again(d, i, ret, true, NULL, now, why);
	if (next != ATTEMPTS_START)
		return next;
	const char *stop = why_not(d, i, paused != 0, now);
	return stop ? hold_back(d, i, ret, stop, now, why) : ATTEMPTS_START;
}

int
attempts_failed(struct incidents *d, const struct incident *i,
	struct attempt *ret, struct why *why)
{
	struct attempt *list = NULL;
	size_t n = 0;
	int r = store_attempts(d->store, i->id, &list, &n, why);
	if (r >= 0 && !n)
		r = because(why, -ENOENT, "incident %llu has no attempt",
			(unsigned long long)i->id);
	if (r >= 0) {
		*ret = list[--n];
		ret->failed = true;
	}
	attempts_free(list, n);
	return r;
}
