/* Starts hands for one job, as head does, and listens until their result. */
#pragma once

#include "wire/job.h"
#include "wire/report.h"

/* `config` is the configuration that hands read. Negative, and why, where they
 * could not be started or ended without a result; free *ret in any case. */
int hands_client_ask(const char *config, const struct job *j,
	struct report *ret, struct why *why);
