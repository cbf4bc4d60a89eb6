#include "config.h"
#include "head/policy/freeze.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "base/buf.h"
#include "base/io/log.h"

struct freeze {
	sd_event_source *source;
	char *name; /* in its folder */
	freeze_changed_fn *changed;
	void *arg;
};

/* The folder is watched and not the file, which mostly does not exist. */
static int
on_folder(sd_event_source *s, const struct inotify_event *e, void *arg)
{
	struct freeze *f = arg;
	(void)s;
	/* After an overflow any event may be lost, also one of the freeze file.
	 */
	if (e->mask & IN_Q_OVERFLOW ||
		(e->len && strcmp(e->name, f->name) == 0))
		f->changed(f->arg);
	return 0;
}

struct freeze *
freeze_watch(
	sd_event *loop, const char *path, freeze_changed_fn *changed, void *arg)
{
	const char *slash = strrchr(path, '/');
	own(str) char *folder = slash && slash != path
		? xstrndup(path, (size_t)(slash - path))
		: xstrdup(slash ? "/" : ".");
	struct freeze *f = xcalloc(1, sizeof(*f));
	f->name = xstrdup(slash ? slash + 1 : path);
	f->changed = changed;
	f->arg = arg;
	int r = sd_event_add_inotify(loop, &f->source, folder,
		IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
			IN_ONLYDIR,
		on_folder, f);
	if (r >= 0)
		return f;
	/* It is asked for before each attempt in any case; only a thaw is then
	 * noticed late. */
	log_debug("%s is not watched: %s", folder, strerror(-r));
	freeze_free(f);
	return NULL;
}

void
freeze_free(struct freeze *f)
{
	if (!f)
		return;
	sd_event_source_disable_unref(f->source);
	free(f->name);
	free(f);
}
