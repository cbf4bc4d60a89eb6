/* What a person wants done once more: `fix` lets an incident be looked at and
 * decided now, `reset` closes an app's breaker, so that its faults may be
 * mended again. Both leave what happens then to the policy. */
#pragma once

struct json_t;
struct request_call;

/* Each answers a request; new reference. */
struct json_t *anew_fix(const struct request_call *c);
struct json_t *anew_reset(const struct request_call *c);
