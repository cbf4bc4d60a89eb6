#include "config.h"
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

#include "head/notices/notice.h"
#include "sim/memory-store.h"

/* Promises 2 to 5 of the design, held against what the world itself saw; the
 * store is only asked what was stored. */

static struct witness *
witness_of(struct world *w, uint64_t incident)
{
	if (incident >= WORLD_INCIDENTS)
		world_broken(w, "there are too many incidents to follow");
	return &w->witness[incident];
}

static void
copy_hash(char to[SHA256_HEX], const char *from)
{
	/* "" where there is none. */
	snprintf(to, SHA256_HEX, "%s", from);
}

/* --- what was found ------------------------------------------------------- */

/* What head knows of the object that hands are to look at. */
static enum rank
rank_of(const struct world *w, const struct fake_job *job)
{
	const char *table = job->object.value[OBJECT_TABLE];
	if (job->class != CLASS_MISSING_TABLE || !table || *table != 'T')
		return RANK_STRANGER;
	return w->ranks[world_app(w, job->app)][table[1] - '0'];
}

/* The flood rule: so many diagnoses an hour, app and rank, but for those that
 * met no database. */
void
invariants_look_begins(struct world *w, const struct fake_job *job)
{
	size_t app = world_app(w, job->app), hour = 1;
	enum rank rank = rank_of(w, job);
	size_t *n = &w->n_looks[app][rank];
	for (size_t k = 0; k < *n; k++)
		hour += w->looks[app][rank][k] + USEC_HOUR > w->steady;
	if (hour > LIMITS_LOOKS_HOUR)
		world_broken(w, "%zu diagnoses of %s within the hour", hour,
			job->app->name);
	if (*n == WORLD_LOOKS)
		world_broken(w, "there are too many looks to follow");
	w->looks[app][rank][(*n)++] = w->steady;
}

void
invariants_looked(
	struct world *w, const struct fake_job *job, const struct report *r)
{
	struct witness *seen = witness_of(w, job->incident);
	/* Who sent them is gone, or hears nothing: nothing was shown. */
	if (!job->queue)
		return;
	if (job->purpose == FOR_DIAGNOSIS && r->answered &&
		r->result.outcome == OUTCOME_DONE &&
		r->result.cause == CAUSE_UNREACHABLE)
		w->n_looks[world_app(w, job->app)][rank_of(w, job)]--;
	seen->shown = r->answered && r->result.outcome == OUTCOME_DONE &&
		r->result.fault == ANSWER_YES && r->planned;
	copy_hash(seen->hash, seen->shown ? r->plan.hash : "");
	if (job->purpose == FOR_APPROVED)
		seen->probed =
			seen->shown && strcmp(seen->hash, seen->allowed) == 0;
}

void
invariants_rehearsed(
	struct world *w, const struct fake_job *job, const struct report *r)
{
	struct witness *seen = witness_of(w, job->incident);
	if (job->queue)
		copy_hash(seen->passed,
			r->answered && r->result.outcome == OUTCOME_PASSED
				? job->plan_hash
				: "");
}

void
invariants_approved(struct world *w, uint64_t incident)
{
	struct witness *seen = witness_of(w, incident);
	const struct incident *i =
		memory_store_incident(w->store, incident - 1);
	/* Approving it again changes nothing. */
	if (strcmp(seen->allowed, i->plan.hash) == 0)
		return;
	copy_hash(seen->allowed, i->plan.hash);
	seen->probed = false;
}

/* --- an intent ------------------------------------------------------------ */

/* Promise 2 and 3: a look showed this fault with this plan, and the plan was
 * rehearsed, or a person approved it and it was looked at since. */
