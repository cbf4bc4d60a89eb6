#include "config.h"
#include "head/head.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "head/control/requests.h"
#include "head/failure.h"
#include "head/incidents/clock-adjust.h"
#include "head/notices/try-webhook.h"
#include "head/sources/app-reading.h"
#include "head/sources/discovery.h"
#include "head/sources/docker/docker-root.h"
#include "head/sources/docker/docker-service.h"
#include "head/store/store.h"

/* The same verbs as over the control socket, while no daemon runs. */
int
head_answer(const struct settings *settings, const json_t *request,
	json_t **ret, struct why *why)
{
	const char *verb = json_string_value(json_object_get(request, "verb"));
	/* A question must not leave a store behind; a pause may come before
	 * the first start. */
	if (access(settings->store, F_OK) < 0 && errno == ENOENT &&
		(!verb || strcmp(verb, "pause") != 0))
		return because(why, -ENOENT,
			"%s: there is no store: logmend did not run here yet",
			settings->store);
	own(store) struct store *store = NULL;
	int r = store_open(settings->store, &store, why);
	if (r < 0)
		return r;
	const struct requests v = { .settings = settings, .store = store };
	struct clock_adjust clock = { 0 };
	int64_t by;
	usec now = clock_wall();
	/* A question must not stand longer because the clock was set back while
	 * no daemon ran. A failure may be ignored: a store that cannot follow
	 * the clock cannot store what the user asks for either. */
	(void)clock_adjust_follow(&clock, store, now, clock_boot(), &by, why);
	*ret = requests_answer(&v, request, geteuid(), now);
	return 0;
}

static void
no_folder(void *arg, struct container_folder *folder)
{
	(void)arg;
	(void)folder;
}

/* Without an inotify instance nothing is watched. */
json_t *
head_look_for_apps(const struct settings *settings,
	void (*tell)(void *arg, const char *text), void *arg)
{
	struct discovery *d = discovery_new(settings, -1, tell, arg);
	discovery_scan(d, no_folder, NULL);
	json_t *list = app_readings_json(settings, d, NULL);
	discovery_free(d);
	return list;
}

int
head_find_docker_root(const char *given, char **ret, struct why *why)
{
	return docker_root_find(given, ret, why);
}

int
head_look_for_services(
	const char *root, struct docker_services *ret, struct why *why)
{
	return docker_services_read(root, ret, why);
}

const char *
head_service_url(const struct docker_service *s, const char *variable)
{
	return docker_service_url(s, variable);
}

int
head_try_webhook(const struct notify *n, unsigned *ret_status, struct why *why)
{
	struct webhook_answer answer = { 0 };
	int r = try_webhook(n, NULL, &answer, why);
	*ret_status = answer.status;
	return r;
}

int
head_note_failure(const struct settings *settings, struct why *why)
{
	return failure_note(settings, clock_wall(), why);
}

int
head_tell_failure(const struct settings *settings, usec unnoted,
	const char *last, void (*tell)(const char *text), struct why *why)
{
	own(str) char *text =
		failure_text(settings, unnoted, last, clock_wall());
	unsigned taken = 0;
	for (size_t i = 0; text && i < settings->n_notifies; i++) {
		const struct notify *n = &settings->notifies[i];
		struct webhook_answer answer;
		struct why what;
		/* The section may be one of those with a mistake. */
		int r = n->url_file
			? try_webhook(n, text, &answer, &what)
			: because(&what, -EINVAL, "it has no `url-file`");
		own(str) char *said = xprintf("notify %s: %s", n->name,
			r < 0 ? what.text : HEAD_TOLD_FAILURE);
		tell(said);
		taken += r >= 0;
	}
	if (text && !taken)
		return because(why, -EIO, "nobody could be told: %s", text);
	return text ? failure_told(settings, clock_wall(), why) : 0;
}

int
head_check_webhook(const struct notify *n, struct why *why)
{
	return try_webhook_url(n, why);
}
