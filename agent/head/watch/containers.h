/* The containers of the configured apps as Docker tells of them: head's side of
 * the role `docker`. Where Docker's socket may not be used, Docker's own files
 * stay the way to find containers, and nobody tells of deaths. */
#pragma once

#include <systemd/sd-event.h>

#include "head/watch/deaths.h"
#include "head/watch/own-faults.h"
#include "head/sources/sources.h"
#include "wire/finding.h"

struct containers;
struct seen_labels;

/* All borrowed, and outlive the containers. */
struct containers_parts {
	sd_event *loop;
	struct settings *settings; /* labels lower its apps */
	struct scheduler *scheduler;
	struct store *store;
	struct sources *sources;
	struct seen_labels *labels;
	/* Docker told the labels of the app. `told_else`: they changed what it
	 * may do; `first`: nothing was known of them before. */
	void (*on_labels)(
		void *arg, const struct app *app, bool told_else, bool first);
	void *arg;
};

/* `kept` is what another left, or NULL; it stays the caller's. *ret is owned.
 */
int containers_start(const struct containers_parts *parts,
	const struct deaths *kept, struct containers **ret, struct why *why);
void containers_free(struct containers *c);
/* Ends it, and leaves what it counted (deaths_free()) to the next. */
struct deaths *containers_leave(struct containers *c);
/* {way, socket, api, trouble}: `socket` or `files`. New reference. */
struct json_t *containers_json(const struct containers *c);
/* What changed before the app's fault, first logged at `first_ns`
 * (head/watch/what-changed.h), as struct incidents wants to be told. *ret is to
 * be freed. */
void containers_on_opened(struct containers *const *containers,
	const struct app *app, int64_t first_ns, struct finding *ret);