static void
check_proof(struct world *w, const struct incident *i, const struct app *app,
	const char *hash)
{
	struct witness *seen = witness_of(w, i->id);
	unsigned long long id = i->id;
	if (!seen->shown || strcmp(seen->hash, hash) != 0)
		world_broken(w,
			"%llu is mended, and no look showed its fault with "
			"this plan",
			id);
	bool asked = strcmp(seen->allowed, hash) == 0 && seen->probed;
	bool proven = app->policy->mode == MODE_ACT &&
		strcmp(seen->passed, hash) == 0 && seen->attempts == 0;
	if (app->policy->mode == MODE_REPORT || (!asked && !proven))
		world_broken(w,
			"%llu is mended, and neither was it rehearsed for the "
			"first time nor approved and looked at again",
			id);
	seen->attempts++;
	/* Each approval is good for one attempt. */
	seen->allowed[0] = '\0';
	seen->probed = false;
}

/* Promise 4: the limits, counted again by a clock that nobody sets. */
static void
check_budget(struct world *w, size_t database, const struct policy *policy)
{
	unsigned hour = 1, day = 1, failed = 0;
	usec last_end = 0, cooldown = policy->cooldown;
	bool streak = true;
	for (size_t k = w->n_attempts; k-- > 0;) {
		const struct attempt_witness *a = &w->attempts[k];
		if (a->database != database || a->held)
			continue;
		if (!a->ended)
			world_broken(w,
				"an attempt on %s is stored while another one "
				"is under way",
				w->databases[database].name);
		hour += a->begun + USEC_HOUR > w->steady;
		day += a->begun + USEC_DAY > w->steady;
		last_end = MAX(last_end, a->ended);
		streak &= a->failed;
		failed += streak;
	}
	cooldown = MIN(cooldown << MIN(failed, 16),
		MAX(cooldown, LIMITS_COOLDOWN_MOST));
	if (hour > policy->attempts.hour || day > policy->attempts.day)
		world_broken(w,
			"%u attempts on %s within the hour, %u within the day",
			hour, w->databases[database].name, day);
	if (last_end && last_end + cooldown > w->steady)
		world_broken(w,
			"an attempt on %s %llus after the last one, within its "
			"cooldown of %llus",
			w->databases[database].name,
			(unsigned long long)((w->steady - last_end) /
				USEC_SECOND),
			(unsigned long long)(cooldown / USEC_SECOND));
}

static void
see_intent(struct world *w, const struct attempt *a)
{
	const struct incident *i =
		memory_store_incident(w->store, a->incident - 1);
	const struct app *app = settings_app(&w->settings, i->app);
	size_t database = w->database_of[world_app(w, app)];
	if (w->n_attempts == WORLD_ATTEMPTS)
		world_broken(w, "there are too many attempts to follow");
	world_say(w, "  attempt %u of %llu is stored: %s", a->number,
		(unsigned long long)a->incident, a->key);
	check_budget(w, database, app->policy);
	check_proof(w, i, app, a->plan_hash);
	struct attempt_witness *seen = &w->attempts[w->n_attempts++];
	*seen = (struct attempt_witness){ .database = database,
		.begun = w->steady };
	memcpy(seen->key, a->key, sizeof(seen->key));
}

/* Promise 4: never while hands are at it, and never blind. */
static void
see_end(struct world *w, struct attempt_witness *seen, const struct attempt *a)
{
	if (seen->lost && !seen->recovered && a->outcome != OUTCOME_IN_DOUBT)
		world_broken(w,
			"%s was lost, and is stored as over though nobody "
			"looked what became of it",
			seen->key);
	if (strcmp(w->databases[seen->database].mending, seen->key) == 0)
		world_broken(w, "%s is stored as over while hands are at it",
			seen->key);
	seen->ended = w->steady;
	if (a->outcome != OUTCOME_HELD_BACK)
		return;
	if (seen->mended)
		world_broken(
			w, "%s is stored as held back, and was not", seen->key);
	/* It is as if there had been none. */
	seen->held = true;
	witness_of(w, a->incident)->attempts--;
}

/* The store's attempts stand in the order of their intents, as ours do. */
static void
check_attempts(struct world *w)
{
	const struct attempt *a;
	for (size_t k = 0; (a = memory_store_attempt(w->store, k)); k++) {
		if (k == w->n_attempts)
			see_intent(w, a);
		struct attempt_witness *seen = &w->attempts[k];
		if (!seen->ended && a->ended)
			see_end(w, seen, a);
		seen->failed = a->failed;
	}
}

