#include "config.h"
#include "hands/run/stop.h"

#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/io/frame.h"
#include "base/io/log.h"
#include "config/labels.h"
#include "config/load-settings.h"
#include "config/settings.h"
#include "docker/app-labels.h"
#include "docker/engine.h"
#include "wire/role.h"
#include "wire/stop-files.h"

#define TEXT_MAX 500u
/* For all that Docker is asked here: locks may be held. */
#define LABELS_TIME USEC_SECOND
/* A Docker that hangs would cost a mend that second before each commit. */
#define SILENT_TIME (30 * USEC_SECOND)

static void
take_stop(struct stop *s, struct frame *f)
{
	own(str) char *text = frame_get_str(f, FRAME_MAX);
	s->told = true;
	own(str) char *shown =
		escape_str(span_of(text ? text : "head stopped it"), TEXT_MAX,
			ESCAPE_LINE);
	(void)because(&s->by, 0, "%s", shown);
}

/* Whatever came is read, and nothing is waited for. A head that is gone stops
 * nobody: hands outlive it. */
static void
hear_head(struct stop *s)
{
	struct pollfd p = { s->sock, POLLIN, 0 };
	while (s->sock >= 0 && poll(&p, 1, 0) > 0) {
		own(frame) struct frame f = FRAME(0);
		if (frame_recv(s->sock, &f) <= 0)
			s->sock = -1;
		else if (f.type == HANDS_STOP)
			take_stop(s, &f);
	}
}

/* The freeze file and the store's folder are those of the configuration as it
 * is now. */
static bool
files_stop(const struct settings *settings, struct why *why)
{
	own(str) char *text = stop_files_freeze(settings->freeze_file);
	if (!text)
		text = stop_files_paused(settings->store);
	if (text)
		(void)because(why, 0, "%s", text);
	return text != NULL;
}

/* What the service's labels allow, where Docker tells. */
static void
ask_labels(struct stop *s, struct app *app)
{
	own(engine) struct engine *e = NULL;
	struct why why;
	usec now = clock_mono();
	if (now < s->asks_from || !app->docker_socket ||
		app->policy->mode == MODE_REPORT)
		return;
	int r = engine_open_until(
		app->docker_socket, now + LABELS_TIME, &e, &why);
	if (r == 0)
		r = app_labels_ask(e, app, &why);
	if (r < 0)
		log_debug("%s", why.text);
	s->asks_from = r == -ETIMEDOUT ? clock_mono() + SILENT_TIME : 0;
}

static bool
settings_stop(struct stop *s, struct settings *settings, struct why *why)
{
	struct app *app = (struct app *)settings_app(settings, s->app);
	if (!app || !app->remedy[s->class]) {
		(void)because(why, 0,
			"%s no longer has a remedy for this of app %s",
			settings->file, s->app);
		return true;
	}
	ask_labels(s, app);
	enum mode mode = app->policy->mode;
	own(str) char *text = labels_mode_text(app);
	if (mode == MODE_ACT || (mode == MODE_ASK && s->approved))
		return false;
	(void)because(why, 0, "%s now says mode %s for app %s", settings->file,
		text, s->app);
	if (app->labels && app->labels->mode_by)
		(void)because(
			why, 0, "the mode of app %s is now %s", s->app, text);
	return true;
}

bool
stop_asked(struct stop *s, struct why *why)
{
	own(settings) struct settings *settings = NULL;
	struct why inner;
	if (!s)
		return false;
	hear_head(s);
	if (s->told) {
		(void)because(why, 0, "%s", s->by.text);
		return true;
	}
	if (load_settings(s->config, &settings, &inner) < 0) {
		(void)because(why, 0,
			"the configuration cannot be read now: %s", inner.text);
		return true;
	}
	return files_stop(settings, why) || settings_stop(s, settings, why);
}
