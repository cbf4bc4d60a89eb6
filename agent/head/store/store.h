/* The store: what must survive. sqlite/ keeps it in a file; a program that is
 * linked with another implementation of these functions keeps it elsewhere (the
 * simulation of tests/sim: in memory). Opened by one process at a time, which
 * holds a lock beside it (PATH.lock). Each change is durable when its call, or
 * the store_commit() around it, has returned 0; a failure leaves the store as
 * it was before the transaction. Every function returns 0 or a negative errno
 * with a sentence: -ENOSPC for a full disk, -EIO, -ENOENT where a thing that
 * was asked for is not there (nothing is written to *ret then). After a sync
 * that failed every further call gives -EIO: only a new start may go on. */
#pragma once

#include <sys/types.h>

#include "head/model/incident.h"
#include "wire/batch.h"

struct store;

/* Creates the file, and the last folder of its path (0700), where missing;
 * upgrades an older schema in one transaction. -EWOULDBLOCK: another process
 * has it, named by its pid. -EPROTONOSUPPORT: written by a newer logmend. */
int store_open(const char *path, struct store **ret, struct why *why);
void store_close(struct store *s);
OWN(store, struct store *, store_close);

/* Everything between them happens or does not. They do not nest (-EBUSY). A
 * change outside of a transaction is one of its own. After a failed commit the
 * transaction is rolled back already. */
int store_begin(struct store *s, struct why *why);
int store_commit(struct store *s, struct why *why);
void store_rollback(struct store *s);

/* Whether a sync failed or the file is gone; whoever serves should end, and be
 * started again. */
bool store_broken(const struct store *s);

/* How its writes ended since it was opened. A call that failed for what was
 * asked of it (-EEXIST, -ENOENT, -ESTALE and the like) is none that failed. */
struct store_writes {
	uint64_t done;   /* changes that are durable */
	uint64_t failed; /* no room, a disk that fails or may not be written */
	int error;       /* of the last one that failed: a positive errno */
};

struct store_writes store_writes(const struct store *s);

/* --- positions ------------------------------------------------------------ */

/* One of the files that a log was rotated into. */
struct checkpoint_file {
	char *key;     /* which file it is, whatever its name */
	uint64_t base; /* offset of its first byte in the log */
};

/* How far a log was read. */
struct checkpoint {
	uint64_t id;
	char *app;
	char *container;    /* NULL: not a container's */
	char *path;         /* its name; rotated copies have others */
	struct position at; /* counted over all files, also those that are
			       read and forgotten */
	usec moved;
	/* When all that was in it was read, by the wall clock; 0: not known.
	 * `ended`: its container had ended by then. */
	usec whole;
	bool ended;
	int64_t since_ns;              /* log time; older faults do not count */
	struct checkpoint_file *files; /* oldest first */
	size_t n_files;
};

void checkpoint_free(struct checkpoint *p);
void checkpoints_free(struct checkpoint *list, size_t n);

/* Without its files; fills in the id. */
int
store_checkpoint_add(struct store *s, struct checkpoint *p, struct why *why);
/* -ENOENT: nothing is stored. */
int store_checkpoint_at(
	struct store *s, uint64_t id, struct position *ret, struct why *why);
/* -ESTALE if what is stored is not `from` (or nothing is): drop the batch. */
int
store_checkpoint_move(struct store *s, uint64_t id, const struct position *from,
	const struct position *to, usec now, struct why *why);
/* Wherever it was before. Nothing is read with it: `moved` is when something
 * was last, and when all was stays. */
int store_checkpoint_set(struct store *s, uint64_t id,
	const struct position *at, usec moved, struct why *why);
/* All of it was read until now; store_checkpoint_move() takes that back. */
int store_checkpoint_whole(
	struct store *s, uint64_t id, usec now, bool ended, struct why *why);
/* With its files. */
int store_checkpoint_forget(struct store *s, uint64_t id, struct why *why);
/* Stores it whatever was there of this key before. */
int store_file_put(struct store *s, uint64_t id,
	const struct checkpoint_file *f, struct why *why);
int store_file_forget(struct store *s, const char *key, struct why *why);
/* In the order in which they were added. */
int store_checkpoints(
	struct store *s, struct checkpoint **ret, size_t *n, struct why *why);

/* Bytes nobody could read any more, or a record that was put aside. */
struct gap {
	uint64_t id; /* the store's */
	char *key;
	char *app;
	char *path;
	uint64_t from; /* byte offset */
	uint64_t
		lost; /* so many bytes, as far as that is known; 0: it is not */
	usec at;
	bool possible; /* nobody knows that anything was lost; the reason says
			  what may be */
	char *reason;  /* a sentence */
};

