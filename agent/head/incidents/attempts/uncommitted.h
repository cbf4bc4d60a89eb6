/* Asks whether the deployed images have what attempts proposed and applied, so
 * that people are reminded to commit it until they do: at the start of each
 * run, whenever a container of the app begins to run, and else once an hour. */
#pragma once

#include "head/incidents/incidents.h"

struct uncommitted;

struct uncommitted *uncommitted_new(const struct settings *settings);
void uncommitted_free(struct uncommitted *u);

/* Sends hands for the next question of each app, where they are free: what is
 * due for incidents comes before. */
void uncommitted_run(struct uncommitted *u, struct incidents *d, usec now);
/* A container of the app began to run: its image may be another one. */
void uncommitted_started(struct uncommitted *u, const struct app *app);
/* Hands ended that asked about this incident's attempt. Where the image has the
 * proposal, nobody is reminded any more. */
void uncommitted_take(struct uncommitted *u, struct incidents *d,
	const struct app *app, struct incident *i, const struct report *r,
	usec now);
