/* An incident: faults with the same fingerprint from first seen to its end, and
 * everything that was found out, decided and done about it. A plain value that
 * the store keeps; each text is owned, and NULL where there is none yet. */
#pragma once

#include <stdbool.h>

#include "head/policy/policy.h"
#include "wire/fault.h"
#include "wire/finding.h"
#include "wire/job.h"
#include "wire/plan.h"
#include "wire/result.h"

enum incident_state {
	STATE_NONE, /* not stored; also: a step that the table refuses */
	STATE_OPEN,
	STATE_DIAGNOSING,
	STATE_WAITING,
	STATE_REHEARSING,
	STATE_AWAITING_APPROVAL,
	STATE_MENDING,
	STATE_VERIFYING,
	STATE_RESOLVED,
	STATE_FAILED,
	STATE_IN_DOUBT,
	STATE_REPORTED,
	STATE_NOT_CONFIRMED,
	STATE_REJECTED,
	STATE_EXPIRED,
	STATE_REGRESSED,
	STATE_CLOSED,
	INCIDENT_STATES
};

enum incident_event {
	EVENT_NONE,    /* no step: the table refuses it */
	EVENT_LOOK,    /* a look begins: open, waiting, regressed */
	EVENT_RESTART, /* head came back: what was under way begins anew */
	EVENT_NOT_CONFIRMED, /* the look found no fault */
	EVENT_REPORT,        /* decision report or refuse; rehearsal broke */
	EVENT_WAIT,          /* a limit, pause, freeze, lock, unreachable */
	EVENT_REHEARSE,      /* the plan goes to the copy */
	EVENT_ASK,         /* rehearsed or not rehearsable: a person decides */
	EVENT_MEND,        /* by decision, or approved and probed the same */
	EVENT_APPLIED,     /* hands, or recovery, say: committed */
	EVENT_NOT_APPLIED, /* hands, or recovery, say: rolled back */
	EVENT_CANNOT_TELL, /* nobody knows what production holds now */
	EVENT_VERIFIED,    /* probe, history and quiet period are clean */
	EVENT_UNVERIFIED,  /* one of them is not */
	EVENT_GONE,        /* a probe found the fault gone, not by us */
	EVENT_CHANGED,     /* a probe found another plan or another cause */
	EVENT_UNCHANGED,   /* a probe found everything as it was */
	EVENT_SEEN_AGAIN,  /* a record: resolved within a day of our mend, or
			      not-confirmed and its back-off is over */
	EVENT_REJECT,
	EVENT_EXPIRE,
	EVENT_CLOSE,
	EVENTS
};

/* As `show --json` writes it: `awaiting-approval`. */
const char *state_name(enum incident_state s);
const char *event_name(enum incident_event e);
/* Where the event leads, STATE_NONE if the pair is not in the table. */
enum incident_state state_after(enum incident_state s, enum incident_event e);
/* Whether faults of its fingerprint still belong to it: all but resolved and
 * closed. */
bool state_live(enum incident_state s);
/* Whether it is probed again with back-off: reported, rejected, expired,
 * failed, in-doubt. */
bool state_rechecked(enum incident_state s);

#define APPROVAL_CODE 9 /* eight digits and the NUL */
/* What fits in each text of an incident; longer ones are cut by the store. */
#define INCIDENT_TEXT_MAX 4096u
/* Seen again within this time of our commit, it regressed. */
#define INCIDENT_REGRESSION USEC_DAY

struct incident {
	uint64_t id;       /* from 1; 0: not stored yet */
	uint64_t previous; /* the incident this one repeats; 0: none */
	char *app;
	char *rule;
	enum fault_class class;
	struct object object;
	char fingerprint[SHA256_HEX];
	bool roll_up; /* stands for the fingerprints beyond LIMITS_OPEN */
	/* The first record's text: raw bytes without colours. Secrets are taken
	 * out only where the fault waited for the app's target. */
	char *sample;
	uint64_t count;
	int64_t first_ns, last_ns; /* log time; 0: the log has none */

	enum incident_state state;
	usec opened;
	usec since;   /* of the state */
	bool breaker; /* it regressed: at most reported */

