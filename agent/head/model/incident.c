#include "config.h"
#include "head/model/incident.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[INCIDENT_STATES] = {
	[STATE_NONE] = "none",
	[STATE_OPEN] = "open",
	[STATE_DIAGNOSING] = "diagnosing",
	[STATE_WAITING] = "waiting",
	[STATE_REHEARSING] = "rehearsing",
	[STATE_AWAITING_APPROVAL] = "awaiting-approval",
	[STATE_MENDING] = "mending",
	[STATE_VERIFYING] = "verifying",
	[STATE_RESOLVED] = "resolved",
	[STATE_FAILED] = "failed",
	[STATE_IN_DOUBT] = "in-doubt",
	[STATE_REPORTED] = "reported",
	[STATE_NOT_CONFIRMED] = "not-confirmed",
	[STATE_REJECTED] = "rejected",
	[STATE_EXPIRED] = "expired",
	[STATE_REGRESSED] = "regressed",
	[STATE_CLOSED] = "closed",
};

static const char *const event_names[EVENTS] = {
	[EVENT_NONE] = "none",
	[EVENT_LOOK] = "look",
	[EVENT_RESTART] = "restart",
	[EVENT_NOT_CONFIRMED] = "not-confirmed",
	[EVENT_REPORT] = "report",
	[EVENT_WAIT] = "wait",
	[EVENT_REHEARSE] = "rehearse",
	[EVENT_ASK] = "ask",
	[EVENT_MEND] = "mend",
	[EVENT_APPLIED] = "applied",
	[EVENT_NOT_APPLIED] = "not-applied",
	[EVENT_CANNOT_TELL] = "cannot-tell",
	[EVENT_VERIFIED] = "verified",
	[EVENT_UNVERIFIED] = "unverified",
	[EVENT_GONE] = "gone",
	[EVENT_CHANGED] = "changed",
	[EVENT_UNCHANGED] = "unchanged",
	[EVENT_SEEN_AGAIN] = "seen-again",
	[EVENT_REJECT] = "reject",
	[EVENT_EXPIRE] = "expire",
	[EVENT_CLOSE] = "close",
};

/* States that only wait for the world to change are probed with back-off. */
#define RECHECKED(state)                                                   \
	[EVENT_GONE] = STATE_RESOLVED, [EVENT_CHANGED] = STATE_DIAGNOSING, \
	[EVENT_UNCHANGED] = (state), [EVENT_CLOSE] = STATE_CLOSED

/* DESIGN section 7, whole. A pair that is not here is refused. */
static const enum incident_state steps[INCIDENT_STATES][EVENTS] = {
	[STATE_OPEN] = {
		[EVENT_LOOK] = STATE_DIAGNOSING,
		[EVENT_CLOSE] = STATE_CLOSED,
	},
	[STATE_DIAGNOSING] = {
		[EVENT_RESTART] = STATE_DIAGNOSING,
		[EVENT_NOT_CONFIRMED] = STATE_NOT_CONFIRMED,
		[EVENT_REPORT] = STATE_REPORTED,
		[EVENT_WAIT] = STATE_WAITING,
		[EVENT_REHEARSE] = STATE_REHEARSING,
		[EVENT_CLOSE] = STATE_CLOSED,
	},
	[STATE_WAITING] = {
		[EVENT_LOOK] = STATE_DIAGNOSING,
		[EVENT_CLOSE] = STATE_CLOSED,
	},
	[STATE_REHEARSING] = {
		[EVENT_RESTART] = STATE_DIAGNOSING,
		[EVENT_REPORT] = STATE_REPORTED,
		[EVENT_WAIT] = STATE_WAITING,
		[EVENT_ASK] = STATE_AWAITING_APPROVAL,
		[EVENT_MEND] = STATE_MENDING,
		[EVENT_CLOSE] = STATE_CLOSED,
	},
	[STATE_AWAITING_APPROVAL] = {
		[EVENT_MEND] = STATE_MENDING,
		[EVENT_GONE] = STATE_RESOLVED,
		[EVENT_CHANGED] = STATE_DIAGNOSING,
		[EVENT_REJECT] = STATE_REJECTED,
		[EVENT_EXPIRE] = STATE_EXPIRED,
		[EVENT_CLOSE] = STATE_CLOSED,
	},
	/* Not to be closed: something is happening in production. */
	[STATE_MENDING] = {
		[EVENT_WAIT] = STATE_WAITING,
		[EVENT_APPLIED] = STATE_VERIFYING,
		[EVENT_NOT_APPLIED] = STATE_FAILED,
		[EVENT_CANNOT_TELL] = STATE_IN_DOUBT,
	},
	[STATE_VERIFYING] = {
		[EVENT_VERIFIED] = STATE_RESOLVED,
		[EVENT_UNVERIFIED] = STATE_FAILED,
		[EVENT_CANNOT_TELL] = STATE_IN_DOUBT,
	},
	[STATE_RESOLVED] = {
		[EVENT_SEEN_AGAIN] = STATE_REGRESSED,
		[EVENT_CLOSE] = STATE_CLOSED,
	},
	[STATE_FAILED] = { RECHECKED(STATE_FAILED) },
	[STATE_IN_DOUBT] = { RECHECKED(STATE_IN_DOUBT) },
	[STATE_REPORTED] = { RECHECKED(STATE_REPORTED) },
	[STATE_NOT_CONFIRMED] = {
		[EVENT_SEEN_AGAIN] = STATE_DIAGNOSING,
		[EVENT_CLOSE] = STATE_CLOSED,
	},
	[STATE_REJECTED] = { RECHECKED(STATE_REJECTED) },
	[STATE_EXPIRED] = { RECHECKED(STATE_EXPIRED) },
	[STATE_REGRESSED] = {
		[EVENT_LOOK] = STATE_DIAGNOSING,
		[EVENT_CLOSE] = STATE_CLOSED,
	},
	/* Its end: who closes it a second time is told so. */
	[STATE_CLOSED] = { 0 },
};

