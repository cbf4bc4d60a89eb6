#include "config.h"
#include "head/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "head/folders.h"
#include "head/leftovers.h"
#include "head/places.h"
#include "head/positions.h"

#define RESCAN (5 * USEC_SECOND)
#define SETTLE (50 * (USEC_SECOND / 1000)) /* events come in showers */
#define PAUSE (10 * USEC_SECOND)
#define COPIES_MOST 9 /* how many rotated copies are looked at */

struct sources {
	sd_event *loop;
	const struct settings *settings;
	const struct rules *rules;
	struct places places;
	struct reader *reader; /* NULL before the first eyes are ready */
	struct logfile *logs;
	struct folders *folders;
	struct leftovers *leftovers; /* while starting, else NULL */
	uint32_t last_id;
	int dirs;    /* inotify: folders come, logs are renamed */
	int appends; /* inotify: eyes' own */
	sd_event_source *on_dirs, *on_timer;
	usec scan_due; /* monotonic; 0: none is planned */
};

static void __attribute__((format(printf, 2, 3)))
note(struct sources *s, const char *fmt, ...)
{
	own(buf) struct buf text = { 0 };
	va_list args;
	va_start(args, fmt);
	buf_vprintf(&text, fmt, args);
	va_end(args);
	s->places.note(s->places.arg, buf_str(&text));
}

/* --- one log -------------------------------------------------------------- */

static void
tell_log(struct sources *s, struct logfile *l)
{
	if (!s->reader || !reader_is_ready(s->reader) || l->resume)
		return;
	reader_add(s->reader, &l->source, l->fd);
	if (l->finishing)
		reader_finish(s->reader, l->source.id);
}

static void
finish(struct sources *s, struct logfile *l)
{
	if (l->finishing)
		return;
	l->finishing = true;
	if (s->reader && !l->resume)
		reader_finish(s->reader, l->source.id);
}

/* Eyes forget what they know of it and go on at the stored position. */
static void
read_again(struct sources *s, struct logfile *l)
{
	if (s->reader)
		reader_drop(s->reader, l->source.id);
	l->source.generation++;
	tell_log(s, l);
}

/* Starts the log again at its beginning: what was read is no longer what
 * stands there. */
static void
begin_anew(struct sources *s, struct logfile *l, const char *reason)
{
	struct why why;
	if (places_begin_anew(&s->places, l, reason, &why) < 0) {
		note(s, "%s: %s", l->path, why.text);
		return; /* the next scan tries again */
	}
	read_again(s, l);
}

/* --- opening -------------------------------------------------------------- */

/* What comes after the very first start of an app is read whole. */
static int
place_log(struct sources *s, struct logfile *l, const struct place *old,
	struct why *why)
{
	if (old)
		return places_resume(&s->places, l, old, why);
	bool history =
		s->leftovers && !leftovers_know(s->leftovers, l->app->name);
	return places_begin(&s->places, l, history, why);
}

/* Takes the descriptor over in any case. */
static int
add_log(struct sources *s, const struct app *app, const char *container,
	const char *path, int log_fd, bool finished, const struct place *old,
	struct why *why)
{
	own(logfile) struct logfile *l = NULL;
	int r = logfile_new(app, container, path, log_fd, &l, why);
	if (r >= 0)
		r = rules_select(
			s->rules, app->packs, app->rules_off, &l->source, why);
	if (r >= 0)
		r = place_log(s, l, old, why);
	if (r < 0)
		return r;
	own(str) char *link = xprintf("/proc/self/fd/%d", l->fd);
	/* -1 (too many watches) leaves eyes their own looking every 5 s. */
	l->source.watch = inotify_add_watch(s->appends, link, IN_MODIFY);
	l->source.id = ++s->last_id;
	l->finishing = finished;
	logfile_keep(l);
	l->next = s->logs;
	s->logs = l;
	tell_log(s, take(l));
	return 0;
}

/* The log that is held of the file which now has this name. */
static struct logfile *
log_of_file(struct sources *s, const struct stat *st)
{
	for (struct logfile *l = s->logs; l; l = l->next)
		if (l->identity.dev == st->st_dev &&
			l->identity.ino == st->st_ino)
			return l;
	return NULL;
}

static char *
copy_path(const char *path, int number)
{
	return xprintf("%s.%d", path, number);
}

static void
add_copy(struct sources *s, const struct folder *f, int number)
{
	own(str) char *path = copy_path(f->path, number);
	struct why why;
	struct stat st;
	int fd = logfile_open(path, &why);
	if (fd >= 0 && fstat(fd, &st) == 0 && log_of_file(s, &st)) {
		fd_close(fd);
		return;
	}
	if (fd >= 0)
		fd = add_log(s, f->app, f->id, path, fd, true, NULL, &why);
	if (fd < 0)
		note(s, "app %s: %s", f->app->name, why.text);
}

