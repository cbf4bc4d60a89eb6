/* Faults that no rule finds, because they are about logmend itself. They count
 * as if they had come out of a log, by the rule `logmend`. */
#pragma once

#include "head/incidents/scheduler.h"

/* All borrowed. */
struct own_faults {
	const struct settings *settings;
	struct scheduler *scheduler;
	struct store *store;
};

/* Nothing is read of the app: an incident of class log-unread, in a transaction
 * of its own; `text` says more. own_faults_reads() ends it. */
int own_faults_unread(const struct own_faults *o, const struct app *app,
	const char *text, struct why *why);
/* Whether such an incident of the app is open; false also if the store cannot
 * tell. */
bool own_faults_is_unread(const struct own_faults *o, const struct app *app);
/* Reading of the app goes on: ends that incident, if there is one. */
int own_faults_reads(
	const struct own_faults *o, const struct app *app, struct why *why);
/* Bytes of an app's logs went away unread: an incident of class log-gap, and
 * the gap is marked as told, in one transaction. An app that is not configured
 * any more is told of nothing. */
int own_faults_gap(
	const struct own_faults *o, const struct gap *gap, struct why *why);
