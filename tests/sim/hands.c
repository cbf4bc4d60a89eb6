#include "config.h"
#include "sim/world.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/stop-files.h"

/* How hands do their work: quickly or slowly, well or badly, to its end or not.
 * What they find is what is really so; that they are sent for it, and when, is
 * head's. */

enum phase {
	PHASE_IDLE,    /* a mend whose attempt has no file yet */
	PHASE_CLAIMED, /* it has, and nothing was changed yet */
	PHASE_AT_IT,   /* everything else */
};

/* Which table the job is about; NULL: none that anything creates. */
static struct truth *
truth_of(struct world *w, const struct fake_job *job)
{
	const char *table = job->object.value[OBJECT_TABLE];
	if (job->class != CLASS_MISSING_TABLE || !table || table[0] != 'T')
		return NULL;
	return &w->truths[world_app(w, job->app)][table[1] - '0'];
}

/* A name that somebody wrote into the log, and no table ever had. */
static bool
is_forged(const struct fake_job *job)
{
	const char *table = job->object.value[OBJECT_TABLE];
	return table && table[0] == 'F';
}

static struct world_database *
database_of(struct world *w, const struct fake_job *job)
{
	return &w->databases[w->database_of[world_app(w, job->app)]];
}

static void
plan_hash(char hash[SHA256_HEX], const struct fake_job *job,
	const struct truth *t)
{
	own(str) char *text = xprintf("%s-%s-%u", job->app->name,
		job->object.value[OBJECT_TABLE], t->version);
	memset(hash, '0', SHA256_HEX - 1);
	hash[SHA256_HEX - 1] = '\0';
	memcpy(hash, text, MIN(strlen(text), SHA256_HEX - 1));
}

/* They stand still for hours, and some of them no signal ends before that. */
static void
hang(struct world *w, struct fake_job *job)
{
	if (!world_troubled(w) || !world_once_in(w, 25))
		return;
	job->due = w->steady + world_between(w, 0, 6 * USEC_HOUR);
	job->immortal = world_once_in(w, 4);
	world_say(w, "  hands %d of %s hang%s %s", job->purpose, job->app->name,
		job->immortal ? ", whatever they are sent" : "", job->key);
}

void
hands_sent(void *arg, struct fake_job *job)
{
	struct world *w = arg;
	usec most = world_once_in(w, 6) ? 3 * USEC_MINUTE : 10 * USEC_SECOND;
	job->due = w->steady + world_between(w, USEC_SECOND / 10, most);
	job->phase = job->purpose == FOR_MEND ? PHASE_IDLE : PHASE_AT_IT;
	/* Hands of a mend may be stalled for as long as one likes. */
	if (job->purpose == FOR_MEND && world_troubled(w) &&
		world_once_in(w, 12))
		job->due = w->steady + world_between(w, 0, 3 * USEC_HOUR);
	hang(w, job);
	if (job->purpose == FOR_DIAGNOSIS)
		invariants_look_begins(w, job);
	if (job->purpose == FOR_MISSING)
		job->due = w->steady + world_between(w, 1, 2 * USEC_SECOND);
	world_say(w, "  hands %d are sent to %s for %llu %s", job->purpose,
		job->app->name, (unsigned long long)job->incident, job->key);
}

usec
hands_next(void)
{
	usec next = USEC_NEVER;
	const struct fake_job *job;
	for (size_t k = 0; (job = fake_hands_at(k)); k++)
		next = MIN(next, job->due);
	return next;
}

/* --- what they say -------------------------------------------------------- */

static void
say_target(const struct world_database *db, struct result *r)
{
	r->host = xstrdup("db");
	r->port = xstrdup("5432");
	r->database = xstrdup(db->name);
	r->schema = xstrdup("public");
}

