#include "config.h"
#include "head/notices/judge-urls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/file.h"
#include "base/io/log.h"
#include "head/roles/notify-process.h"

struct asked_url {
	struct judge_urls *all;
	char *where; /* file, line and key; NULL: it is told */
};

struct judge_urls {
	struct notify_process *sender; /* NULL: it is not needed any more */
	sd_event_source *end;          /* in the loop's next turn */
	struct asked_url *urls;
	size_t n, left;
};

/* What follows the place is said by `check-config` as well. */
static void
tell(struct asked_url *u, const char *text)
{
	if (text)
		log_warn("%s: %s", u->where, text);
	free(take(u->where));
	/* The sender is freed by on_end(): this is called by it. */
	if (--u->all->left == 0)
		(void)sd_event_source_set_enabled(
			u->all->end, SD_EVENT_ONESHOT);
}

static void
on_answer(const struct webhook_answer *answer, void *arg)
{
	tell(arg, answer->end == WEBHOOK_SENT ? NULL : answer->text);
}

static void
on_ready(void *arg)
{
	(void)arg;
}

/* Nobody waits for another one. */
static void
on_gone(void *arg, const char *text)
{
	struct judge_urls *j = arg;
	for (size_t i = 0; i < j->n; i++)
		if (j->urls[i].where)
			tell(&j->urls[i], text);
}

static int
on_end(sd_event_source *s, void *arg)
{
	struct judge_urls *j = arg;
	(void)s;
	notify_process_free(take(j->sender));
	return 0;
}

static bool
can_be_read(const char *url_file, struct why *why)
{
	char *url = NULL;
	int r = file_read_secret(url_file, &url, why);
	if (url)
		explicit_bzero(url, strlen(url));
	free(url);
	return r >= 0;
}

static void
add(struct judge_urls *j, const struct settings *s, const struct notify *n)
{
	struct asked_url *u = &j->urls[j->n++];
	struct why why;
	u->all = j;
	u->where = xprintf("%s:%u: url-file", s->file,
		settings_line(s, n->line, "url-file"));
	j->left++;
	if (!can_be_read(n->url_file, &why))
		tell(u, why.text);
}

/* Behind add() for all: one that cannot be started is told at once, of each. */
static void
ask(struct judge_urls *j, const struct settings *s)
{
	for (size_t i = 0; i < s->n_notifies; i++) {
		const struct webhook_order order = { .type = NOTIFY_CHECK,
			.url_file = s->notifies[i].url_file,
			.private = s->notifies[i].private };
		if (j->urls[i].where)
			notify_process_send(
				j->sender, &order, on_answer, &j->urls[i]);
	}
}

struct judge_urls *
judge_urls(sd_event *loop, const struct settings *s)
{
	own(judge_urls) struct judge_urls *j = xcalloc(1, sizeof(*j));
	const struct notify_process_calls calls = { on_ready, on_gone, j };
	j->urls = xcalloc(s->n_notifies + 1, sizeof(*j->urls));
	j->sender = notify_process_new(loop, &calls);
	int r = j->sender ? sd_event_add_defer(loop, &j->end, on_end, j)
			  : -ENOMEM;
	if (r >= 0)
		r = sd_event_source_set_enabled(j->end, SD_EVENT_OFF);
	if (r < 0) {
		log_warn("the URLs of receivers are not judged: %s",
			strerror(-r));
		return NULL;
	}
	for (size_t i = 0; i < s->n_notifies; i++)
		add(j, s, &s->notifies[i]);
	ask(j, s);
	return take(j);
}

void
judge_urls_free(struct judge_urls *j)
{
	if (!j)
		return;
	notify_process_free(j->sender);
	sd_event_source_disable_unref(j->end);
	for (size_t i = 0; i < j->n; i++)
		free(j->urls[i].where);
	free(j->urls);
	free(j);
}
