/* A look at the freeze file's folder, so that its coming and going is noticed
 * at once. Where the folder cannot be watched, it is noticed when somebody asks
 * limits_frozen() the next time. */
#pragma once

#include <systemd/sd-event.h>

#include "base/own.h"

struct freeze;

typedef void freeze_changed_fn(void *arg);

/* Never fails: NULL where nothing can be watched. */
struct freeze *freeze_watch(sd_event *loop, const char *path,
	freeze_changed_fn *changed, void *arg);
void freeze_free(struct freeze *f);