static void
say_absent(struct world *w, const struct fake_job *job, const struct truth *t,
	struct report *r)
{
	r->result.fault = ANSWER_YES;
	r->result.cause = t->cause;
	if (database_of(w, job)->deploying)
		r->result.cause = CAUSE_DEPLOY_UNDER_WAY;
	if (cause_most(r->result.cause) < MOST_ASK ||
		!job->app->remedy[job->class])
		return;
	r->planned = true;
	r->plan.remedy = xstrdup("prisma");
	r->plan.writable = t->version % 7 != 6;
	r->plan.verdict = t->version % 5 == 4 ? VERDICT_ASK : VERDICT_AUTO;
	plan_hash(r->plan.hash, job, t);
}

/* What a probe of the database shows now. */
static void
look(struct world *w, const struct fake_job *job, struct report *r)
{
	const struct world_database *db = database_of(w, job);
	const struct truth *t = truth_of(w, job);
	r->result.outcome = OUTCOME_DONE;
	r->result.fault = ANSWER_UNKNOWN;
	r->result.history = ANSWER_UNKNOWN;
	r->result.cause = CAUSE_UNREACHABLE;
	if (db->down) {
		r->result.lasting = world_once_in(w, 10);
		if (job->class == CLASS_DB_UNREACHABLE)
			r->result.fault = ANSWER_YES;
		return;
	}
	say_target(db, &r->result);
	r->result.history = world_once_in(w, 10) ? ANSWER_NO : ANSWER_YES;
	if (t && t->absent) {
		say_absent(w, job, t, r);
		return;
	}
	r->result.fault = is_forged(job) ? ANSWER_YES : ANSWER_NO;
	r->result.cause = is_forged(job) ? CAUSE_UNKNOWN : CAUSE_NOT_CONFIRMED;
}

/* What hands measure that the database lacks. */
static void
list_missing(struct world *w, const struct fake_job *job, struct report *r)
{
	size_t app = world_app(w, job->app);
	r->result.outcome = OUTCOME_ERROR;
	if (database_of(w, job)->down)
		return;
	r->result.outcome = OUTCOME_DONE;
	for (unsigned k = 0; k < WORLD_TABLES; k++) {
		const struct truth *t = &w->truths[app][k];
		char table[3] = { 'T', (char)('0' + k), '\0' };
		struct object o = { 0 };
		bool awaited = t->cause == CAUSE_PENDING_MIGRATION ||
			t->cause == CAUSE_STRAY_SQL;
		enum rank rank = !t->absent ? RANK_STRANGER
			: awaited           ? RANK_AWAITED
					    : RANK_KNOWN;
		if (job->queue)
			w->ranks[app][k] = rank;
		if (rank == RANK_STRANGER)
			continue;
		object_set(&o, OBJECT_SCHEMA, SPAN("public"));
		object_set(&o, OBJECT_TABLE, span_of(table));
		missing_add(&r->missing, CLASS_MISSING_TABLE, &o, awaited);
	}
}

static void
rehearse(struct world *w, const struct fake_job *job, struct report *r)
{
	static const enum outcome likely[] = { OUTCOME_PASSED, OUTCOME_PASSED,
		OUTCOME_PASSED, OUTCOME_PASSED, OUTCOME_PASSED,
		OUTCOME_IMPOSSIBLE, OUTCOME_BROKE, OUTCOME_ERROR };
	const struct truth *t = truth_of(w, job);
	char today[SHA256_HEX];
	plan_hash(today, job, t);
	r->result.outcome = likely[world_below(w, ELEMENTS(likely))];
	if (strcmp(today, job->plan_hash) != 0)
		r->result.outcome = OUTCOME_STALE;
	if (!t->absent)
		r->result.outcome = OUTCOME_GONE;
	if (database_of(w, job)->down)
		r->result.outcome = OUTCOME_ERROR;
}

/* --- a mend --------------------------------------------------------------- */

/* What stops a mend, as hands ask for it: the files are real. Owned. */
static char *
stopped(struct world *w, const struct fake_job *job)
{
	char *text = stop_files_freeze(w->settings.freeze_file);
	if (!text)
		text = stop_files_paused(w->settings.store);
	if (!text && job->stopped)
		text = xstrdup(job->stopped);
	return text;
}