/* Two rotations may fall between two of our looks, or into a time when nobody
 * looked: what lies between the log that was held last and the one that is new
 * was never seen. Copies older than that were read long ago. */
static void
add_missed(void *arg, struct folder *f)
{
	struct sources *s = arg;
	struct stat st;
	int last = 0;
	if (!f->fresh)
		return;
	f->fresh = false;
	while (++last <= COPIES_MOST) {
		own(str) char *path = copy_path(f->path, last);
		if (stat(path, &st) < 0)
			return;
		if (log_of_file(s, &st))
			break;
	}
	while (last <= COPIES_MOST && --last > 0)
		add_copy(s, f, last);
}

static void
open_current(void *arg, struct folder *f)
{
	struct sources *s = arg;
	struct why why;
	struct stat st;
	if (stat(f->path, &st) < 0 || log_of_file(s, &st))
		return; /* not there yet, or held */
	int fd = logfile_open(f->path, &why);
	const struct place *old = fd >= 0 && s->leftovers
		? leftovers_claim(s->leftovers, fd)
		: NULL;
	f->fresh = fd >= 0 && !old;
	if (fd >= 0)
		fd = add_log(s, f->app, f->id, f->path, fd, false, old, &why);
	if (fd < 0 && fd != -ENOENT && !f->noted) {
		f->noted = true;
		note(s, "app %s: %s", f->app->name, why.text);
	}
	if (!s->leftovers)
		add_missed(s, f);
}

/* --- what became of the logs that are held -------------------------------- */

static void
check_log(struct sources *s, struct logfile *l)
{
	bool gone =
		!logfile_has_name(l) && !folders_have(s->folders, l->container);
	/* Docker closes a log before it makes the next one, and a container's
	 * folder goes only after its last words. */
	if (gone || logfile_is_replaced(l))
		finish(s, l);
	bool shrunk = logfile_has_shrunk(l);
	if (!l->finishing && !position_holds(&l->source.from, l->fd)) {
		begin_anew(s, l, "it was truncated or rewritten");
	} else if (!l->finishing && shrunk) {
		places_gap(&s->places, l,
			"it was truncated before all of it was read");
		read_again(s, l);
	}
	if (l->resume && clock_mono() >= l->resume) {
		l->resume = 0;
		tell_log(s, l);
	}
}

static void
drop_log(struct sources *s, struct logfile *gone)
{
	for (struct logfile **at = &s->logs; *at; at = &(*at)->next) {
		if (*at != gone)
			continue;
		*at = gone->next;
		break;
	}
	if (gone->source.watch >= 0)
		(void)inotify_rm_watch(s->appends, gone->source.watch);
	if (s->reader)
		reader_drop(s->reader, gone->source.id);
	logfile_unkeep(gone);
	logfile_free(gone);
}

void
sources_scan(struct sources *s)
{
	folders_scan(s->folders, open_current, s);
	for (struct logfile *l = s->logs; l; l = l->next)
		check_log(s, l);
}

/* --- what an earlier head left -------------------------------------------- */

/* Takes over a log, which may have no name any more. */
static void
add_leftover(struct sources *s, const struct place *p, int log_fd,
	const char *path, bool finished)
{
	const struct app *app = settings_app(s->settings, p->app);
	const char *container = p->container ? p->container : "-";
	struct why why;
	if (!app)
		fd_close(log_fd); /* not configured any more */
	else if (add_log(s, app, container, path, log_fd, finished, p, &why) <
		0)
		note(s, "%s", why.text);
}

static void
adopt_kept(struct sources *s)
{
	char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names);
	for (int i = 0; i < n; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
		const struct place *p = leftovers_claim(s->leftovers, fd);
		if (p)
			add_leftover(s, p, fd, p->path, false);
		else
			fd_close(fd); /* drained already */
	}
	strings_free(names);
}

/* A log that was rotated while nobody watched still has its inode, under
 * another name. */
static bool
find_copy(struct sources *s, const struct place *p)
{
	for (int i = 1; i <= COPIES_MOST; i++) {
		own(str) char *path = copy_path(p->path, i);
		int fd = logfile_open(path, NULL);
		if (fd >= 0 && leftover_is(p, fd)) {
			add_leftover(s, p, fd, path, true);
			return true;
		}
		fd_close(fd);
	}
	return false;
}

static void
settle_leftovers(struct sources *s)
{
	const struct place *p;
	while ((p = leftovers_next(s->leftovers))) {
		if (!settings_app(s->settings, p->app) || find_copy(s, p))
			continue;
		places_lost(&s->places, p);
	}
	leftovers_free(take(s->leftovers));
}

/* --- the loop ------------------------------------------------------------- */

/* Never later than was said before: events that keep coming put nothing off. */
static void
scan_in(struct sources *s, usec wait)
{
	usec at = clock_mono() + wait;
	s->scan_due = s->scan_due ? MIN(s->scan_due, at) : at;
	(void)sd_event_source_set_time(s->on_timer, s->scan_due);
	(void)sd_event_source_set_enabled(s->on_timer, SD_EVENT_ONESHOT);
}

