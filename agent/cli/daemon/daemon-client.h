/* Asks the daemon over its control socket; where no daemon runs, root asks the
 * store instead, through the same code. head/control/control.h says what a
 * request and a reply look like. The functions that ask print their errors. */
#pragma once

#include "cli/command.h"

struct json_t;

/* Sends the request, whose reference it takes, and waits for the whole reply.
 * Returns an exit code; *ret is a new reference, set only with EXIT_DONE. */
int daemon_ask(const struct invocation *in, struct json_t *request,
	struct json_t **ret);
/* A request with its verb. New reference. */
struct json_t *daemon_ask_for(const char *verb);
/* A request about an incident, whose number the user typed. New reference;
 * NULL, and an error on standard error, if `id` is no number. */
struct json_t *daemon_ask_about(const char *verb, const char *id);
/* Asks, and prints the answer: as one JSON value, or by `print`. Returns an
 * exit code. Takes the reference of the request. */
int daemon_ask_and_print(const struct invocation *in, struct json_t *request,
	bool json, int (*print)(const struct json_t *reply));
/* Asks, and prints `incident ID: TEXT`, for verbs that answer with one line.
 * Returns an exit code. Takes the reference of the request. */
int daemon_ask_and_tell(const struct invocation *in, struct json_t *request);
/* Whether a daemon listens there: 0, or a negative errno and why. Says nothing
 * itself. */
int daemon_client_reach(const char *socket, struct why *why);
