/* Finds the folders of containers below the Docker root, and the app that each
 * belongs to. inotify gives hints only: it may drop events when its queue is
 * full, and says nothing of what was there before the watch (inotify(7)). What
 * counts is a scan of the folders, which head repeats every few seconds. */
#pragma once

#include "base/why.h"
#include "config/settings.h"

/* One container of a configured app. */
struct container_folder {
	const char *id;
	const struct app *app;
	const char *path; /* of its log */
	bool noted;       /* for the caller: it told people of trouble here */
	char *trouble;    /* the caller's: why it cannot be opened; owned, and
			     freed with the folder; NULL: it can */
	bool waited;      /* for the caller: its log was not to be opened yet */
	unsigned tries;   /* for the caller: opening it failed so often */
	/* Files that got the log's name, as inotify counted them; the caller
	 * subtracts those that it opened. What is left came and went between
	 * two looks: a gap that would else go unnoticed. */
	int unopened;
};

struct discovery;
struct docker_container;

/* Adds its watches to `inotify`, a non-blocking instance. All arguments are
 * borrowed and outlive *ret; `note` tells people one sentence. Owned. */
struct discovery *discovery_new(const struct settings *settings, int inotify,
	void (*note)(void *arg, const char *text), void *arg);
void discovery_free(struct discovery *f);

/* Reads the events that wait. Calls on_folder (may be NULL) at once where a log
 * was created: it may be rotated away before the next scan. */
void discovery_listen(struct discovery *f,
	void (*on_folder)(void *arg, struct container_folder *folder),
	void *arg);
/* Lists the folders that are there now, reads the configuration of new ones,
 * and calls on_folder for each container of a configured app. */
void discovery_scan(struct discovery *f,
	void (*on_folder)(void *arg, struct container_folder *folder),
	void *arg);
/* What the last scan found of one app: how many containers, and of the newest
 * of them, which is the one that writes. All borrowed. */
struct discovered {
	size_t containers;
	const char *created; /* NULL: there is none */
	const char *driver;  /* with which it cannot be read, or NULL */
	const char *service; /* of which the newest container is */
	const char *trouble; /* why its log could not be opened, or NULL */
};

/* Into an array with one entry for each app of the settings. */
void discovery_apps(const struct discovery *f, struct discovered *ret);
/* The Swarm services of the containers that the last scan saw; each may be
 * there several times. A list (own.h), owned; NULL for none. */
char **discovery_services(const struct discovery *f);
/* The containers of the app that the last scan saw, as Docker's own files
 * describe them now: some of them, as this waits for the disk. The list and
 * each of it is owned. */
struct docker_container **discovery_containers(
	const struct discovery *f, const struct app *app, size_t *ret_n);
/* Why the last scan saw no containers at all, borrowed; NULL: it could look. */
const char *discovery_trouble(const struct discovery *f);
/* Folders that the last scan left out, as there are too many. */
size_t discovery_left(const struct discovery *f);
/* Whether the last scan saw the container's folder. */
bool discovery_has(const struct discovery *f, const char *id);