static int
on_timer(sd_event_source *source, uint64_t now, void *arg)
{
	struct sources *s = arg;
	(void)source;
	(void)now;
	s->scan_due = 0;
	sources_scan(s);
	scan_in(s, RESCAN);
	return 0;
}

static int
on_dirs(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct sources *s = arg;
	(void)source;
	(void)events;
	char junk[4096];
	/* Events are hints: whatever they say, the scan finds out. */
	while (read(fd, junk, sizeof(junk)) > 0)
		;
	scan_in(s, SETTLE);
	return 0;
}

static int
watch(struct sources *s, struct why *why)
{
	s->dirs = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	s->appends = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s->dirs < 0 || s->appends < 0)
		return because(why, -errno,
			"no inotify instance: %s (see "
			"fs.inotify.max_user_instances)",
			strerror(errno));
	int r = sd_event_add_io(
		s->loop, &s->on_dirs, s->dirs, EPOLLIN, on_dirs, s);
	if (r >= 0)
		r = sd_event_add_time(s->loop, &s->on_timer, CLOCK_MONOTONIC,
			clock_mono() + RESCAN, 0, on_timer, s);
	return r < 0 ? because(why, r, "the event loop: %s", strerror(-r)) : 0;
}

int
sources_new(sd_event *loop, const struct settings *settings,
	const struct rules *rules, struct store *store, sources_note_fn *notes,
	void *arg, struct sources **ret, struct why *why)
{
	own(sources) struct sources *s = xcalloc(1, sizeof(*s));
	s->loop = loop;
	s->settings = settings;
	s->rules = rules;
	s->places = (struct places){ store, notes, arg };
	s->dirs = s->appends = -1;
	int r = watch(s, why);
	if (r >= 0)
		r = leftovers_load(store, &s->leftovers, why);
	if (r < 0)
		return r;
	s->folders = folders_new(settings, s->dirs, notes, arg);
	adopt_kept(s);
	folders_scan(s->folders, open_current, s);
	settle_leftovers(s);
	folders_scan(s->folders, add_missed, s);
	for (struct logfile *l = s->logs; l; l = l->next)
		check_log(s, l);
	*ret = take(s);
	return 0;
}

void
sources_free(struct sources *s)
{
	if (!s)
		return;
	for (struct logfile *l = s->logs, *next; l; l = next) {
		next = l->next;
		logfile_free(l);
	}
	folders_free(s->folders);
	leftovers_free(s->leftovers);
	sd_event_source_disable_unref(s->on_dirs);
	sd_event_source_disable_unref(s->on_timer);
	fd_close(s->dirs);
	fd_close(s->appends);
	free(s);
}

int
sources_watches(const struct sources *s)
{
	return s->appends;
}

void
sources_tell(struct sources *s, struct reader *reader)
{
	s->reader = reader;
	for (struct logfile *l = s->logs; l; l = l->next) {
		l->source.generation++;
		l->resume = 0;
		tell_log(s, l);
	}
}

struct logfile *
sources_log(struct sources *s, uint32_t id, uint32_t generation)
{
	for (struct logfile *l = s->logs; l; l = l->next)
		if (l->source.id == id && l->source.generation == generation)
			return l;
	return NULL;
}

bool
sources_check(struct sources *s, struct logfile *l)
{
	if (position_holds(&l->source.from, l->fd))
		return true;
	begin_anew(s, l, "it was truncated or rewritten");
	return false;
}

void
sources_stored(struct sources *s, struct logfile *l, const struct batch *b)
{
	l->source.from = b->to;
	if (s->reader)
		reader_ack(s->reader, l->source.id);
	if (!b->end || !l->finishing)
		return;
	places_forget(&s->places, l->key);
	drop_log(s, l);
}

void
sources_restart(struct sources *s, struct logfile *l, bool pause)
{
	struct place stored = { 0 };
	struct why why;
	if (store_place_get(s->places.store, l->key, &stored, &why) >= 0)
		l->source.from = stored.at;
	else
		pause = true;
	place_free(&stored);
	l->resume = pause ? clock_mono() + PAUSE : 0;
	read_again(s, l);
}

void
sources_trouble(struct sources *s, uint32_t id, const char *text)
{
	for (struct logfile *l = s->logs; l; l = l->next) {
		if (l->source.id != id)
			continue;
		note(s, "app %s: %s: %s; it is tried again", l->app->name,
			l->path, text);
		sources_restart(s, l, true);
		return;
	}
}

json_t *
sources_json(const struct sources *s)
{
	json_t *list = json_array();
	for (const struct logfile *l = s->logs; l; l = l->next) {
		json_t *one = logfile_json(l);
		if (one)
			json_array_append_new(list, one);
	}
	return list;
}
