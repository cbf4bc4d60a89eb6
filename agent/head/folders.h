/* The folders of the containers: which ones are there, and which app's. */
#pragma once

#include "base/why.h"
#include "config/settings.h"

/* One container of a configured app. */
struct folder {
	const char *id;
	const struct app *app;
	const char *path; /* of its log */
	bool noted;       /* the caller's: its trouble was told */
	int unseen; /* files that got the log's name, less those the caller
		       counts off */
};

struct folders;

/* Adds its watches to `inotify`, whose events are hints to scan. */
struct folders *folders_new(const struct settings *settings, int inotify,
	void (*note)(void *arg, const char *text), void *arg);
void folders_free(struct folders *f);

/* Takes the events in. Where a log was created it calls on_ours (may be
 * NULL) at once, for it may be gone soon. */
void folders_listen(struct folders *f,
	void (*on_ours)(void *arg, struct folder *folder), void *arg);
/* Looks at what is there now and calls on_ours for each container of ours. */
void folders_scan(struct folders *f,
	void (*on_ours)(void *arg, struct folder *folder), void *arg);
/* Whether the container's folder was there in the last scan. */
bool folders_have(const struct folders *f, const char *id);
