/* What may be done about a diagnosed incident: a pure decision over values,
 * always with a reason. */
#pragma once

#include <stdbool.h>

#include "head/policy/limits.h"
#include "wire/finding.h"
#include "wire/plan.h"
#include "wire/result.h"
#include "config/settings.h"

enum action {
	ACTION_NONE, /* not decided yet */
	ACTION_CLOSE,
	ACTION_REFUSE, /* the guard says never; ends as reported */
	ACTION_REPORT,
	ACTION_WAIT,
	ACTION_ASK,
	ACTION_ACT,
	ACTIONS
};

/* `report`, `ask`, ...; `none` for ACTION_NONE. */
const char *action_name(enum action a);

/* Everything a decision depends on. Zero means: nothing is known, so nothing is
 * done. Pointers are borrowed. */
struct circumstances {
	usec now;
	usec waiting_since; /* incident.waiting_since: bounds the waiting */
	enum mode mode;
	const char *lowered_by; /* what lowered it, as in `the label
				   logmend.mode of service shop`; or NULL */
	enum fault_class class;
	enum cause cause;
	const char *cause_text;  /* a sentence, or NULL */
	bool lasting;            /* it will not pass by itself */
	bool has_remedy;         /* the app names one for this class */
	const struct plan *plan; /* NULL: hands have none for this cause */
	bool rehearsed; /* `rehearsal` holds; false: still to be rehearsed */
	enum outcome rehearsal;
	const char *rehearsal_text; /* a sentence, or NULL */
	bool rehearse_off;          /* the remedy says `rehearse = off` */
	bool breaker; /* the fault came back after our mend: report at most */
	bool roll_up; /* stands for many fingerprints */
	unsigned attempts; /* made for this incident: the second is asked */
	bool approved;     /* a person approved exactly this plan */
	struct limits_answer limits; /* limits_check()'s */
};

struct decision {
	enum action action;
	usec until;         /* ACTION_WAIT: when to look again */
	usec waiting_since; /* for the incident; 0: waits for no cause */
	char reason[512];   /* a sentence */
};

/* Causes that may pass are waited for this long, looked at after POLICY_RETRY,
 * then each time after as long again as it took so far, and then reported. */
#define POLICY_PATIENCE (15 * USEC_MINUTE)
#define POLICY_RETRY (10 * USEC_SECOND)

/* Before the rehearsal ASK and ACT mean: rehearse it, then decide again with
 * `rehearsed` set.
 * A limit makes either of them wait. */
void policy_decide(const struct circumstances *c, struct decision *ret);
