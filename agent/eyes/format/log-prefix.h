/* The log prefix: what a program between the app and the log file puts before
 * every line. Kubernetes, Heroku, syslog, docker compose and `docker logs -t`
 * do. */
#pragma once

#include "base/span.h"

enum log_prefix_kind {
	LOG_PREFIX_NONE,
	LOG_PREFIX_CRI,
	LOG_PREFIX_HEROKU,
	LOG_PREFIX_TIMESTAMP,
	LOG_PREFIX_SYSLOG,
	LOG_PREFIX_COMPOSE,
};

/* Length of the log prefix at the start of the line, and whose it is; 0 if the
 * line has none. */
size_t log_prefix_of(struct span line, enum log_prefix_kind *ret);
