#include "config.h"
#include "head/sources/followed-log.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "head/sources/file-identity.h"
#include "wire/batch.h"

struct followed_log *
followed_log_new(const struct app *app, const char *container, const char *path)
{
	struct followed_log *t = xcalloc(1, sizeof(*t));
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
followed_log_free(struct followed_log *t)
{
	if (!t)
		return;
	log_files_free(t->oldest);
	free(t->container);
	free(t->path);
	free(t);
}

/* t->end keeps a position that lies behind all files of a checkpoint from
 * being given to other bytes. */
int
followed_log_end(const struct followed_log *t, uint64_t *ret, struct why *why)
{
	uint64_t size = 0;
	int r = t->newest ? log_file_size(t->newest, &size, why) : 0;
	if (r < 0)
		return r;
	uint64_t end = t->newest ? t->newest->base + size : 0;
	*ret = MAX(t->end, end);
	return 0;
}

usec
followed_log_last_write(const struct followed_log *t)
{
	return t->newest ? log_file_last_write(t->newest) : t->moved_at;
}

void
followed_log_add_file(struct followed_log *t, struct log_file *l)
{
	l->next = NULL;
	if (t->newest)
		t->newest->next = l;
	else
		t->oldest = l;
	t->newest = l;
	t->source.base = t->oldest->base;
}

/* Sets every base before the first file is added, so that a failure leaves the
 * log as it was. */
int
followed_log_add_files(
	struct followed_log *t, struct log_file *list, struct why *why)
{
	uint64_t end, size;
	int r = followed_log_end(t, &end, why);
	for (struct log_file *l = list; r >= 0 && l; l = l->next) {
		l->base = end;
		r = log_file_size(l, &size, why);
		end += r < 0 ? 0 : size;
	}
	for (struct log_file *l = list, *next; r >= 0 && l; l = next) {
		next = l->next;
		followed_log_add_file(t, l);
	}
	return r;
}

/* The newest file stays even if it is read: Docker may write to it. */
struct log_file *
followed_log_take_read_file(struct followed_log *t)
{
	struct log_file *l = t->oldest;
	if (!l || !l->next || l->next->base > position_least(&t->source.from))
		return NULL;
	t->oldest = l->next;
	t->source.base = t->oldest->base;
	return l;
}

int
followed_log_has_copy(
	const struct followed_log *t, const struct log_file *l, struct why *why)
{
	int r = 0;
	for (const struct log_file *other = t->oldest; other && r == 0;
		other = other->next)
		r = log_file_is_copy(other, l, why);
	return r;
}

struct log_file *
followed_log_file_at_position(const struct followed_log *t)
{
	struct log_file *ret = NULL;
	for (struct log_file *l = t->oldest;
		l && l->base <= position_least(&t->source.from); l = l->next)
		ret = l;
	return ret;
}

/* Compares the bytes before the position. At the first byte of a file there
 * are none, and a compressed copy never changes. A position beyond the end of
 * the newest file means that it was truncated. */
struct log_file *
followed_log_changed_file(const struct followed_log *t)
{
	const struct position *at = &t->source.from;
	struct log_file *l = followed_log_file_at_position(t);
	uint64_t end = 0;
	if (l && l->base < position_least(at) && !l->compressed &&
		!file_position_holds(at, l->base, l->fd))
		return l;
	if (t->newest && followed_log_end(t, &end, NULL) == 0 &&
		position_most(at) > end)
		return t->newest;
	return NULL;
}

uint64_t
followed_log_unread(const struct followed_log *t)
{
	uint64_t end, least = position_least(&t->source.from);
	return t->newest && followed_log_end(t, &end, NULL) >= 0 && end > least
		? end - least
		: 0;
}

/* Docker writes a line in one go, and none is longer than this. */
#define LINE_MOST 65536u

/* Whether what is unread is but the beginning of a line, for example after a
 * power failure: eyes wait for its end, and rightly so. */
static bool
is_unfinished(const struct followed_log *t, uint64_t unread)
{
	const struct log_file *l = t->newest;
	uint64_t least = position_least(&t->source.from);
	if (unread >= LINE_MOST || l->compressed || least < l->base)
		return false;
	own(str) char *bytes = xcalloc(1, LINE_MOST);
	ssize_t n = pread(l->fd, bytes, unread, (off_t)(least - l->base));
	return n > 0 && !memchr(bytes, '\n', (size_t)n);
}

void
followed_log_tick(struct followed_log *t, usec now)
{
	uint64_t unread = followed_log_unread(t);
	uint64_t least = position_least(&t->source.from);
	bool moved = t->stuck_at != least;
	t->stuck_at = least;
	if (!unread || moved || !t->stuck_since || is_unfinished(t, unread)) {
		t->stuck_ticks = 0;
		t->stuck_since = unread ? now : 0;
	} else {
		t->stuck_ticks++;
	}
}

void
followed_log_moved(struct followed_log *t, const struct position *to)
{
	t->source.from = *to;
	t->moved_at = clock_wall();
	t->whole = 0;
	t->ended = false;
	t->heard_at = clock_mono();
	t->heard_now = true;
	t->troubles = 0;
}

static void
tell_eyes_file(const struct followed_log *t, const struct log_file *l,
	struct eyes_process *reader)
{
	struct more more = { t->source.id, l->base, t->source.watch };
	eyes_process_more(reader, &more, l->fd);
}

/* Eyes get all files at once and read them in this order, so they need not ask
 * for the next. */
void
followed_log_tell_eyes(
	const struct followed_log *t, struct eyes_process *reader)
{
	if (!reader || !eyes_process_is_ready(reader) || t->tell_at ||
		!t->oldest)
		return;
	eyes_process_add(reader, &t->source, t->oldest->fd);
	for (const struct log_file *l = t->oldest->next; l; l = l->next)
		tell_eyes_file(t, l, reader);
	if (t->finishing)
		eyes_process_finish(reader, t->source.id);
}

void
followed_log_tell_eyes_file(const struct followed_log *t,
	const struct log_file *l, struct eyes_process *reader)
{
	if (reader && eyes_process_is_ready(reader) && !t->tell_at)
		tell_eyes_file(t, l, reader);
}

/* `read` and `size` count bytes of the file; `unlinked` says that only our
 * descriptor still leads to it. */
void
followed_log_json(const struct followed_log *t, json_t *list)
{
	uint64_t least = position_least(&t->source.from), size;
	for (const struct log_file *l = t->oldest; l; l = l->next) {
		struct stat st;
		if (fstat(l->fd, &st) < 0 || log_file_size(l, &size, NULL) < 0)
			continue; /* its size cannot be told */
		uint64_t read = least > l->base ? least - l->base : 0;
		json_t *one = json_pack("{s:s, s:s, s:s, s:I, s:I, s:b}", "app",
			t->app->name, "container", t->container, "path",
			t->path, "read", (json_int_t)MIN(read, size), "size",
			(json_int_t)size, "unlinked", st.st_nlink == 0);
		if (one)
			json_array_append_new(list, one);
	}
}
