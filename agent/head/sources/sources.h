/* The logs of the configured apps: found, opened the moment they appear, held
 * until every byte of them is stored, handed to eyes. */
#pragma once

#include <systemd/sd-event.h>

#include "head/sources/followed-log.h"
#include "head/roles/eyes-process.h"
#include "head/store/store.h"
#include "config/settings.h"

struct json_t;
struct sources;

/* Something a person should know: a log that cannot be opened, a gap. One
 * sentence, escaped. */
typedef void sources_note_fn(void *arg, const char *text);

/* Finds and opens what is there now. All arguments are borrowed and outlive the
 * sources. */
int sources_new(sd_event *loop, const struct settings *settings,
	const struct rules *rules, struct store *store, sources_note_fn *note,
	void *arg, struct sources **ret, struct why *why);
/* Closes every log; those in the service manager's store stay there. */
/* How many logs are followed. */
size_t sources_count(const struct sources *s);
void sources_free(struct sources *s);
OWN(sources, struct sources *, sources_free);

/* The inotify instance eyes read appends from. */
int sources_watches(const struct sources *s);
/* Looks for what came, went and was rotated: also done by itself, on events and
 * every few seconds. */
void sources_scan(struct sources *s);
/* New eyes are ready: tells them every log, from its stored position, and from
 * now on what changes. */
void sources_tell(struct sources *s, struct eyes_process *reader);

/* The log a batch belongs to; NULL if the batch is of an earlier generation. */
struct followed_log *
sources_tail(struct sources *s, uint32_t id, uint32_t generation);
/* Whether a batch of the log may count: what stands before it is still what was
 * read there, and all files of the log are stored. If not, the log is read
 * again, from where that is so, and the batch must be dropped. */
bool sources_check(struct sources *s, struct followed_log *t);
/* The batch is stored: acknowledges it, and lets go of a log that has ended. */
void sources_stored(
	struct sources *s, struct followed_log *t, const struct batch *b);
/* The batch could not be taken: eyes start again from the stored position, at
 * once or after a pause when the store is what failed. */
void sources_restart(struct sources *s, struct followed_log *t, bool pause);
/* Eyes gave the log up: noted as a gap, and tried again later. */
void sources_trouble(struct sources *s, uint32_t id, const char *text);

/* An array of {app, container, path, read, size, unlinked}, one for each file.
 * New reference. */
struct json_t *sources_json(const struct sources *s);