void gaps_free(struct gap *list, size_t n);
int store_gap_add(struct store *s, const struct gap *g, struct why *why);
/* Those that no incident tells of yet, oldest first, at most `most`. */
int store_gaps_untold(struct store *s, size_t most, struct gap **ret, size_t *n,
	struct why *why);
/* An incident tells of it; in the transaction of that. */
int store_gap_told(struct store *s, uint64_t id, struct why *why);
/* Newest first, at most `most`. */
int store_gaps(struct store *s, size_t most, struct gap **ret, size_t *n,
	struct why *why);

/* --- targets and faults without a fingerprint ----------------------------- */

/* Whose database an app uses; no secret. */
struct target {
	char *host, *port, *database, *schema;
};

void target_free(struct target *t);
static inline void
target_let_go(struct target *t)
{
	target_free(t);
}
/* `db.example:5432/moving`: what attempts are counted by. Owned. */
char *target_database(const struct target *t);
int store_target_get(
	struct store *s, const char *app, struct target *ret, struct why *why);
int store_target_put(struct store *s, const char *app, const struct target *t,
	usec now, struct why *why);

/* Faults that wait until more is known of their app: one row for equal app,
 * rule, class and object. An app has UNPLACED_MOST of them and, for each rule
 * and class, one more that names no object and stands for the rest. */
#define UNPLACED_MOST 200u
struct unplaced {
	char *app;
	char *rule;
	enum fault_class class;
	struct object object;
	uint64_t count;
	int64_t first_ns, last_ns;
	char *sample;
};

void unplaced_free(struct unplaced *list, size_t n);
int store_unplaced_add(struct store *s, const char *app, const char *rule,
	const struct fault *f, struct why *why);
/* How many rows the app has. */
int store_unplaced_count(
	struct store *s, const char *app, size_t *ret, struct why *why);
/* The app's rows, which are gone from the store with the transaction around
 * this call. */
int store_unplaced_take(struct store *s, const char *app, struct unplaced **ret,
	size_t *n, struct why *why);

/* --- incidents ------------------------------------------------------------ */

/* Gives it its id. */
int store_incident_add(struct store *s, struct incident *i, struct why *why);
/* Everything but id and fingerprint, and but count, first and last. */
int
store_incident_save(struct store *s, const struct incident *i, struct why *why);
/* Adds to count, widens first and last. */
int store_incident_seen(struct store *s, uint64_t id, uint64_t count,
	int64_t first_ns, int64_t last_ns, struct why *why);
int store_incident_get(
	struct store *s, uint64_t id, struct incident *ret, struct why *why);
/* The newest one with this fingerprint, in whatever state. */
int store_incident_newest(struct store *s, const char *fingerprint,
	struct incident *ret, struct why *why);

struct incident_filter {
	const char *app; /* NULL: all */
	int class;       /* -1: all */
	/* Only those that something is still to be done about: neither
	 * resolved nor closed, and not resting as not-confirmed, which anyone
	 * who can write a log line may bring about as often as they like. */
	bool live;
	size_t most;     /* 0: no limit */
	uint64_t before; /* only those with a smaller id; 0: all */
};

/* Newest first. */
int store_incidents(struct store *s, const struct incident_filter *f,
	struct incident **ret, size_t *n, struct why *why);

/* How many there are in each state. */
int store_incident_counts(
	struct store *s, size_t counts[INCIDENT_STATES], struct why *why);

int store_findings_put(struct store *s, uint64_t incident,
	const struct finding *list, size_t n, struct why *why);
int store_findings(struct store *s, uint64_t incident, struct finding **ret,
	size_t *n, struct why *why);

/* Every decision and change of state, in the order of their adding. */
int store_moment_add(struct store *s, uint64_t incident, usec now,
	const char *kind, const char *text, struct why *why);
int store_moments(struct store *s, uint64_t incident, struct moment **ret,
	size_t *n, struct why *why);

/* --- listings of plans -----------------------------------------------------
 */

/* The listing of the incident's plan with this hash (hands/plan/plan-listing.h)
 * in place of an earlier plan's. */
int store_listing_put(struct store *s, uint64_t incident, const char *hash,
	const char *text, struct why *why);
/* Owned. -ENOENT: none is stored of the plan with this hash. */
int store_listing_get(struct store *s, uint64_t incident, const char *hash,
	char **ret, struct why *why);
/* The whole listing was printed for this user, who may approve the plan then.
 */
int store_listing_printed(struct store *s, uint64_t incident, uid_t uid,
	const char *hash, usec now, struct why *why);
int store_listing_was_printed(struct store *s, uint64_t incident, uid_t uid,
	const char *hash, bool *ret, struct why *why);

