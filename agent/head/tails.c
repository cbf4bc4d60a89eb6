#include "config.h"
#include "head/tails.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define TROUBLES_MOST 2

void
tails_free(struct tails *s)
{
	for (struct tail *t = s->first, *next; t; t = next) {
		next = t->next;
		tail_free(t);
	}
	s->first = NULL;
}

void
tails_note(const struct tails *s, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	s->places.note(s->places.arg, text);
}

struct tail *
tails_of_file(const struct tails *s, const struct stat *st)
{
	for (struct tail *t = s->first; t; t = t->next)
		for (struct logfile *l = t->oldest; l; l = l->next)
			if (l->identity.dev == st->st_dev &&
				l->identity.ino == st->st_ino)
				return t;
	return NULL;
}

struct tail *
tails_of_container(const struct tails *s, const char *container)
{
	for (struct tail *t = s->first; t; t = t->next)
		if (!t->finishing && strcmp(t->container, container) == 0)
			return t;
	return NULL;
}

struct tail *
tails_find(const struct tails *s, uint32_t id)
{
	for (struct tail *t = s->first; t; t = t->next)
		if (t->source.id == id)
			return t;
	return NULL;
}

static void
unwatch(struct tails *s, struct tail *t)
{
	if (t->source.watch >= 0)
		(void)inotify_rm_watch(s->appends, t->source.watch);
	t->source.watch = -1;
}

/* Eyes get to know when something is added to its newest file. */
static void
watch_newest(struct tails *s, struct tail *t)
{
	unwatch(s, t);
	if (!t->newest)
		return;
	own(str) char *link = xprintf("/proc/self/fd/%d", t->newest->fd);
	/* -1 (too many watches) leaves eyes their own looking every 5 s. */
	t->source.watch = inotify_add_watch(s->appends, link, IN_MODIFY);
}

void
tails_insert(struct tails *s, struct tail *t)
{
	watch_newest(s, t);
	for (const struct logfile *l = t->oldest; l; l = l->next)
		logfile_keep(l, t->container);
	t->next = s->first;
	s->first = t;
	tail_tell(t, s->reader);
}

void
tails_drop(struct tails *s, struct tail *gone)
{
	for (struct tail **at = &s->first; *at; at = &(*at)->next) {
		if (*at != gone)
			continue;
		*at = gone->next;
		break;
	}
	unwatch(s, gone);
	if (s->reader)
		reader_drop(s->reader, gone->source.id);
	/* Killed in between, the next head finds descriptors of no log. */
	places_forget(&s->places, gone->source.id);
	for (const struct logfile *l = gone->oldest; l; l = l->next)
		logfile_unkeep(l, gone->container);
	tail_free(gone);
}

int
tails_grow(
	struct tails *s, struct tail *t, struct logfile *list, struct why *why)
{
	/* First: what is stored must be found again after a kill. */
	for (const struct logfile *l = list; l; l = l->next)
		logfile_keep(l, t->container);
	int r = places_add(&s->places, t, list, why);
	if (r < 0) {
		for (const struct logfile *l = list; l; l = l->next)
			logfile_unkeep(l, t->container);
		logfiles_free(list);
		return r;
	}
	watch_newest(s, t);
	for (const struct logfile *l = list; l; l = l->next)
		tail_tell_more(t, l, s->reader);
	return 0;
}

void
tails_shift(struct tails *s, struct tail *t)
{
	struct logfile *l;
	while ((l = tail_shift(t))) {
		places_forget_file(&s->places, l->key);
		logfile_unkeep(l, t->container);
		logfile_free(l);
	}
}

void
tails_finish(struct tails *s, struct tail *t)
{
	if (t->finishing)
		return;
	t->finishing = true;
	if (s->reader && !t->resume)
		reader_finish(s->reader, t->source.id);
}

void
tails_again(struct tails *s, struct tail *t)
{
	if (s->reader)
		reader_drop(s->reader, t->source.id);
	t->source.generation++;
	tail_tell(t, s->reader);
}

void
tails_anew(struct tails *s, struct tail *t, struct logfile *broken)
{
	struct why why;
	if (places_begin_anew(&s->places, t, broken,
		    "it was truncated or rewritten", &why) < 0) {
		tails_note(s, "%s: %s", t->path, why.text);
		return; /* the next look tries again */
	}
	tails_again(s, t);
}

void
tails_tell(struct tails *s, struct reader *reader)
{
	s->reader = reader;
	for (struct tail *t = s->first; t; t = t->next) {
		t->source.generation++;
		t->resume = 0;
		tail_tell(t, reader);
	}
}

/* Whether the next file begins behind its end: one between them is missing. */
static bool
is_short(const struct logfile *l)
{
	uint64_t size;
	return logfile_size(l, &size, NULL) >= 0 &&
		l->base + size < l->next->base;
}

bool
tails_pass(struct tails *s, struct tail *t, const char *text)
{
	const struct logfile *l = tail_file(t);
	struct why why;
	if (!l || !l->next || (++t->troubles < TROUBLES_MOST && !is_short(l)))
		return false;
	t->troubles = 0;
	if (places_skip(&s->places, t, text, &why) < 0) {
		tails_note(s, "%s: %s", t->path, why.text);
		return false;
	}
	tails_shift(s, t);
	return true;
}
