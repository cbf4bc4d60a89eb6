/* The rotated copies of a log on disk: `<log>.1` is the newest, and behind
 * `.gz` it may be compressed. */
#pragma once

#include "head/sources/followed-log.h"

/* Calls on_copy with the descriptor of each copy there is, newest first, until
 * it says false. The descriptor becomes its own. Negative: there was no room to
 * open one, so none may be taken for missing. */
int rotated_files_each(const char *path, bool (*on_copy)(void *arg, int fd),
	void *arg, struct why *why);

/* `current`, which has the log's name now, and before it the copies that were
 * written after the newest file of the log, oldest first. Where that one is
 * not among them, they are those that were written to after `since` (wall
 * clock). `current` is taken over in any case; files of the list are the
 * caller's. */
int rotated_files_missed(const struct followed_log *t, struct log_file *current,
	usec since, struct log_file **ret, struct why *why);
