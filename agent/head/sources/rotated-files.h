/* Finds the rotated copies of a log on disk. `<log>.1` is the newest; Docker
 * renames .1 to .2 and so on at each rotation, and may compress them to .gz:
 * https://github.com/moby/moby/blob/v28.5.2/daemon/logger/loggerutils/logfile.go
 * A copy is never a log of its own: it belongs to the log it was. */
#pragma once

#include "head/sources/followed-log.h"

/* Calls on_copy with the descriptor of each copy, which it takes, newest first,
 * until it returns false. A negative errno: one that is there could not be
 * opened now, so none that on_copy did not get may count as gone. With `forced`
 * that holds only where descriptors or memory are short: a copy that a broken
 * disk keeps would stop the reading for ever, so it counts as gone. */
int rotated_files_each(const char *path, bool forced,
	bool (*on_copy)(void *arg, int fd), void *arg, struct why *why);

/* Lists the files that are newer than the newest one that the log has, oldest
 * first: rotated copies, and last `current`, which has the log's name now.
 * Where none of the log's files is among the copies, the list has those that
 * were written to after `since` (wall clock). Takes `current` in any case; the
 * caller owns the list. 0, or a negative errno as above. */
int rotated_files_newer(const struct followed_log *t, struct log_file *current,
	usec since, bool forced, struct log_file **ret, struct why *why);

/* How many files at least went away between `held`, the newest that the log
 * had, and those of the list. Docker removes a file at the rotation for which
 * all of max-file names are taken, and then makes one new file; each further
 * one means a rotation that removed a file behind it. With max-file 1 there is
 * no further one. 0 where a copy is compressed: then Docker removed the file
 * for that. */
int rotated_files_lost(const char *path, const struct log_file *held,
	const struct log_file *list);
