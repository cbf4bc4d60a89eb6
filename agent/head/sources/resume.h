/* What an earlier head left: positions in logs, each with the files it belongs
 * to, which are found again whatever their names are now. */
#pragma once

#include "head/sources/checkpoints.h"

struct resume;

/* Loads the positions. */
int resume_load(struct store *store, struct resume **ret, struct why *why);
void resume_free(struct resume *l);
OWN(resume, struct resume *, resume_free);

/* Finds the files: among the descriptors that the service manager kept, under
 * the log's name and among its rotated copies. Negative: there is no room to
 * open them all, and what cannot be opened must not count as missing. */
int resume_find(struct resume *l, struct why *why);
/* Whether any log of the app was ever read. */
bool resume_know(const struct resume *l, const char *app);

/* Makes the followed logs of the configured apps, with the files that were
 * found, and hands each over with what was stored of it. */
void resume_each(struct resume *l, const struct settings *settings,
	void (*on_tail)(void *arg, struct followed_log *t,
		const struct checkpoint *old),
	void *arg);
/* Files of the container that an earlier head had opened and not stored yet,
 * when it was killed: those that were written to after `since` (wall clock),
 * oldest first, now the caller's. */
struct log_file *
resume_orphans(struct resume *l, const char *container, usec since);
/* Lets go of the others, before any of them is opened again under its name. */
void resume_drop_orphans(struct resume *l);
