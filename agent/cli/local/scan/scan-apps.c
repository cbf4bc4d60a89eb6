#include "config.h"
#include "cli/local/scan/scan-apps.h"

#include <errno.h>

#include "cli/output/terminal.h"

static bool
are_listed(struct scan_apps *a)
{
	if (a->containers || a->error)
		return a->containers;
	a->error =
		head_containers_read(a->settings, &a->containers, &a->trouble);
	size_t left = a->containers ? head_containers_left(a->containers) : 0;
	if (left)
		(void)terminal_fails(0,
			"%s: %zu containers more were not looked at, for there "
			"are too many: `docker container prune` removes those "
			"that ended",
			a->settings->docker_root, left);
	return a->containers;
}

/* Where containers cannot be listed, their logs cannot be read either. */
void
scan_apps_learn(struct scan_apps *a)
{
	if (a->settings->n_apps)
		(void)are_listed(a);
}

void
scan_apps_free(struct scan_apps *a)
{
	head_containers_free(a->containers);
}

const struct app *
scan_apps_configured(struct scan_apps *a, const char *name)
{
	return head_app_configured(a->settings, name);
}

size_t
scan_apps_each(struct scan_apps *a, const char *name,
	void (*on_container)(void *arg, const struct head_container *one),
	void *arg)
{
	return are_listed(a)
		? head_containers_of(a->containers, name, on_container, arg)
		: 0;
}

bool
scan_apps_has(struct scan_apps *a, const char *name)
{
	return scan_apps_configured(a, name) ||
		scan_apps_each(a, name, NULL, NULL) > 0;
}

char *
scan_apps_missing(struct scan_apps *a, const char *name)
{
	bool known = scan_apps_configured(a, name);
	if (!are_listed(a))
		return xprintf("%s, and containers cannot be looked for: %s%s",
			known ? "is an app" : "there is no such file",
			a->trouble.text,
			a->error == -EACCES ? " (try sudo)" : "");
	own(str) char *near = head_containers_nearest(a->containers, name);
	return xprintf("%s%s%s",
		known ? "no container belongs to this app"
		      : "there is no such file, and no such app",
		near ? "; there are apps "
		     : "; there is no container of any "
		       "app",
		near ? near : "");
}
