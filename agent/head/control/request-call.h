/* One request on its way through the files that answer requests. */
#pragma once

#include "head/control/requests.h"
#include "head/incidents/transition.h"

struct request_call {
	const struct requests *v;
	const struct json_t *request;
	uid_t uid; /* of the peer */
	usec now;
};

/* A refusal because the store, or what else is needed, cannot be used. New
 * reference. */
struct json_t *request_unable(const struct why *why);
/* The incident that is asked about; NULL and it is in *ret, else the refusal,
 * a new reference. */
struct json_t *
request_incident(const struct request_call *c, struct incident *ret);
/* Stores what a person changed, tells the daemon, and answers. The sentence is
 * the answer's too. New reference. */
struct json_t *
request_apply(const struct request_call *c, const struct change *change);
/* Since when logmend is paused, or null. New reference. */
struct json_t *request_paused_json(usec since);
/* `root (uid 0)`, for the timeline. Owned. */
char *request_who(uid_t uid);
