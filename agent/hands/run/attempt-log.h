/* The file of the attempt that this process is (wire/attempt-file.h says what
 * is in it): made once, locked for life, every line synced. */
#pragma once

#include "wire/attempt-file.h"

struct attempt_log;

/* `deadline` is a length: how long this process may take at most. -EEXIST: this
 * attempt was started before, so it must not start again. Any
 * failure: nothing may be done. */
int attempt_log_begin(const char *store, const char *key, const char *text,
	usec deadline, struct attempt_log **ret, struct why *why);
/* Right before the first change of anything. Negative: nothing may be changed.
 */
int attempt_log_begins(struct attempt_log *a);
/* A line that says what was done or is about to be. Negative: the disk did not
 * take it. */
int
attempt_log_note(struct attempt_log *a, const char *event, const char *text);
/* Before the folder NAME is created under `proposals`; its script's checksum.
 */
int attempt_log_propose(struct attempt_log *a, const char *name,
	const char checksum[SHA256_HEX]);
/* The folder that an attempt said it would create, owned, and its checksum;
 * NULL: none. */
char *attempt_log_proposal(
	const char *store, const char *key, char checksum[SHA256_HEX]);
/* Nobody can tell yet what became of the attempt: attempt_log_end() writes no
 * result, and head, which finds none, looks again. */
void attempt_log_leave_open(struct attempt_log *a);
int attempt_log_end(struct attempt_log *a, const struct result *r);
void attempt_log_close(struct attempt_log *a);
OWN(attempt_log, struct attempt_log *, attempt_log_close);
