/* The service itself: incidents, limits, store and notices. */
#pragma once

#include "config/settings.h"
#include "head/sources/docker/docker-service.h"

struct json_t;

/* Tells people what does not fit to the machine; called for each configuration
 * that is to come into force. */
typedef void head_check_fn(const struct settings *settings);

/* Runs by this configuration until SIGTERM or SIGINT; returns the exit code. */
int head_run(const char *config, head_check_fn *check);

/* Answers one request of the command line (control.h) from the store itself,
 * under its lock, when no daemon runs. -EWOULDBLOCK: a daemon holds the lock.
 */
int head_answer(const struct settings *settings, const struct json_t *request,
	struct json_t **ret, struct why *why);

/* What a daemon would find of each app now, from Docker's own files: an array
 * as `apps` in the status (app-reading.h). New reference. Tells of each
 * container whose configuration cannot be read, in one sentence. */
struct json_t *head_look_for_apps(const struct settings *settings,
	void (*tell)(void *arg, const char *text), void *arg);

/* Where Docker keeps its files here (sources/docker/docker-root.h); `given` may
 * be NULL. *ret is owned. */
int head_find_docker_root(const char *given, char **ret, struct why *why);
/* What services there are, from Docker's own files; free *ret in any case. */
int head_look_for_services(
	const char *docker_root, struct docker_services *ret, struct why *why);

/* Sends a message that says it is a test to the receiver, and waits for at most
 * ten seconds: 0 and the status of HTTP, or a negative errno and a sentence
 * without the URL. */
int
head_try_webhook(const struct notify *n, unsigned *ret_status, struct why *why);

/* Whether notices could be sent to the URL in this file: 0, or -EINVAL and the
 * like and the sentence that the running agent has for it, without the URL. */
int head_check_webhook(const struct notify *n, struct why *why);

/* The daemon ended in a bad way: noted beside its store, or there already. */
int head_note_failure(const struct settings *settings, struct why *why);
/* Tells all receivers, unless it runs again by now or they know; `last` is the
 * daemon's last line, escaped, or NULL. `tell` gets a sentence for each of
 * them. -EIO: nobody took it. */
int head_tell_failure(const struct settings *settings, const char *last,
	void (*tell)(const char *text), struct why *why);
