/* The folders of the containers: which ones are there, and which app's. */
#pragma once

#include "base/why.h"
#include "config/settings.h"

/* One container of a configured app. */
struct container_folder {
	const char *id;
	const struct app *app;
	const char *path; /* of its log */
	bool noted;       /* the caller's: its trouble was told */
	int unseen; /* files that got the log's name, less those the caller
		       counts off */
};

struct discovery;

/* Adds its watches to `inotify`, whose events are hints to scan. */
struct discovery *discovery_new(const struct settings *settings, int inotify,
	void (*note)(void *arg, const char *text), void *arg);
void discovery_free(struct discovery *f);

/* Takes the events in. Where a log was created it calls on_ours (may be
 * NULL) at once, for it may be gone soon. */
void discovery_listen(struct discovery *f,
	void (*on_ours)(void *arg, struct container_folder *folder), void *arg);
/* Looks at what is there now and calls on_ours for each container of ours. */
void discovery_scan(struct discovery *f,
	void (*on_ours)(void *arg, struct container_folder *folder), void *arg);
/* Whether the container's folder was there in the last scan. */
bool discovery_have(const struct discovery *f, const char *id);
