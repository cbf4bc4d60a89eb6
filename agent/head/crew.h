/* Hands at work: at most one job for each app at a time. */
#pragma once

#include "head/incident.h"
#include "wire/report.h"
#include "config/settings.h"

#include <systemd/sd-event.h>

/* Why hands are at work. */
enum purpose {
	FOR_TARGET, /* of no incident */
	FOR_DIAGNOSIS,
	FOR_REHEARSAL,
	FOR_APPROVED, /* probed again before an approved mend */
	FOR_MEND,
	FOR_RECOVERY,
	FOR_VERIFICATION,
	FOR_RECHECK,
	PURPOSES
};

struct crew;

struct crew_calls {
	/* A sentence about what hands do right now; `incident` may be 0. */
	void (*on_step)(void *arg, uint64_t incident, const char *text);
	/* They ended; the report is borrowed. The app is free again. */
	void (*on_done)(void *arg, enum purpose purpose, const struct app *app,
		uint64_t incident, struct report *report);
	void *arg;
};

/* `config` is the file hands read. */
struct crew *
crew_new(sd_event *loop, const char *config, const struct crew_calls *calls);
/* Hands that mend live on. */
void crew_free(struct crew *c);

/* -EBUSY: hands are at work for the app; try again when they are done. `i` may
 * be NULL (FOR_TARGET), `a` is the attempt to make or to recover. */
int crew_send(struct crew *c, enum purpose purpose, const struct app *app,
	const struct incident *i, const struct attempt *a, struct why *why);
bool crew_at_app(const struct crew *c, const struct app *app);
bool crew_at_incident(const struct crew *c, uint64_t incident);
size_t crew_count(const struct crew *c);
