/* Outgoing messages: one once the cause is known or after 30 s without it, in
 * mode ask one question, one at the end. The first line fits on a lock screen;
 * log text appears only as a bounded excerpt. */
#pragma once

#include "head/store/store.h"

enum notice_kind {
	NOTICE_LOOKING,  /* 30 s without a cause: still looking */
	NOTICE_CAUSE,    /* the cause, and what will be done or not */
	NOTICE_QUESTION, /* after the rehearsal, with the approve line */
	NOTICE_END, /* resolved, failed, in doubt, regressed, expired, ... */
	NOTICES
};

#define NOTICE_PATIENCE (30 * USEC_SECOND)
#define NOTICE_EXCERPT_MAX 1024u

const char *notice_kind_name(enum notice_kind k);

/* Fills kind, incident, text, command and excerpt of `ret` from the incident as
 * it stands and its last attempt (NULL: there is none); the caller frees. */
void notice_write(struct outgoing *ret, enum notice_kind kind,
	const struct incident *i, const struct attempt *last);

/* The message for every target of the app: adds one row per `notify`, and sets
 * the bit in i->notices, which the caller saves in the same transaction, with
 * `ret_moment` (owned) in the timeline. After it: outbox_kick(). */
int notice_queue(struct store *s, const struct settings *settings,
	const struct app *app, enum notice_kind kind, struct incident *i,
	usec now, char **ret_moment, struct why *why);
