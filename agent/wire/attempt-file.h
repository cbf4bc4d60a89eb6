/* The file of an attempt, attempts/KEY beside the store: hands create it
 * (O_EXCL), hold a lock on it for life, and append a synced line for each thing
 * they did; head reads it after a restart. One JSON object a line; a last line
 * without its newline was torn by a crash and does not count. */
#pragma once

#include "wire/job.h"
#include "wire/result.h"

enum attempt_file_state {
	ATTEMPT_FILE_NONE,      /* no file: hands never started */
	ATTEMPT_FILE_RUNNING,   /* locked: hands are at it, wait */
	ATTEMPT_FILE_ENDED,     /* a result stands in it */
	ATTEMPT_FILE_LOST,      /* no lock, no result: in doubt, look */
	ATTEMPT_FILE_WITHDRAWN, /* head made it: whoever comes late must not
				   begin */
};

/* Whether it is a UUID, and so a plain name in our own folder. */
bool attempt_file_is_key(const char *key);

/* `store` is the path of the store's file. Owned. */
char *attempt_file_folder(const char *store);
char *attempt_file_path(const char *store, const char *key);

/* One line, with its newline, for the file: started, step, result. */
void attempt_file_line(
	struct buf *to, const char *event, const char *text, usec now);
void attempt_file_result_line(struct buf *to, const struct result *r, usec now);

/* Makes the file, with its folder, holding the line `event`; both are synced,
 * and the file is locked as long as `ret_fd` is open. -EEXIST: it was made
 * before, so nobody may begin. Any failure leaves no file of ours behind. */
int attempt_file_create(const char *store, const char *key, const char *event,
	const char *text, int *ret_fd, struct why *why);
/* Makes the file before any hands do, so that hands that come late refuse.
 * -EEXIST: they were first, or it was withdrawn before. */
int attempt_file_withdraw(
	const char *store, const char *key, const char *text, struct why *why);

/* Fills `ret` when the state is ATTEMPT_FILE_ENDED. Negative: cannot be read.
 */
int attempt_file_read(const char *store, const char *key,
	enum attempt_file_state *state, struct result *ret, struct why *why);
