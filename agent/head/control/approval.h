/* Approving a plan: what the user must have read, the code, the time. */
#pragma once

struct json_t;
struct request_call;

/* The verb `plan`: the listing of the whole plan, which this user may approve
 * from now on. New reference. */
struct json_t *approval_plan(const struct request_call *c);
/* The verb `approve`. It only stores who approved: before anything is done the
 * scheduler has the database probed again, and the limits still hold. New
 * reference. */
struct json_t *approval_give(const struct request_call *c);
