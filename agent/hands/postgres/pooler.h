/* What stands between us and the server, as the server shows it: a pooler that
 * gives connections away between transactions loses the migrator's lock, and
 * leaves our settings to the application. */
#pragma once

#include "hands/postgres/session.h"

enum pooler {
	POOLER_NONE,   /* the server itself */
	POOLER_PROXY,  /* something, and what it does could not be told */
	POOLER_SHARED, /* it was seen to give our server process away */
};

/* How POOLER_SHARED shows, for sentences. */
extern const char pooler_seen_sharing[];

/* The server's process by its own word; a proxy tells clients another one. */
int pooler_pid(struct session *s, int *ret, struct why *why);
/* Asks the server behind `s`, which was opened with this URL; opens further
 * connections, as looks and to see whether they share, only where something
 * stands between. Fails as session_ask() does, for `s` only. */
int pooler_find(struct session *s, const struct url *url,
	const struct session_how *how, enum pooler *ret, struct why *why);

/* Why nothing may be migrated through `where` (a file, or words for the URL),
 * and what to do instead; owned. `how` says what shows the pooler, `migrator`
 * is the name of whose lock is lost. The one sentence about poolers. */
char *pooler_text(const char *where, const char *how, const char *migrator);
