/* What may stop a mend at the last moment. Hands ask for it themselves, before
 * they change the first thing and again before each commit, because head may be
 * gone, or may not have heard of it yet. */
#pragma once

#include "base/why.h"
#include "wire/fault.h"

struct stop {
	int sock;           /* head's; -1: there is none */
	const char *config; /* path of the configuration */
	const char *app;
	enum fault_class class;
	bool approved; /* by a person: mode ask does not stop it */
	bool told;     /* head said HANDS_STOP, which stays so */
	struct why by; /* then: what it said */
	bool silent;   /* Docker did not answer: it is not asked again */
};

/* Whether nothing more may be changed: head said so, the freeze file or a pause
 * is there, or the configuration as it is on the disk now no longer allows it
 * (what it says cannot be read: the same), or a label of the app's service.
 * Where Docker does not say within a second what labels there are, those hold
 * that head knew. Then `why` is a sentence with who
 * stopped it, escaped. NULL never stops. */
bool stop_asked(struct stop *s, struct why *why);
