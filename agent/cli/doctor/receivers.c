#include "config.h"
#include "cli/doctor/examine.h"

#include "cli/output/advice.h"
#include "config/labels.h"
#include "head/head.h"

/* What is wrong with the URL itself examine_configuration() has told. */
static void
examine_receiver(struct doctor *d, const struct notify *n)
{
	own(str) char *about = xprintf("notify %s", n->name);
	own(str) char *what = xprintf("notify-test %s", n->name);
	own(str) char *command = doctor_command(d, what);
	struct why why;
	unsigned status = 0;
	if (head_check_webhook(n, &why) < 0)
		return;
	if (!d->send) {
		advice_add(&d->advices, ADVICE_FINE, about,
			"its URL is one; nothing was sent (--send does)");
	} else if (head_try_webhook(n, &status, &why) < 0) {
		advice_add(&d->advices, ADVICE_TO_DO, about, "%s", why.text);
		advice_command(&d->advices, "%s", command);
	} else {
		advice_add(&d->advices, ADVICE_FINE, about,
			"took a test message with status %u", status);
	}
}

void
examine_receivers(struct doctor *d)
{
	const struct settings *s = d->settings;
	for (size_t i = 0; i < s->n_apps; i++) {
		own(str) char *about = xprintf("app %s", s->apps[i].name);
		if (s->apps[i].labels && s->apps[i].labels->off)
			advice_add(&d->advices, ADVICE_NOTE, about,
				"nobody is told of its faults, by %s",
				s->apps[i].labels->mode_by);
		else if (!s->apps[i].n_notify)
			advice_add(&d->advices, ADVICE_TO_DO, about,
				"nobody is told of its faults: name a [notify] "
				"section with `notify`, see logmend.conf(5)");
	}
	for (size_t i = 0; i < s->n_notifies; i++)
		examine_receiver(d, &s->notifies[i]);
}
