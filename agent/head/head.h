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

/* The URL of PostgreSQL that this variable of the service has, borrowed, and
 * secret; NULL: it has none. */
const char *
head_service_url(const struct docker_service *s, const char *variable);

/* The containers of Swarm services that are there now, from Docker's own files.
 * `settings` is borrowed and outlives *ret, which is owned. From then on this
 * process knows the credentials in the environments of configured apps. */
struct head_containers;
int head_containers_read(const struct settings *settings,
	struct head_containers **ret, struct why *why);
/* How many containers were not looked at: there are too many. */
size_t head_containers_left(const struct head_containers *c);
void head_containers_free(struct head_containers *c);
OWN(head_containers, struct head_containers *, head_containers_free);

struct head_container {
	const char *id;
	const char *driver; /* NULL: not known */
	const char *log;    /* the path that its current file has */
};

/* The app of the configuration that is called so, or whose service is;
 * borrowed, NULL if there is none. */
const struct app *
head_app_configured(const struct settings *settings, const char *name);
/* Calls on_container (may be NULL) for each container of the app, the oldest
 * first; returns how many there are. `name` is an app's, of the configuration
 * or not, or a service's. */
size_t head_containers_of(const struct head_containers *c, const char *name,
	void (*on_container)(void *arg, const struct head_container *one),
	void *arg);
/* The names of apps, those first that are most like `name`: configured ones and
 * those that have containers. Owned; NULL if there are none. */
char *
head_containers_nearest(const struct head_containers *c, const char *name);
/* Calls on_file for each file of a container's log, oldest first: what was
 * rotated away, then the current one. `path` is the name that the file has now;
 * both are borrowed. Returns 0, or a negative errno for what could not be read,
 * after the call for all that could. */
int head_log_files(const struct settings *settings, const char *log,
	void (*on_file)(void *arg, const char *path, int fd), void *arg,
	struct why *why);

/* Sends a message that says it is a test to the receiver, and waits for at most
 * ten seconds, or thirty for a sender that hangs: 0 and the status of HTTP, or
 * a negative errno and a sentence without the URL. */
int
head_try_webhook(const struct notify *n, unsigned *ret_status, struct why *why);

/* Whether notices could be sent to the URL in this file: 0, or -EINVAL and the
 * like and the sentence that the running agent has for it, without the URL. */
int head_check_webhook(const struct notify *n, struct why *why);

/* The daemon ended in a bad way: noted in the state directory, or there
 * already. */
int head_note_failure(const struct settings *settings, struct why *why);
/* Tells all receivers, unless it runs again by now or they know. `unnoted`: the
 * daemon ended then, and that could not be noted; 0: it could. `last` is its
 * last line, escaped, or NULL. `tell` gets a sentence for each of
 * them. -EIO: nobody took it. */
#define HEAD_TOLD_FAILURE "was told that logmend does not run"
int head_tell_failure(const struct settings *settings, usec unnoted,
	const char *last, void (*tell)(const char *text), struct why *why);
