/* What the command line asks for, answered from the store: by the daemon over
 * its control socket, or without one by head_answer(). */
#pragma once

#include <sys/types.h>

#include "head/store/store.h"

struct incident;
struct json_t;

struct requests {
	const struct settings *settings;
	struct store *store;
	/* All NULL where no daemon runs. */
	/* Adds what only the daemon knows: `sources`, an array of {app, path,
	 * read, size, unlinked}, and its own figures. */
	void (*status)(struct json_t *status, void *arg);
	/* The stored incident was approved, rejected or closed: whoever keeps
	 * a copy reads it again, and goes on from there. */
	void (*changed)(uint64_t id, void *arg);
	/* Paused or resumed: waiting incidents may look again. */
	void (*paused)(bool paused, void *arg);
	/* Loads the configuration anew, all of it or nothing; `who` asked. The
	 * list of mistakes is the caller's to free. */
	int (*reload)(const char *who, char ***mistakes, void *arg);
	/* What a person did, for the log; see struct incidents. */
	void (*tell)(
		const struct incident *i, const char *kind, const char *text);
	void *arg;
};

/* The whole reply, a new reference; see control.h. Verbs: incidents, show,
 * approve, reject, fix, reset, close, pause, resume, reload, status. Approve
 * and those behind it but status change something and need root or one of the
 * `approvers`. */
struct json_t *requests_answer(const struct requests *v,
	const struct json_t *request, uid_t uid, usec now);

/* Whether this uid is root or one of the approvers (names or numbers). */
bool requests_may_change(const struct settings *settings, uid_t uid);