/* Between two units that share no transaction: some of it is there. */
static void
apply_partly(struct world *w, struct fake_job *job, struct report *r)
{
	struct truth *t = truth_of(w, job);
	invariants_mended(w, job);
	t->absent = t->absent && world_once_in(w, 2);
	r->result.outcome = OUTCOME_HELD_PARTLY;
	r->result.fault = t->absent ? ANSWER_YES : ANSWER_NO;
}

/* True: they were stopped, and are gone. */
static bool
hold_back(struct world *w, struct fake_job *job)
{
	own(str) char *text = stopped(w, job);
	if (!text)
		return false;
	own(report) struct report r = { .answered = true };
	r.result.fault = r.result.history = ANSWER_UNKNOWN;
	r.result.outcome = OUTCOME_HELD_BACK;
	if (job->phase == PHASE_AT_IT && world_once_in(w, 4))
		apply_partly(w, job, &r);
	world_say(w, "  hands end %s: %s: %s", job->key,
		outcome_name(r.result.outcome), text);
	r.result.text = take(text);
	fake_file_end(job->key, ATTEMPT_FILE_ENDED, &r.result);
	/* The result is in the file, and is not heard. */
	r.answered = !world_once_in(w, 6);
	fake_hands_end(job, &r);
	return true;
}

static void
die(struct world *w, struct fake_job *job, const char *when)
{
	own(report) struct report r = { 0 };
	world_say(w, "  hands %d die %s %s", job->purpose, when, job->key);
	fake_hands_end(job, &r);
}

/* They make the attempt's file, and so nobody else can; or they cannot. */
static void
claim(struct world *w, struct fake_job *job)
{
	own(report) struct report r = { .answered = true };
	r.result.outcome = OUTCOME_ERROR;
	if (world_once_in(w, 20)) {
		die(w, job, "before they claim");
		return;
	}
	if (world_once_in(w, 20)) {
		r.result.text = xstrdup("their disk is full");
	} else if (fake_file_make(job->key) < 0) {
		r.result.text = xstrdup("the attempt has its file already");
	} else {
		job->phase = PHASE_CLAIMED;
		people_stop(w);
		job->due = w->steady +
			world_between(w, USEC_SECOND / 10, 10 * USEC_SECOND);
		hang(w, job);
		world_say(w, "  hands claim %s", job->key);
		return;
	}
	fake_hands_end(job, &r);
}

static void
begin_mend(struct world *w, struct fake_job *job)
{
	if (world_once_in(w, 12)) {
		fake_file_end(job->key, ATTEMPT_FILE_UNBEGUN, NULL);
		die(w, job, "before they begin");
		return;
	}
	if (hold_back(w, job))
		return;
	job->phase = PHASE_AT_IT;
	people_stop(w);
	job->due =
		w->steady + world_between(w, USEC_SECOND / 10, 2 * USEC_MINUTE);
	hang(w, job);
	world_say(w, "  hands begin %s", job->key);
	invariants_mend_begins(w, job);
}

/* In the middle: what they did others must find out. */
static void
lose(struct world *w, struct fake_job *job, const char *when)
{
	fake_file_end(job->key, ATTEMPT_FILE_LOST, NULL);
	invariants_lost(w, job->key);
	die(w, job, when);
}

static enum outcome
mend(struct world *w, const struct fake_job *job)
{
	struct truth *t = truth_of(w, job);
	char today[SHA256_HEX];
	plan_hash(today, job, t);
	if (database_of(w, job)->down)
		return world_once_in(w, 2) ? OUTCOME_IN_DOUBT
					   : OUTCOME_NOT_APPLIED;
	if (!t->absent)
		return OUTCOME_GONE;
	if (strcmp(today, job->plan_hash) != 0)
		return OUTCOME_STALE;
	if (world_once_in(w, 5))
		return OUTCOME_NOT_APPLIED;
	/* It may be applied, and the fault there all the same. */
	t->absent = world_once_in(w, 6);
	return OUTCOME_APPLIED;
}

