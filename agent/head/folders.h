/* The folders of the containers: which ones are there, and which app's. */
#pragma once

#include "base/why.h"
#include "wire/settings.h"

/* One container of a configured app. */
struct folder {
	const char *id;
	const struct app *app;
	const char *path; /* of its log */
	bool noted;       /* the caller's: its trouble was told */
	bool fresh;       /* the caller's: its log was not known before */
};

struct folders;

/* Adds its watches to `inotify`, whose events are only hints to scan. */
struct folders *folders_new(const struct settings *settings, int inotify,
	void (*note)(void *arg, const char *text), void *arg);
void folders_free(struct folders *f);

/* Looks at what is there now and calls on_ours for each container of ours. */
void folders_scan(struct folders *f,
	void (*on_ours)(void *arg, struct folder *folder), void *arg);
/* Whether the container's folder was there in the last scan. */
bool folders_have(const struct folders *f, const char *id);
