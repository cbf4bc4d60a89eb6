/* What a person does who would rather be asked about a plan that is only
 * reported. */
#pragma once

#include "config/settings.h"
#include "head/model/incident.h"

/* A sentence, owned; NULL: no plan of the incident could be asked about, or the
 * mode is not what keeps it from that. */
char *way_to_ask(const struct settings *settings, const struct app *app,
	const struct incident *i);
