/* The logs of the configured apps, from their folders to eyes. This is the part
 * of head that decides when to look. discovery.c finds the folders of
 * containers; open-logs.c opens logs the moment they appear; resume.c finds
 * what an earlier head had open; followed-logs.c holds each log until every
 * byte of it is stored, gives it to eyes and lets go of it; rotated-files.c
 * knows about rotated copies; checkpoints.c writes it all to the store. */
#pragma once

#include <systemd/sd-event.h>

#include "head/sources/app-reading.h"
#include "head/sources/followed-log.h"
#include "head/roles/eyes-process.h"
#include "head/store/store.h"
#include "config/settings.h"

struct docker_container;
struct json_t;
struct left_files;
struct sources;

/* Tells people something they should know: a log that cannot be opened, a gap.
 * One sentence, escaped. */
typedef void sources_note_fn(void *arg, const char *text);

/* Finds and opens what is there now, first of all what is left, which may be
 * NULL and is copied. All other arguments are borrowed and outlive *ret, which
 * is owned. */
int sources_new(sd_event *loop, const struct settings *settings,
	const struct rules *rules, struct store *store,
	const struct left_files *left, sources_note_fn *note, void *arg,
	struct sources **ret, struct why *why);
/* Frees them as sources_free() does, but adds their files to *ret, open. */
void sources_leave(struct sources *s, struct left_files *ret);
/* Closes every log; their duplicates in the fd store stay for the next head. */
void sources_free(struct sources *s);
OWN(sources, struct sources *, sources_free);

/* How many containers are left out because there are too many. */
size_t sources_left(const struct sources *s);
/* How many logs are followed. */
size_t sources_count(const struct sources *s);

/* The inotify instance from which eyes learn of appends; borrowed. */
int sources_watches(const struct sources *s);
/* Looks for logs that came, went and were rotated. The loop does so too, on
 * events and every few seconds. */
void sources_scan(struct sources *s);
/* Gives every log, from its stored position on, to eyes that have just started,
 * and from now on what changes. */
void sources_tell(struct sources *s, struct eyes_process *reader);

/* The log that a batch belongs to, borrowed; NULL if head has set a new
 * position since eyes got the log: then the batch must be dropped. */
struct followed_log *
sources_tail(struct sources *s, uint32_t id, uint32_t generation);
/* Whether a batch of the log may count: its files still hold what was read
 * before, and all of them are stored. If not, this makes eyes read the log
 * again from where that is so, and the batch must be dropped. */
bool sources_check(struct sources *s, struct followed_log *t);
/* To be called when the batch is stored: acknowledges it to eyes, closes files
 * that are read, and lets go of a log that has ended; `t` may be freed. */
void sources_stored(
	struct sources *s, struct followed_log *t, const struct batch *b);
/* To be called when a batch could not be stored: makes eyes start again from
 * the stored position, at once, or after a pause if the store is what failed.
 */
void sources_restart(struct sources *s, struct followed_log *t, bool pause);
/* To be called when eyes gave the log up, for the reason `text`: has them try
 * again later, or skips a rotated file that they cannot read. */
void
sources_trouble(struct sources *s, uint32_t id, bool broken, const char *text);

/* To be called every few seconds, see followed_log_tick(). */
void sources_tick(struct sources *s);
/* What is read of each app (app-reading.h), as an array with one entry for each
 * app of the settings, which the caller has. */
void sources_readings(const struct sources *s, struct app_reading *ret);
/* Why nothing is read of an app, or "2 logs of 2 containers"; owned. */
char *
sources_reading_text(const struct sources *s, const struct app_reading *a);
/* app_readings_json(); new reference. */
struct json_t *sources_readings_json(const struct sources *s);

/* The containers of the app as Docker's own files describe them now; the list
 * and each of it is owned. A few are looked at, as this waits for the disk. */
struct docker_container **sources_containers(
	const struct sources *s, const struct app *app, size_t *ret_n);

/* An array of {app, container, path, read, size, unlinked}, one for each file.
 * New reference. */
struct json_t *sources_json(const struct sources *s);
