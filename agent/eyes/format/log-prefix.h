/* What something between the app and the log puts before every line:
 * kubernetes, heroku, syslog, docker compose, docker logs -t. */
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

/* Bytes of the prefix at the line's start; 0 if it has none. */
size_t log_prefix_of(struct span line, enum log_prefix_kind *ret);
