/* Asks the daemon over its control socket, or the store where no daemon runs
 * (head/control/control.h says what is sent and answered). */
#pragma once

#include "cli/command.h"

struct json_t;

/* Sends the request, which is consumed, and hands back the whole reply; what
 * went wrong is said on standard error. Returns the exit code; the reply is
 * there only with EXIT_DONE. */
int daemon_ask(const struct invocation *in, struct json_t *request,
	struct json_t **ret);
/* A request with its verb. New reference. */
struct json_t *daemon_ask_for(const char *verb);
/* The same with the incident's number, an operand; NULL and it was said that it
 * is none. */
struct json_t *daemon_ask_about(const char *verb, const char *id);
/* Asks, and prints the answer as one JSON value or the reply for people. */
int daemon_ask_and_print(const struct invocation *in, struct json_t *request,
	bool json, int (*print)(const struct json_t *reply));
/* For verbs whose answer has one line to show: asks, prints `text`. */
int daemon_ask_and_tell(const struct invocation *in, struct json_t *request);
