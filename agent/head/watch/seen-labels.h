/* What Docker said of the labels of services. It outlives a reload, and a
 * Docker that does not answer: what was known last stays. */
#pragma once

#include "config/settings.h"
#include "wire/docker/docker-frames.h"

struct seen_labels;
/* Nothing was said yet. Owned. */
struct seen_labels *seen_labels_new(void);
void seen_labels_free(struct seen_labels *s);
OWN(seen_labels, struct seen_labels *, seen_labels_free);
/* Keeps what was said, in the place of what was. */
void seen_labels_put(struct seen_labels *s, const struct service_labels *l);
/* Nothing was said: what was known does not hold any more, also for settings to
 * come. */
void seen_labels_forget(struct seen_labels *s);
/* Makes the app what the file and the labels say; where the settings have
 * Docker off, the file alone. `asks`: Docker is asked, so that an app of whose
 * services nothing was said yet awaits its labels. Says what is new in the log.
 * Whether the app is told something else now. */
bool seen_labels_apply(const struct seen_labels *s,
	const struct settings *settings, struct app *app, bool asks);
