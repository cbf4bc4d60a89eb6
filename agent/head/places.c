#include "config.h"
#include "head/places.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static void __attribute__((format(printf, 2, 3)))
note(const struct places *p, const char *fmt, ...)
{
	own(buf) struct buf text = { 0 };
	va_list args;
	va_start(args, fmt);
	buf_vprintf(&text, fmt, args);
	va_end(args);
	p->note(p->arg, buf_str(&text));
}

static void
add_gap(const struct places *p, const struct place *at, const char *reason)
{
	struct why why;
	uint64_t from = position_least(&at->at);
	struct gap gap = { .key = at->key,
		.app = at->app,
		.path = at->path,
		.from = from,
		.at = clock_wall(),
		.reason = (char *)reason };
	note(p, "app %s: %s: a gap from byte %llu on: %s", at->app, at->path,
		(unsigned long long)from, reason);
	if (store_gap_add(p->store, &gap, &why) < 0)
		note(p, "the gap could not be stored: %s", why.text);
}

/* Borrows from the log. */
static struct place
place_of(const struct logfile *l)
{
	return (struct place){ .key = l->key,
		.app = l->app->name,
		.container = l->container,
		.path = l->path,
		.at = l->source.from,
		.moved = clock_wall() };
}

static int
put(const struct places *p, const struct logfile *l, struct why *why)
{
	struct place place = place_of(l);
	return store_place_put(p->store, &place, why);
}

int
places_begin(const struct places *p, struct logfile *l, bool history,
	struct why *why)
{
	const struct start_at *start = &l->app->start;
	struct stat st = { 0 };
	if (history && start->kind == START_TAIL && fstat(l->fd, &st) < 0)
		return because(why, -errno, "%s: cannot be read: %s", l->path,
			strerror(errno));
	if (history && start->kind == START_SINCE)
		l->since_ns = (int64_t)(clock_wall() -
				      MIN(clock_wall(), start->since)) *
			NSEC_USEC;
	int r = position_at(l->fd, (uint64_t)st.st_size, &l->source.from);
	if (r < 0)
		return because(why, r, "%s: cannot be read: %s", l->path,
			strerror(-r));
	return put(p, l, why);
}

int
places_begin_anew(const struct places *p, struct logfile *l, const char *reason,
	struct why *why)
{
	struct place before = place_of(l);
	add_gap(p, &before, reason);
	/* Its head is not what it was: the store gets to know it by a new key.
	 */
	int r = store_place_forget(p->store, l->key, why);
	if (r >= 0 || r == -ENOENT)
		r = logfile_identify(l, why);
	if (r < 0)
		return r;
	r = position_at(l->fd, 0, &l->source.from);
	if (r < 0)
		return because(why, r, "%s: cannot be read: %s", l->path,
			strerror(-r));
	return put(p, l, why);
}

void
places_gap(const struct places *p, const struct logfile *l, const char *reason)
{
	struct place at = place_of(l);
	add_gap(p, &at, reason);
}

int
places_resume(const struct places *p, struct logfile *l,
	const struct place *old, struct why *why)
{
	free(l->key);
	l->key = xstrdup(old->key);
	(void)identity_parse(l->key, &l->identity); /* or it had not held */
	l->source.from = old->at;
	if (position_holds(&l->source.from, l->fd))
		return 0;
	return places_begin_anew(p, l,
		"it was truncated or rewritten while logmend did not run", why);
}

void
places_forget(const struct places *p, const char *key)
{
	struct why why;
	if (store_place_forget(p->store, key, &why) < 0)
		note(p, "%s", why.text);
}

void
places_lost(const struct places *p, const struct place *old)
{
	add_gap(p, old, "the file went away while logmend did not run");
	places_forget(p, old->key);
}
