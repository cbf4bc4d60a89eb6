#include "config.h"
#include "head/tail.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>

struct tail *
tail_new(const struct app *app, const char *container, const char *path)
{
	struct tail *t = xcalloc(1, sizeof(*t));
	t->app = app;
	t->container = xstrdup(container);
	t->path = xstrdup(path);
	t->source = (struct source){ .format = FORMAT_DOCKER,
		.watch = -1,
		.follow = true,
		.fold = true };
	return t;
}

void
tail_free(struct tail *t)
{
	if (!t)
		return;
	logfiles_free(t->oldest);
	free(t->container);
	free(t->path);
	free(t);
}

int
tail_end(const struct tail *t, uint64_t *ret, struct why *why)
{
	uint64_t size = 0;
	int r = t->newest ? logfile_size(t->newest, &size, why) : 0;
	if (r < 0)
		return r;
	uint64_t end = t->newest ? t->newest->base + size : 0;
	*ret = MAX(t->end, end);
	return 0;
}

usec
tail_written(const struct tail *t)
{
	return t->newest ? logfile_written(t->newest) : t->moved;
}

void
tail_add(struct tail *t, struct logfile *l)
{
	l->next = NULL;
	if (t->newest)
		t->newest->next = l;
	else
		t->oldest = l;
	t->newest = l;
	t->source.base = t->oldest->base;
}

int
tail_append(struct tail *t, struct logfile *list, struct why *why)
{
	uint64_t end, size;
	int r = tail_end(t, &end, why);
	for (struct logfile *l = list; r >= 0 && l; l = l->next) {
		l->base = end;
		r = logfile_size(l, &size, why);
		end += r < 0 ? 0 : size;
	}
	for (struct logfile *l = list, *next; r >= 0 && l; l = next) {
		next = l->next;
		tail_add(t, l);
	}
	return r;
}

struct logfile *
tail_shift(struct tail *t)
{
	struct logfile *l = t->oldest;
	if (!l || !l->next || l->next->base > position_least(&t->source.from))
		return NULL;
	t->oldest = l->next;
	t->source.base = t->oldest->base;
	return l;
}

bool
tail_has(const struct tail *t, const struct logfile *l)
{
	for (const struct logfile *other = t->oldest; other;
		other = other->next)
		if (logfile_is_copy(other, l))
			return true;
	return false;
}

struct logfile *
tail_file(const struct tail *t)
{
	struct logfile *ret = NULL;
	for (struct logfile *l = t->oldest;
		l && l->base <= position_least(&t->source.from); l = l->next)
		ret = l;
	return ret;
}

struct logfile *
tail_broken(const struct tail *t)
{
	const struct position *at = &t->source.from;
	struct logfile *l = tail_file(t);
	uint64_t end = 0;
	/* At the beginning of a file nothing of it was read. */
	if (l && l->base < position_least(at) && !l->packed &&
		!position_holds(at, l->base, l->fd))
		return l;
	if (t->newest && tail_end(t, &end, NULL) == 0 &&
		position_most(at) > end)
		return t->newest;
	return NULL;
}

static void
tell_more(const struct tail *t, const struct logfile *l, struct reader *reader)
{
	struct more more = { t->source.id, l->base, t->source.watch };
	reader_more(reader, &more, l->fd);
}

void
tail_tell(const struct tail *t, struct reader *reader)
{
	if (!reader || !reader_is_ready(reader) || t->resume || !t->oldest)
		return;
	reader_add(reader, &t->source, t->oldest->fd);
	for (const struct logfile *l = t->oldest->next; l; l = l->next)
		tell_more(t, l, reader);
	if (t->finishing)
		reader_finish(reader, t->source.id);
}

void
tail_tell_more(
	const struct tail *t, const struct logfile *l, struct reader *reader)
{
	if (reader && reader_is_ready(reader) && !t->resume)
		tell_more(t, l, reader);
}

void
tail_json(const struct tail *t, json_t *list)
{
	uint64_t least = position_least(&t->source.from), size;
	for (const struct logfile *l = t->oldest; l; l = l->next) {
		struct stat st;
		if (fstat(l->fd, &st) < 0 || logfile_size(l, &size, NULL) < 0)
			continue; /* what it is cannot be told */
		uint64_t read = least > l->base ? least - l->base : 0;
		json_t *one = json_pack("{s:s, s:s, s:s, s:I, s:I, s:b}", "app",
			t->app->name, "container", t->container, "path",
			t->path, "read", (json_int_t)MIN(read, size), "size",
			(json_int_t)size, "unlinked", st.st_nlink == 0);
		if (one)
			json_array_append_new(list, one);
	}
}