static void
end_mend(struct world *w, struct fake_job *job)
{
	own(report) struct report r = { .answered = true };
	invariants_mend_ends(w, job);
	if (world_once_in(w, 12)) {
		lose(w, job, "before their first change");
		return;
	}
	if (hold_back(w, job))
		return;
	invariants_mended(w, job);
	r.result.outcome = mend(w, job);
	r.result.text = xstrdup("as the seed says");
	if (world_once_in(w, 6)) {
		lose(w, job, "at the end");
		return;
	}
	fake_file_end(job->key, ATTEMPT_FILE_ENDED, &r.result);
	/* The result is in the file, and is not heard. */
	r.answered = !world_once_in(w, 6);
	fake_hands_end(job, &r);
}

static void
recover(struct world *w, const struct fake_job *job, struct report *r)
{
	static const enum outcome likely[] = { OUTCOME_APPLIED,
		OUTCOME_NOT_APPLIED, OUTCOME_IN_DOUBT };
	if (database_of(w, job)->down) {
		r->result.outcome = OUTCOME_ERROR;
		return;
	}
	r->result.unbegun = !invariants_was_mended(w, job->key);
	r->result.outcome = r->result.unbegun
		? OUTCOME_NOT_APPLIED
		: likely[world_below(w, ELEMENTS(likely))];
}

/* SIGKILL, from the head that sent them or from a later one. */
void
hands_killed(void *arg, struct fake_job *job)
{
	struct world *w = arg;
	if (job->purpose == FOR_MEND && job->phase == PHASE_AT_IT) {
		invariants_mend_ends(w, job);
		lose(w, job, "of a signal in the middle of");
		return;
	}
	if (job->purpose == FOR_MEND && job->phase == PHASE_CLAIMED)
		fake_file_end(job->key, ATTEMPT_FILE_UNBEGUN, NULL);
	die(w, job, "of a signal");
}

/* Of hands that no signal ended at once. */
static bool
was_killed(const struct fake_job *job)
{
	return job->overdue.stage >= OVERDUE_KILLED ||
		(*job->key && fake_file_signal(job->key) == SIGKILL &&
			job->phase != PHASE_IDLE);
}

/* --- one of them ---------------------------------------------------------- */

static void
work(struct world *w, struct fake_job *job)
{
	own(report) struct report r = { .answered = true };
	if (was_killed(job)) {
		hands_killed(w, job);
		return;
	}
	if (job->purpose == FOR_MEND) {
		static void (*const phases[])(
			struct world *, struct fake_job *) = {
			[PHASE_IDLE] = claim,
			[PHASE_CLAIMED] = begin_mend,
			[PHASE_AT_IT] = end_mend,
		};
		phases[job->phase](w, job);
		return;
	}
	if (world_troubled(w) && world_once_in(w, 15)) {
		world_say(w, "  hands %d of %s die", job->purpose,
			job->app->name);
		r.answered = false;
	} else if (world_troubled(w) && world_once_in(w, 20)) {
		r.result.outcome = OUTCOME_ERROR;
		r.result.text = xstrdup("it could not be done");
	} else if (job->purpose == FOR_TARGET) {
		r.result.outcome = database_of(w, job)->down ? OUTCOME_ERROR
							     : OUTCOME_DONE;
		if (r.result.outcome == OUTCOME_DONE)
			say_target(database_of(w, job), &r.result);
	} else if (job->purpose == FOR_MISSING) {
		list_missing(w, job, &r);
	} else if (job->purpose == FOR_REHEARSAL) {
		rehearse(w, job, &r);
		invariants_rehearsed(w, job, &r);
	} else if (job->purpose == FOR_RECOVERY) {
		recover(w, job, &r);
		if (r.result.outcome != OUTCOME_ERROR)
			invariants_recovered(w, job->key);
	} else {
		look(w, job, &r);
	}
	if (job->purpose != FOR_TARGET && job->purpose != FOR_MISSING &&
		job->purpose != FOR_REHEARSAL && job->purpose != FOR_RECOVERY)
		invariants_looked(w, job, &r);
	fake_hands_end(job, &r);
}

void
hands_work(struct world *w)
{
	struct fake_job *job;
	for (size_t k = 0; (job = fake_hands_at(k)); k++)
		if (job->due <= w->steady) {
			work(w, job);
			return;
		}
}