static struct attempt_witness *
attempt_of(struct world *w, const char *key)
{
	for (size_t k = 0; k < w->n_attempts; k++)
		if (strcmp(w->attempts[k].key, key) == 0)
			return &w->attempts[k];
	world_broken(w, "nobody stored the intent of %s", key);
}

void
invariants_lost(struct world *w, const char *key)
{
	attempt_of(w, key)->lost = true;
	attempt_of(w, key)->recovered = false;
}

void
invariants_recovered(struct world *w, const char *key)
{
	attempt_of(w, key)->recovered = true;
}

/* --- the act -------------------------------------------------------------- */

void
invariants_mend_begins(struct world *w, const struct fake_job *job)
{
	size_t database = w->database_of[world_app(w, job->app)];
	struct world_database *db = &w->databases[database];
	check_attempts(w);
	if (*db->mending)
		world_broken(w, "%s and %s change %s at once", db->mending,
			job->key, db->name);
	memcpy(db->mending, job->key, sizeof(db->mending));
	for (size_t k = 0; k < w->n_attempts; k++)
		if (strcmp(w->attempts[k].key, job->key) == 0 &&
			!w->attempts[k].ended)
			return;
	world_broken(w, "hands begin %s, which is not stored as under way",
		job->key);
}

void
invariants_mend_ends(struct world *w, const struct fake_job *job)
{
	w->databases[w->database_of[world_app(w, job->app)]].mending[0] = '\0';
}

/* Promise 4: never twice. */
void
invariants_mended(struct world *w, const struct fake_job *job)
{
	struct attempt_witness *seen = attempt_of(w, job->key);
	if (seen->mended)
		world_broken(w, "%s is carried out a second time", job->key);
	seen->mended = true;
}

bool
invariants_was_mended(struct world *w, const char *key)
{
	return attempt_of(w, key)->mended;
}

/* --- the end -------------------------------------------------------------- */

static bool
rests(const struct incident *i)
{
	switch (i->state) {
	case STATE_OPEN:
	case STATE_DIAGNOSING:
	case STATE_WAITING:
	case STATE_REHEARSING:
	case STATE_MENDING:
	case STATE_VERIFYING:
	case STATE_REGRESSED:
		return false;
	case STATE_AWAITING_APPROVAL:
		return !i->approved_by; /* a person is waited for */
	default:
		return true;
	}
}

size_t
invariants_busy(const struct world *w)
{
	const struct incident *i;
	size_t n = 0;
	for (size_t k = 0; (i = memory_store_incident(w->store, k)); k++)
		n += !rests(i);
	return n;
}

void
invariants_check(struct world *w)
{
	const struct incident *i;
	check_attempts(w);
	for (size_t k = 0; (i = memory_store_incident(w->store, k)); k++)
		witness_of(w, i->id)->state = i->state;
}

/* Promise 5: whoever was asked is told how it ended, or what it is now. */
static void
check_told(struct world *w, const struct incident *i)
{
	struct outgoing *list = NULL;
	size_t n = 0;
	(void)store_outbox_of(w->store, i->id, &list, &n, NULL);
	bool asked = n &&
		strcmp(list[n - 1].kind, notice_kind_name(NOTICE_QUESTION)) ==
			0;
	outgoings_free(list, n);
	if (asked && i->state != STATE_AWAITING_APPROVAL)
		world_broken(w,
			"a person was asked about %llu, which is %s, and never "
			"told of its end",
			(unsigned long long)i->id, state_name(i->state));
}

void
invariants_end(struct world *w)
{
	const struct incident *i;
	for (size_t k = 0; (i = memory_store_incident(w->store, k)); k++) {
		if (!rests(i))
			world_broken(w,
				"%llu does not come to an end: it is %s",
				(unsigned long long)i->id,
				state_name(i->state));
		check_told(w, i);
	}
}
