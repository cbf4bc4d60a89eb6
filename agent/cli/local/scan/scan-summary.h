/* What a scan found, as people want to know it first: for each app and object
 * how often, when first and last, and which command tells more. */
#pragma once

#include "config/settings.h"
#include "wire/fault.h"

struct page;
struct scan_summary;

struct scan_summary *scan_summary_new(void);
void scan_summary_free(struct scan_summary *s);
OWN(scan_summary, struct scan_summary *, scan_summary_free);

/* Counts a fault of the log at `path`; `app` is NULL where it is not known
 * whose log that is. Everything is borrowed. */
void scan_summary_add(struct scan_summary *s, const char *app, const char *path,
	const struct fault *f);
/* Adds all of it to the page. `settings` says which apps are configured. */
void scan_summary_show(const struct scan_summary *s,
	const struct settings *settings, struct page *to);
