/* The answer to `status`. */
#pragma once

#include "head/control/request-call.h"

/* Also answered without a daemon, with what the store knows. New reference. */
struct json_t *status_answer(const struct request_call *c);
