#include "config.h"
#include "cli/doctor/examine.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "cli/local/docker-labels.h"
#include "cli/output/advice.h"
#include "config/caprover.h"
#include "config/labels.h"
#include "config/settings.h"
#include "head/head.h"

#define SHOWN 64u

/* Of a root that this user may not read nothing is known. */
static enum advice_kind
kind_of_trouble(void)
{
	return geteuid() ? ADVICE_UNKNOWN : ADVICE_TO_DO;
}

static void
tell(void *arg, const char *text)
{
	struct doctor *d = arg;
	advice_add(&d->advices, kind_of_trouble(), "Docker", "%s", text);
}

/* The service of the app, as its newest container has it. */
static const struct docker_service *
service_of(const struct docker_services *all, const struct app *a)
{
	for (size_t i = 0; i < all->n; i++)
		if (*all->list[i].name &&
			caprover_is_service(a, all->list[i].name))
			return &all->list[i];
	return NULL;
}

#define JSON_FILE "--log-driver json-file --log-opt max-size=512m"

/* What of the log's own settings loses lines, or fills the disk. */
/* Swarm replaces the tasks of a service whose log is set anew. */
#define DEPLOYS "; the command deploys the app again, which restarts it"

static void
examine_log(struct doctor *d, const char *about, const struct docker_service *s)
{
	bool drops = s->log_mode && strcmp(s->log_mode, "blocking") != 0;
	own(str) char *size = escape_str(
		span_of(s->max_size ? s->max_size : ""), SHOWN, ESCAPE_LINE);
	own(str) char *files = escape_str(
		span_of(s->max_file ? s->max_file : "1"), SHOWN, ESCAPE_LINE);
	if (drops)
		advice_add(&d->advices, ADVICE_TO_DO, about,
			"its log drops lines where the disk is slow "
			"(mode=%.20s)" DEPLOYS,
			s->log_mode);
	else if (!s->max_size)
		advice_add(&d->advices, ADVICE_TO_DO, about,
			"its log has no max-size, and fills the disk" DEPLOYS);
	else
		advice_add(&d->advices, ADVICE_FINE, about,
			"its log has max-size %s, max-file %s", size, files);
	if (drops || !s->max_size)
		advice_command(&d->advices,
			"sudo docker service update " JSON_FILE "%s %s",
			drops ? " --log-opt mode=blocking" : "", s->name);
}

static void
tell_unknown(void *arg, const struct app *a, const char *text)
{
	struct doctor *d = arg;
	own(str) char *about = xprintf("app %s", a->name);
	advice_add(&d->advices, ADVICE_UNKNOWN, about,
		"which labels its service has could not be told: %s", text);
}

void
examine_labels(struct doctor *d, struct settings *settings)
{
	docker_labels_ask(settings, tell_unknown, d);
	for (size_t i = 0; i < settings->n_apps; i++) {
		const struct app *a = &settings->apps[i];
		const struct app_labels *l = a->labels;
		own(str) char *about = xprintf("app %s", a->name);
		for (char **text = l ? l->lowered : NULL; text && *text; text++)
			advice_add(
				&d->advices, ADVICE_NOTE, about, "%s", *text);
		for (size_t k = 0; l && k < l->n_troubles; k++) {
			advice_add(&d->advices, ADVICE_TO_DO, about, "%s",
				l->troubles[k].text);
			advice_command(
				&d->advices, "%s", l->troubles[k].command);
		}
	}
}

static void
examine_app(struct doctor *d, const struct app *a, const json_t *reading,
	const struct docker_service *s)
{
	own(str) char *about = xprintf("app %s", a->name);
	const char *trouble =
		json_string_value(json_object_get(reading, "trouble"));
	json_int_t n =
		json_integer_value(json_object_get(reading, "containers"));
	own(str) char *mode = labels_mode_text(a);
	bool other = s && s->driver && strcmp(s->driver, "json-file") != 0;
	if (!trouble) {
		advice_add(&d->advices, ADVICE_FINE, about,
			"%lld container%s, mode %s", (long long)n,
			n == 1 ? "" : "s", mode);
		if (s)
			examine_log(d, about, s);
		return;
	}
	advice_add(&d->advices, kind_of_trouble(), about, "%s%s", trouble,
		other ? DEPLOYS : "");
	if (other)
		advice_command(&d->advices,
			"sudo docker service update " JSON_FILE " %s", s->name);
}

void
examine_sources(struct doctor *d)
{
	const struct settings *s = d->settings;
	own(docker_services) struct docker_services all = { 0 };
	struct why why;
	json_t *apps = head_look_for_apps(s, tell, d);
	/* head_look_for_apps() told of it where it cannot be read. */
	(void)head_look_for_services(s->docker_root, &all, &why);
	for (size_t i = 0; i < s->n_apps; i++)
		examine_app(d, &s->apps[i], json_array_get(apps, i),
			service_of(&all, &s->apps[i]));
	json_decref(apps);
}
