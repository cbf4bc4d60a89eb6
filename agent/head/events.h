/* What happened to incidents, and what people asked for, as lines of the
 * daemon's own log. In the journal each carries LOGMEND_INCIDENT, LOGMEND_APP
 * and the MESSAGE_ID of its kind (logmend(8), Journal), so that others can wait
 * for one kind. */
#pragma once

#include <stdint.h>

#include "base/io/log.h"

struct incident;

/* Something happened, to the incident or (NULL) to none. `kind` is the name of
 * the state that it came to, or one of the other kinds that logmend(8) lists; a
 * kind that is not there has no MESSAGE_ID. The sentence is escaped. */
void events_tell(const struct incident *i, const char *kind, const char *text);
/* A sentence about an incident (0: none) that is no event. */
void events_note(uint64_t incident, const char *text);
void events_warn(uint64_t incident, const char *text);
