/* That the store cannot be written: no room, a file system that is read-only, a
 * disk that fails. Notices wait in the store, so this one goes to the sender
 * without a row; who was told lies in a file of its own (kept-text.h), from
 * which a later daemon goes on. That the store can be written again is queued
 * as any notice, for those who were told. A daemon that does not run, for the
 * same reason, is told of by head/failure.h. */
#pragma once

#include <systemd/sd-event.h>

#include "base/clock.h"
#include "config/settings.h"
#include "head/roles/notify-process.h"
#include "head/store/store.h"

struct json_t;
struct store_trouble;

/* Writes that fail for so long are told, and an end without a failure for so
 * long: a disk that is almost full takes one write and refuses the next. */
#define STORE_TROUBLE_LASTS USEC_MINUTE
/* How often that is looked at. */
#define STORE_TROUBLE_TICK (10 * USEC_SECOND)
/* Whoever was told is told again while it lasts, and of a later one not sooner
 * than that: a disk that fills again and again sends no flood. */
#define STORE_TROUBLE_AGAIN USEC_DAY
#define STORE_TROUBLE_ANEW USEC_HOUR

struct store_trouble_calls {
	/* Sends the notice, as notify_process_send() does. */
	void (*send)(void *arg, const struct notify *to,
		const struct outgoing *o, webhook_done *done, void *done_arg);
	/* Notices were queued. */
	void (*queued)(void *arg);
	/* For the log. */
	void (*say)(void *arg, const char *text);
	void *arg;
};

/* All is borrowed, the loop too; *ret is owned. Whoever sends must have ended
 * before it is freed. */
int store_trouble_new(sd_event *loop, const struct clock *clock,
	struct store *store, const struct settings *settings,
	const struct store_trouble_calls *calls, struct store_trouble **ret);
void store_trouble_free(struct store_trouble *t);
OWN(store_trouble, struct store_trouble *, store_trouble_free);
/* Other settings are in force. */
void
store_trouble_reload(struct store_trouble *t, const struct settings *settings);
/* What each tick does: looks how writes ended, tries one where they failed, and
 * tells who is to be told. */
void store_trouble_look(struct store_trouble *t);
/* {since, why} while writes fail, or null. New reference. */
struct json_t *store_trouble_json(const struct store_trouble *t);
