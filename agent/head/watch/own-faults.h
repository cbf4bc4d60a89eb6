/* Faults that no rule finds, because they are about logmend itself, or about
 * containers. They count as if they had come out of a log, by the rule
 * `logmend` or `docker`. */
#pragma once

#include "head/incidents/scheduler.h"

#define OWN_FAULTS_RULE "logmend"

/* All borrowed. */
struct own_faults {
	const struct settings *settings;
	struct scheduler *scheduler;
	struct store *store;
};

/* Nothing is read of the app: an incident of class log-unread, in a transaction
 * of its own; `text` says more. own_faults_over() ends it. */
int own_faults_unread(const struct own_faults *o, const struct app *app,
	const char *text, struct why *why);
/* Whether an incident of the app is open that has this class, which names no
 * object, and was opened by this rule; false also if the store cannot tell. */
bool own_faults_is_open(const struct own_faults *o, const struct app *app,
	enum fault_class class, const char *rule);
/* The reason of that incident is over: takes the step, EVENT_GONE or
 * EVENT_CLOSE, of which nobody hears, if there is one. -EAGAIN: it is not
 * reported yet. */
int own_faults_over(const struct own_faults *o, const struct app *app,
	enum fault_class class, enum incident_event event, const char *text,
	struct why *why);
/* Bytes of an app's logs went away unread: an incident of class log-gap, and
 * the gap is marked as told, in one transaction. An app that is not configured
 * any more is told of nothing. */
int own_faults_gap(
	const struct own_faults *o, const struct gap *gap, struct why *why);

#define OWN_FAULTS_DOCKER "docker"
/* A container of the app died, or is unhealthy, in usec since 1970: an incident
 * of this class, by the rule `docker`, and how far deaths are told, in one
 * transaction. */
int own_faults_container(const struct own_faults *o, const struct app *app,
	enum fault_class class, const char *text, usec at, struct why *why);
/* Until when deaths of the app's containers were told; where none ever was,
 * from now on. */
int own_faults_told(const struct own_faults *o, const struct app *app, usec now,
	usec *ret, struct why *why);
/* Deaths until then are not to be told again by a later head. */
int own_faults_passed(const struct own_faults *o, const struct app *app,
	usec at, struct why *why);