const char *
state_name(enum incident_state s)
{
	return state_names[s];
}

const char *
event_name(enum incident_event e)
{
	return event_names[e];
}

enum incident_state
state_after(enum incident_state s, enum incident_event e)
{
	return steps[s][e];
}

/* A fault that is seen again joins a live incident; what was resolved or closed
 * is over, and a new one names it. */
bool
state_live(enum incident_state s)
{
	return s != STATE_NONE && s != STATE_RESOLVED && s != STATE_CLOSED;
}

bool
state_rechecked(enum incident_state s)
{
	return steps[s][EVENT_UNCHANGED] != STATE_NONE;
}

/* How often in a row a fault was not confirmed outlasts the looks in between:
 * otherwise its back-off would begin anew with each of them, and whoever can
 * write log lines could have us look every five minutes for ever. */
static bool
keeps_rechecks(enum incident_state from, enum incident_state to)
{
	return !state_rechecked(from) &&
		(to == STATE_DIAGNOSING || to == STATE_WAITING ||
			to == STATE_NOT_CONFIRMED);
}

int
incident_step(
	struct incident *i, enum incident_event e, usec now, struct why *why)
{
	enum incident_state next = steps[i->state][e];
	if (next == STATE_NONE)
		return because(why, -EPROTO,
			"incident %llu is %s: '%s' is no step from there",
			(unsigned long long)i->id, state_names[i->state],
			event_names[e]);
	if (next != i->state) {
		i->since = now;
		if (!keeps_rechecks(i->state, next))
			i->rechecks = 0;
	}
	if (next == STATE_REGRESSED)
		i->breaker = true;
	i->state = next;
	return 0;
}

void
incident_set(char **text, const char *value)
{
	char *copy = xstrdup(value);
	free(*text);
	*text = copy;
}

void
incident_init(struct incident *ret, const char *app, const char *rule,
	const struct fault *f, usec now)
{
	*ret = (struct incident){
		.app = xstrdup(app),
		.rule = xstrdup(rule),
		.class = f->class,
		.object = object_copy(&f->object),
		.sample =
			xstrndup(f->text.data ? f->text.data : "", f->text.len),
		.count = f->count,
		.first_ns = f->first_ns,
		.last_ns = f->last_ns,
		.state = STATE_OPEN,
		.opened = now,
		.since = now,
	};
	fingerprint(app, f->class, &f->object, ret->fingerprint);
}

char *
incident_what(const struct incident *i)
{
	const char *class = class_info(i->class)->name;
	if (i->roll_up)
		return xprintf("%s (many objects)", class);
	own(str) char *object = object_text(i->class, &i->object);
	return strcmp(object, "-") == 0 ? xstrdup(class)
					: xprintf("%s %s", class, object);
}

void
incident_free(struct incident *i)
{
	free(i->app);
	free(i->rule);
	object_free(&i->object);
	free(i->sample);
	free(i->cause_text);
	free(i->changed);
	free(i->way);
	free(i->target);
	free(i->reason);
	plan_free(&i->plan);
	free(i->approved_by);
	free(i->rehearsal_text);
	free(i->verification_text);
	free(i->wait_reason);
	*i = (struct incident){ 0 };
}

void
incident_list_free(struct incident *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		incident_free(&list[i]);
	free(list);
}

/* The fields are hashed with their lengths, so that no other plan, incident and
 * number make the same bytes. Eight digits are enough: the code shows which
 * plan was read, and who may approve is decided by the peer's uid. */
void
approval_code(const char *plan_hash, uint64_t incident, uint32_t attempt,
	char code[APPROVAL_CODE])
{
	own(str) char *id = xprintf("%llu", (unsigned long long)incident);
	own(str) char *number = xprintf("%u", attempt);
	struct sha256 *h = sha256_new();
	sha256_field(h, span_of(plan_hash));
	sha256_field(h, span_of(id));
	sha256_field(h, span_of(number));
	char hex[SHA256_HEX];
	sha256_end(h, hex);
	memcpy(code, hex, APPROVAL_CODE - 1);
	code[APPROVAL_CODE - 1] = '\0';
}

void
attempt_take_proposal(struct attempt *a, const struct result *r)
{
	if (!r->proposal.name)
		return;
	proposal_free(&a->proposal);
	a->proposal = proposal_copy(&r->proposal);
	a->uncommitted = true;
	a->deployed = ANSWER_UNKNOWN;
}

void
attempt_clear(struct attempt *a)
{
	free(a->database);
	free(a->text);
	proposal_free(&a->proposal);
	free(a->deployed_text);
	*a = (struct attempt){ 0 };
}

void
attempts_free(struct attempt *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		attempt_clear(&list[i]);
	free(list);
}

void
moments_free(struct moment *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].kind);
		free(list[i].text);
	}
	free(list);
}

void
finding_list_free(struct finding *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		finding_free(&list[i]);
	free(list);
}
