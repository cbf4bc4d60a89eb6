/* What may stop a mend at the last moment. Hands ask for it themselves, before
 * they change the first thing and again before each commit, because head may be
 * gone, or may not have heard of it yet. */
#pragma once

#include "base/clock.h"
#include "base/why.h"
#include "wire/fault.h"

struct stop {
	int sock;           /* head's; -1: there is none */
	const char *config; /* path of the configuration */
	const char *app;
	enum fault_class class;
	bool approved;  /* by a person: mode ask does not stop it */
	bool told;      /* head said HANDS_STOP, which stays so */
	struct why by;  /* then: what it said */
	usec asks_from; /* by clock_mono(): Docker, which was silent, is asked
			   again from then on; 0: at once */
};

/* Whether nothing more may be changed: head said so, the freeze file or a pause
 * is there, or the configuration as it is on the disk now no longer allows it
 * (what it says cannot be read: the same), or a label of the app's service.
 * Hands do not know what labels head saw: where Docker does not say within a
 * second what a service has, the file holds for it, and only a head that lives
 * stops a mend for a label that it knows. A Docker that was silent that long is
 * not asked for the next 30 s. Then `why` is a sentence with who stopped it,
 * escaped. NULL never stops. */
bool stop_asked(struct stop *s, struct why *why);
