/* The file of an attempt, attempts/KEY beside the store. It tells a later head
 * what became of hands that outlived the head which started them. Hands make it
 * before anything else, and once: it is locked before it has its name, so
 * nobody ever finds it unlocked while they live. They hold the lock as long as
 * they live, and append a synced line for each thing they did, and one before
 * they change the first thing. The kernel drops the lock with the process
 * (flock(2)), however that ended, so a file that is not locked and holds no
 * result means: they changed nothing if the line that says so is missing, else
 * nobody can tell, look at the database. One JSON object a line; a last line
 * without its newline was torn by a crash and does not count. */
#pragma once

#include <sys/types.h>

#include "wire/job.h"
#include "wire/result.h"

enum attempt_file_state {
	ATTEMPT_FILE_NONE,      /* no file: hands never started */
	ATTEMPT_FILE_RUNNING,   /* locked: hands are alive, wait for them */
	ATTEMPT_FILE_ENDED,     /* hands wrote a result */
	ATTEMPT_FILE_LOST,      /* no lock and no result: in doubt, look */
	ATTEMPT_FILE_UNBEGUN,   /* the same, and they had changed nothing yet */
	ATTEMPT_FILE_WITHDRAWN, /* head made it, so hands that start late do
				   not begin */
};

/* Whether the key is a UUID, and so the name of a file in our own folder: it
 * holds neither a slash nor two dots. */
bool attempt_file_is_key(const char *key);

/* The folder of the attempts' files; `store` is the path of the store's file.
 * Owned. */
char *attempt_file_folder(const char *store);
/* The path of one attempt's file. Owned. */
char *attempt_file_path(const char *store, const char *key);

/* Adds one line, with its newline, for the file. */
void attempt_file_line(
	struct buf *to, const char *event, const char *text, usec now);
/* Adds the line that must be on the disk before hands change anything. */
void attempt_file_begins_line(struct buf *to, usec now);
/* Adds the line that ends the attempt. */
void attempt_file_result_line(struct buf *to, const struct result *r, usec now);

/* Makes the file, and its folder if it is missing, with a first line `event`.
 * Line and names are on disk when the call returns, and the file is locked as
 * long as *ret_fd is open. -EEXIST: somebody made it before, so nobody may
 * begin. After any other failure no file is left behind. */
int attempt_file_create(const char *store, const char *key, const char *event,
	const char *text, int *ret_fd, struct why *why);
/* The same for hands, whose first line says who they are and how long they may
 * take (`deadline`, a length). */
int attempt_file_claim(const char *store, const char *key, const char *text,
	usec deadline, int *ret_fd, struct why *why);
/* Makes the file before hands do, so that hands that start late refuse.
 * -EEXIST: hands were first, or it was withdrawn before. */
int attempt_file_withdraw(
	const char *store, const char *key, const char *text, struct why *why);

/* Stores the state of the attempt, and fills `ret` (freed first) when that is
 * ATTEMPT_FILE_ENDED. A negative errno: the file exists and cannot be read. */
int attempt_file_read(const char *store, const char *key,
	enum attempt_file_state *state, struct result *ret, struct why *why);

/* Gives the file another name, so that the attempt may be claimed again: only
 * where nothing was begun. Negative, and nothing is changed, while hands have
 * it (-EWOULDBLOCK). */
int attempt_file_set_aside(const char *store, const char *key, struct why *why);
/* Removes what hands left that were killed before the file had its name. */
void attempt_file_sweep(const char *store);

/* Who claimed it; zeros where the file does not say. */
struct attempt_holder {
	pid_t pid;
	uint64_t born; /* process_tree_born() */
	usec deadline; /* a length */
};

int attempt_file_holder(const char *store, const char *key,
	struct attempt_holder *ret, struct why *why);
/* Sends the signal to the hands that claimed it and to all that they started.
 * -ESRCH: they cannot be told from others any more. */
int attempt_file_signal(
	const char *store, const char *key, int sig, struct why *why);
