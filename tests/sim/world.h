/* One history: a head over a store in memory, hands and databases that do what
 * a seed says, and a clock that jumps from one event to the next. */
#pragma once

#include "config/settings.h"
#include "head/incidents/scheduler.h"
#include "sim/fake-hands.h"

#define WORLD_APPS 4u
#define WORLD_TABLES 3u
#define WORLD_DATABASES 2u
#define WORLD_INCIDENTS 4096u
#define WORLD_ATTEMPTS 1024u
#define WORLD_LOOKS 256u
#define WORLD_EVENTS 200000u

/* What is really so. */
struct truth {
	bool absent;      /* the table is missing */
	unsigned version; /* of the plan that would make it */
	enum cause cause; /* why it is missing */
};

struct world_database {
	const char *name;
	bool down, deploying;
	char mending[KEY_TEXT]; /* the attempt that changes it now, or empty */
};

/* What the world itself saw of an incident, whatever the store says. */
struct witness {
	enum incident_state state;
	bool shown;               /* the last look showed the fault */
	char hash[SHA256_HEX];    /* its plan */
	char passed[SHA256_HEX];  /* the plan whose rehearsal passed */
	char allowed[SHA256_HEX]; /* the plan that a person approved */
	bool probed;              /* and a look showed it since then */
	unsigned attempts;
};

struct attempt_witness {
	char key[KEY_TEXT];
	size_t database;
	usec begun, ended; /* by the steady clock; 0: not yet */
	bool failed;
	bool held;      /* it changed nothing, and counts for nothing */
	bool mended;    /* its hands changed something */
	bool lost;      /* its hands died in the middle */
	bool recovered; /* and others found out what they did */
};

struct world {
	uint64_t seed, random;
	bool loud; /* the history is printed as it happens */
	struct buf history;

	usec steady, end_of_trouble;
	int64_t wall_ahead; /* of the steady clock */
	struct clock clock;

	struct notify notify;
	const struct notify *told[1];
	struct policy policies[WORLD_APPS];
	struct remedy remedies[WORLD_APPS];
	struct app apps[WORLD_APPS];
	struct settings settings;
	size_t database_of[WORLD_APPS];
	struct truth truths[WORLD_APPS][WORLD_TABLES];
	struct world_database databases[WORLD_DATABASES];

	struct store *store;
	struct scheduler *scheduler; /* NULL: no head runs */
	usec wake;                   /* when the scheduler wants to run */
	usec start;                  /* when a head is started */
	usec disk_full_until, files_broken_until;
	bool killed; /* nothing that head does reaches the disk any more */

	/* As hands told this head, who knows nothing at first. */
	enum rank ranks[WORLD_APPS][WORLD_TABLES];

	uint64_t events;
	/* The last ones, oldest first. */
	usec looks[WORLD_APPS][RANKS][WORLD_LOOKS];
	size_t n_looks[WORLD_APPS][RANKS];
	struct witness witness[WORLD_INCIDENTS];
	struct attempt_witness attempts[WORLD_ATTEMPTS];
	size_t n_attempts;
};

void world_open(struct world *w, uint64_t seed, const char *folder);
void world_close(struct world *w);
/* Plays what is due until then, and holds the invariants. */
void world_run(struct world *w, usec until);
/* Plays trouble, then peace, and holds the invariants all the time. */
void world_play(struct world *w);

/* A number below n; true once in `times`; a length of time in between. */
uint64_t world_below(struct world *w, uint64_t n);
bool world_once_in(struct world *w, unsigned times);
usec world_between(struct world *w, usec least, usec most);
/* The time on the wall. */
usec world_now(const struct world *w);
/* Whether it is still the time of trouble. */
bool world_troubled(const struct world *w);
/* A line of the history. */
void world_say(struct world *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* An invariant does not hold: prints the seed and the history, and ends. */
_Noreturn void world_broken(struct world *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
size_t world_app(const struct world *w, const struct app *app);

/* --- hands.c: how hands do their work ------------------------------------- */

void hands_sent(void *arg, struct fake_job *job);
void hands_killed(void *arg, struct fake_job *job);
/* The time of the next thing that hands do. */
usec hands_next(void);
void hands_work(struct world *w);

/* --- people.c: what happens to the agent ---------------------------------- */

/* A line of an app's log that misses this table of schema public. */
void people_log(
	struct world *w, size_t app, enum fault_class class, const char *table);
/* One thing: a fault, an answer, a restart, ... */
void people_act(struct world *w);
/* While hands are at it, somebody may want them to stop. */
void people_stop(struct world *w);
/* Nothing stands in the way any more. */
void people_make_peace(struct world *w);
/* Ends the head, as a signal does; another one starts after `wait`. */
void people_restart(struct world *w, usec wait);

/* --- invariants.c --------------------------------------------------------- */

/* After each event. */
void invariants_check(struct world *w);
/* Hands are sent to look for a cause. */
void invariants_look_begins(struct world *w, const struct fake_job *job);
/* Hands saw the fault, or did not, and head was told. */
void invariants_looked(
	struct world *w, const struct fake_job *job, const struct report *r);
void invariants_rehearsed(
	struct world *w, const struct fake_job *job, const struct report *r);
void invariants_approved(struct world *w, uint64_t incident);
/* Hands begin, or are over, to change a database. */
void invariants_mend_begins(struct world *w, const struct fake_job *job);
void invariants_mend_ends(struct world *w, const struct fake_job *job);
/* They change it now. */
void invariants_mended(struct world *w, const struct fake_job *job);
bool invariants_was_mended(struct world *w, const char *key);
/* They died in the middle of it; others found out what they did. */
void invariants_lost(struct world *w, const char *key);
void invariants_recovered(struct world *w, const char *key);
/* Everything came to an end. */
void invariants_end(struct world *w);
/* Incidents that something is still to be done about. */
size_t invariants_busy(const struct world *w);