/* --- attempts and looks --------------------------------------------------- */

/* The intent: must be committed before hands start. -EEXIST: the incident has
 * an attempt of that number, or the key was used. */
int
store_attempt_add(struct store *s, const struct attempt *a, struct why *why);
/* -ENOENT if there is no such key. Writes ended, outcome, failed, text, and
 * what is known of its proposal. */
int
store_attempt_end(struct store *s, const struct attempt *a, struct why *why);
/* By number. */
int store_attempts(struct store *s, uint64_t incident, struct attempt **ret,
	size_t *n, struct why *why);
/* Those that have no end yet, in the order of their intents. */
int store_attempts_under_way(
	struct store *s, struct attempt **ret, size_t *n, struct why *why);
/* Those whose proposal people are reminded to commit, by incident and number:
 * of this incident, or of all (0). */
int store_uncommitted(struct store *s, uint64_t incident, struct attempt **ret,
	size_t *n, struct why *why);
/* Nobody is reminded of the incident's proposals any more. */
int store_uncommitted_end(struct store *s, uint64_t incident, struct why *why);
/* What limits_check() wants: all attempts on this database that count
 * (outcome_counts()), the one stored last first. Freed with free(). */
int store_past_attempts(struct store *s, const char *database,
	struct past_attempt **ret, size_t *n, struct why *why);

/* The clock was set: times of attempts and looks after `after` and up to
 * `until` move by `by` (usec). */
int store_times_shift(
	struct store *s, usec after, usec until, int64_t by, struct why *why);

/* A diagnosis began; those of more than a day ago are forgotten. */
int store_look_add(struct store *s, const char *app, usec now, struct why *why);
/* The app's last one does not count: it met no database. */
int store_look_undo(struct store *s, const char *app, struct why *why);
/* Their times, freed with free(). */
int store_looks(struct store *s, const char *app, usec since, usec **ret,
	size_t *n, struct why *why);

/* --- outbox --------------------------------------------------------------- */

/* A notice on its way: at least once. Parts are plain text; what the target
 * wants escaped is escaped when it is sent. */
struct outgoing {
	uint64_t id;
	uint64_t incident; /* 0: none */
	char *notify;      /* the section's name */
	char *kind;        /* notice_kind_name() */
	char *text;
	char *command; /* the line to type; NULL: none */
	char *excerpt; /* log text, or a question's plan; escaped; NULL */
	usec queued;
	unsigned tries;
	usec due;
	usec sent; /* 0: not yet */
	bool given_up;
	char *error; /* the last one */
};

void outgoing_free(struct outgoing *o);
static inline void
outgoing_let_go(struct outgoing *o)
{
	outgoing_free(o);
}
void outgoings_free(struct outgoing *list, size_t n);

/* Fills id. */
int store_outbox_add(struct store *s, struct outgoing *o, struct why *why);
/* The next to send: each target gets its notices in their order, one target
 * that does not answer keeps no other waiting. -ENOENT: none is queued for a
 * target outside of `busy` (NULL-terminated names, may be NULL). The row's
 * `due` may lie in the future. */
int store_outbox_next(struct store *s, char *const *busy, struct outgoing *ret,
	struct why *why);
int store_outbox_sent(struct store *s, uint64_t id, usec now, struct why *why);
/* One more try failed; the next is due then. */
int store_outbox_later(struct store *s, uint64_t id, usec due,
	const char *error, struct why *why);
int store_outbox_give_up(
	struct store *s, uint64_t id, const char *error, struct why *why);
/* An incident's notices, oldest first. */
int store_outbox_of(struct store *s, uint64_t incident, struct outgoing **ret,
	size_t *n, struct why *why);
/* How many wait, and how many were given up. */
int store_outbox_count(struct store *s, uint64_t *waiting, uint64_t *given_up,
	struct why *why);

/* --- single values -------------------------------------------------------- */

/* Owned; -ENOENT if the key was never set. Keys: `unknown-notice:APP`, ... */
int
store_value_get(struct store *s, const char *key, char **ret, struct why *why);
/* NULL removes it. */
int store_value_put(
	struct store *s, const char *key, const char *value, struct why *why);
/* `logmend pause`: since when, by whom; *since is 0 when not paused. */
int store_paused(struct store *s, usec *since, struct why *why);
int store_pause(struct store *s, usec now, struct why *why);
/* Ends every wait: incidents that wait are due now. */
int store_waits_end(struct store *s, struct why *why);
/* What was not confirmed for the app is looked at when it is seen from `now`
 * on, and not only later. */
int
store_looks_due(struct store *s, const char *app, usec now, struct why *why);
/* Ends the pause, and so what waits for it. */
int store_resume(struct store *s, struct why *why);