	enum cause cause;
	bool lasting; /* the cause will not pass by itself; not stored, as each
			 look tells it anew before anything is decided */
	char *cause_text; /* a sentence, escaped */
	char *target;     /* whose database was looked at, escaped */
	char *changed;    /* what changed before it, for a notice that is being
			     written; stored as a finding */
	char *way;        /* how to be asked about the plan, for such a notice,
			     too; NULL: no way */
	enum action action;
	char *reason; /* of the decision */

	struct plan plan; /* plan.remedy is NULL: there is none */

	char code[APPROVAL_CODE]; /* empty: nothing is asked */
	usec expires;             /* of the code */
	char *approved_by;        /* `root (uid 0)`; NULL: not approved */
	usec approved_at;

	bool rehearsed;
	enum outcome rehearsal;
	char *rehearsal_text;

	uint32_t attempts; /* made so far; the next one's number is one more */
	usec committed;    /* when our mend was committed; 0: none */

	bool verified;             /* `verification` holds */
	enum outcome verification; /* PASSED or BROKE */
	char *verification_text;
	usec quiet_until; /* VERIFYING: when the quiet period ends */

	usec wait_until; /* WAITING */
	char *wait_reason;
	usec waiting_since; /* decision.waiting_since */
	usec recheck_due;   /* rechecked states and not-confirmed; 0: none */
	unsigned rechecks;  /* made since the state began, or how often it was
			       not confirmed in a row: limits_recheck() */
	unsigned notices;   /* bit (1u << NOTICE_...) for each that went out */
};

void incident_free(struct incident *i);
static inline void
incident_let_go(struct incident *i)
{
	incident_free(i);
}
/* Looked at, and nothing is known that would explain it: it keeps nobody else
 * from being looked at. */
static inline bool
incident_is_unknown(const struct incident *i)
{
	return i->state == STATE_REPORTED && i->cause == CAUSE_UNKNOWN;
}
/* Frees n of them and the array. */
void incident_list_free(struct incident *list, size_t n);

/* Takes the step, or refuses with -EPROTO and a sentence and changes nothing.
 * The caller stores the incident before it acts on the new state. */
int incident_step(
	struct incident *i, enum incident_event e, usec now, struct why *why);

/* An incident of its first fault. Copies the object and the text as they are.
 */
void incident_init(struct incident *ret, const char *app, const char *rule,
	const struct fault *f, usec now);
/* Replaces an owned text. */
void incident_set(char **text, const char *value);
/* `missing-table public.AnalyticsEvent`, in words for people. Owned. */
char *incident_what(const struct incident *i);

/* CODE: the first 8 hex digits of SHA-256 over plan hash, incident id and the
 * number of the attempt it would be. */
void approval_code(const char *plan_hash, uint64_t incident, uint32_t attempt,
	char code[APPROVAL_CODE]);

/* One attempt of an incident: stored, with its key, before hands start. */
struct attempt {
	uint64_t incident;
	uint32_t number; /* from 1 */
	char key[KEY_TEXT];
	char plan_hash[SHA256_HEX];
	char *database;       /* target_database(): what the limits count */
	usec started, ended;  /* ended 0: under way, or lost */
	enum outcome outcome; /* once ended */
	bool failed; /* set by the verification too: doubles the cooldown */
	char *text;
	struct proposal proposal; /* that it applied; zeroed: none */
	/* People are reminded to commit it: whether the app's deployed image
	 * has it, as hands said last, and in a sentence (NULL: never). */
	bool uncommitted;
	enum answer deployed;
	char *deployed_text;
};

/* What hands say of a proposal that the attempt applied, so that people are
 * reminded of it. */
void attempt_take_proposal(struct attempt *a, const struct result *r);

void attempt_clear(struct attempt *a);
void attempts_free(struct attempt *list, size_t n);

/* One line of an incident's history. */
struct moment {
	usec at;
	char *kind; /* `state`, `cause`, `decision`, `rehearsal`, `approval`,
		       `step`, `notice` */
	char *text; /* a sentence, escaped */
};

void moments_free(struct moment *list, size_t n);
void finding_list_free(struct finding *list, size_t n);
