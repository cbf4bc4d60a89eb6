#include "config.h"
#include "head/sources/checkpoints.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "head/sources/file-identity.h"
#include "head/sources/log-file.h"
#include "wire/batch.h"

static void __attribute__((format(printf, 2, 3)))
note(const struct checkpoints *p, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	p->note(p->arg, text);
}

/* --- gaps ----------------------------------------------------------------- */

/* Notes a gap from this byte of a file on, of so many bytes (0: not known).
 * People hear of it even if the store cannot take it. */
static void
add(const struct checkpoints *p, const struct followed_log *t, const char *key,
	uint64_t byte, uint64_t lost, bool possible, const char *reason)
{
	struct why why;
	struct gap gap = { .key = (char *)key,
		.app = t->app->name,
		.path = t->path,
		.from = byte,
		.lost = lost,
		.at = clock_wall(),
		.possible = possible,
		.reason = (char *)reason };
	note(p, "app %s: %s: a gap from byte %llu on: %s", t->app->name,
		t->path, (unsigned long long)byte, reason);
	if (store_gap_add(p->store, &gap, &why) < 0)
		note(p, "the gap could not be stored: %s", why.text);
}

static void
add_gap(const struct checkpoints *p, const struct followed_log *t,
	const char *key, uint64_t byte, uint64_t lost, const char *reason)
{
	add(p, t, key, byte, lost, false, reason);
}

/* A possible gap behind the position: nobody knows how long the file was in the
 * end. */
static void
add_possible(const struct checkpoints *p, const struct followed_log *t,
	const char *key, uint64_t byte)
{
	char from[CLOCK_TEXT], to[CLOCK_TEXT], length[CLOCK_TEXT];
	usec now = clock_wall(), since = t->whole ? t->whole : t->moved_at;
	own(str) char *read = xprintf(t->whole ? "all of it was read at %s"
					       : "it was read last at %s",
		clock_text(since, from));
	own(str) char *time = now > since
		? xprintf("between then and %s, up to %s,", clock_text(now, to),
			  duration_text(now - since, length))
		: xstrdup("behind that");
	own(str) char *reason = xprintf(
		"the file went away while logmend did not run; %s, and what "
		"its container wrote %s may be lost",
		read, time);
	add(p, t, key, byte, 0, true, reason);
}

void
checkpoints_missing(const struct checkpoints *p, const struct followed_log *t)
{
	add_possible(p, t, "-", 0);
}

void
checkpoints_gap(const struct checkpoints *p, const struct followed_log *t,
	uint64_t lost, const char *reason)
{
	const struct log_file *l = followed_log_file_at_position(t);
	uint64_t least = position_least(&t->source.from);
	add_gap(p, t, l ? l->key : "-", l ? least - l->base : 0, lost, reason);
}

/* --- positions ------------------------------------------------------------ */

/* Stores the position first: what eyes get must be what a later head would
 * find. Nothing was read, so when that was last stays what it is. */
static int
set(const struct checkpoints *p, struct followed_log *t,
	const struct position *at, struct why *why)
{
	int r = store_checkpoint_set(
		p->store, t->source.id, at, t->moved_at, why);
	if (r < 0)
		return r;
	t->source.from = *at;
	t->ended = false;
	return 0;
}

void
checkpoints_whole(
	const struct checkpoints *p, struct followed_log *t, bool ended)
{
	bool again = t->ended && !ended;
	usec whole = again ? t->whole : clock_wall();
	struct why why;
	int r = store_checkpoint_whole(
		p->store, t->source.id, whole, ended, &why);
	if (r < 0)
		return;
	t->whole = whole;
	t->ended = ended;
}

/* A position at an offset before which nothing was read, so that there are no
 * bytes to compare: their hash is that of none. */
static struct position
nothing_read_at(uint64_t offset)
{
	return (struct position){ { offset, offset }, hash64(SPAN_NONE) };
}

static int
put_file(const struct checkpoints *p, const struct followed_log *t,
	const struct log_file *l, struct why *why)
{
	return store_file_put(p->store, t->source.id,
		&(struct checkpoint_file){ l->key, l->base }, why);
}

/* Stores the log and all files that it has now; inside a transaction. */
static int
store_all(const struct checkpoints *p, struct followed_log *t, struct why *why)
{
	struct checkpoint checkpoint = { .app = t->app->name,
		.container = t->container,
		.path = t->path,
		.at = t->source.from,
		.moved = t->moved_at,
		.since_ns = t->since_ns };
	int r = store_checkpoint_add(p->store, &checkpoint, why);
	t->source.id = (uint32_t)checkpoint.id;
	for (struct log_file *l = t->oldest; r >= 0 && l; l = l->next) {
		r = put_file(p, t, l, why);
		l->stored = r >= 0;
	}
	return r;
}

int
checkpoints_begin(const struct checkpoints *p, struct followed_log *t,
	bool history, struct why *why)
{
	const struct start_at *start = &t->app->start;
	uint64_t end = 0;
	int r = followed_log_end(t, &end, why);
	if (r < 0)
		return r;
	t->old_end = end;
	t->moved_at = clock_wall();
	if (history && start->kind == START_SINCE)
		t->since_ns = (int64_t)(t->moved_at -
				      MIN(t->moved_at, start->since)) *
			NSEC_USEC;
	t->source.from = nothing_read_at(t->oldest->base);
	if (history && start->kind == START_TAIL)
		r = file_position_at(
			t->newest->fd, t->newest->base, end, &t->source.from);
	if (r < 0)
		return because(why, r, "%s: cannot be read: %s", t->path,
			strerror(-r));
	r = store_begin(p->store, why);
	if (r < 0)
		return r;
	r = store_all(p, t, why);
	if (r >= 0)
		return store_commit(p->store, why);
	store_rollback(p->store);
	return r;
}

/* Marks the files as stored only behind the commit, which may fail too. */
int
checkpoints_save(
	const struct checkpoints *p, struct followed_log *t, struct why *why)
{
	struct log_file *first = t->oldest;
	while (first && first->stored)
		first = first->next;
	if (!first)
		return 0;
	int r = store_begin(p->store, why);
	if (r < 0)
		return r;
	for (const struct log_file *l = first; r >= 0 && l; l = l->next)
		r = put_file(p, t, l, why);
	if (r < 0)
		store_rollback(p->store);
	else
		r = store_commit(p->store, why);
	for (struct log_file *l = first; r >= 0 && l; l = l->next)
		l->stored = true;
	return r;
}

int
checkpoints_add(const struct checkpoints *p, struct followed_log *t,
	struct log_file *list, struct why *why)
{
	struct why trouble;
	int r = followed_log_add_files(t, list, why);
	if (r >= 0 && checkpoints_save(p, t, &trouble) < 0)
		note(p,
			"app %s: %s: its new file is read, but not stored yet: "
			"%s",
			t->app->name, t->path, trouble.text);
	return r;
}

static struct log_file *
file_of_key(const struct followed_log *t, const char *key)
{
	for (struct log_file *l = t->oldest; l; l = l->next)
		if (strcmp(l->key, key) == 0)
			return l;
	return NULL;
}

/* Moves the position behind the bytes [from, to), which are gone. Returns
 * whether any of them was still to be read. The bytes before the new position
 * are gone too, so there is nothing to compare. */
static bool
skip_missing(struct position *at, uint64_t from, uint64_t to)
{
	uint64_t least = position_least(at);
	for (int s = 0; s < STREAMS; s++)
		if (at->offset[s] >= from && at->offset[s] < to)
			at->offset[s] = to;
	if (position_least(at) != least)
		at->before = hash64(SPAN_NONE);
	return least < to;
}

bool
checkpoint_is_unread(const struct checkpoint *p, size_t file)
{
	return p->files[file].base >= position_most(&p->at);
}

/* Moves the position behind a file of the checkpoint that is gone. */
static void
pass_missing(const struct checkpoints *p, struct followed_log *t,
	const struct checkpoint *old, size_t i, struct position *at)
{
	const struct checkpoint_file *f = &old->files[i];
	bool last = i + 1 == old->n_files;
	checkpoints_forget_file(p, f->key);
	if (checkpoint_is_unread(old, i)) {
		/* Docker may have compressed it meanwhile. It is then another
		 * file, which rotated_files_newer() finds. */
		t->n_missing += !old->ended;
		return;
	}
	if (last)
		t->end = MAX(t->end, f->base) + 1;
	uint64_t from = MAX(f->base, position_least(&old->at));
	uint64_t to = last ? t->end : old->files[i + 1].base;
	/* Files before this one are here and still to be read, so the position
	 * stays there; the gap is noted when it gets here. */
	bool ahead = !last && position_least(&old->at) < f->base;
	if (!skip_missing(at, f->base, to) || ahead || (last && old->ended))
		return;
	if (last)
		add_possible(p, t, f->key, from - f->base);
	else
		add_gap(p, t, f->key, from - f->base, to - from,
			"the file went away while logmend did not run");
}

/* A file of the checkpoint that was not found is gone: head held no
 * descriptor, and no name leads to it. One that nothing was read of only
 * counts as missing for now. */
int
checkpoints_resume(const struct checkpoints *p, struct followed_log *t,
	const struct checkpoint *old, struct why *why)
{
	struct position at = old->at;
	t->source.id = (uint32_t)old->id;
	t->source.from = at;
	t->moved_at = old->moved;
	t->whole = old->whole;
	t->ended = old->ended;
	t->since_ns = old->since_ns;
	if (followed_log_end(t, &t->old_end, NULL) < 0)
		t->old_end = UINT64_MAX;
	t->end = position_most(&at);
	for (size_t i = 0; i < old->n_files; i++)
		if (!file_of_key(t, old->files[i].key))
			pass_missing(p, t, old, i, &at);
	t->end = MAX(t->end, position_most(&at));
	struct log_file *broken = NULL;
	int r = position_eq(&at, &old->at) ? 0 : set(p, t, &at, why);
	if (r >= 0)
		broken = followed_log_changed_file(t);
	return broken ? checkpoints_begin_anew(p, t, broken,
				"it was truncated or rewritten while logmend "
				"did not run",
				why)
		      : r;
}

/* Takes the identity of the file anew, and replaces its key in the store, both
 * or neither. */
static int
rename_file(const struct checkpoints *p, const struct followed_log *t,
	struct log_file *l, struct why *why)
{
	own(str) char *old = xstrdup(l->key);
	int r = log_file_identify(l, why);
	if (r < 0 || strcmp(old, l->key) == 0)
		return r;
	r = store_begin(p->store, why);
	if (r < 0)
		return r;
	r = store_file_forget(p->store, old, why);
	if (r >= 0)
		r = put_file(p, t, l, why);
	if (r >= 0)
		return store_commit(p->store, why);
	store_rollback(p->store);
	return r;
}

int
checkpoints_begin_anew(const struct checkpoints *p, struct followed_log *t,
	struct log_file *broken, const char *reason, struct why *why)
{
	struct position at = t->source.from;
	uint64_t least = position_least(&at);
	uint64_t read = least > broken->base ? least - broken->base : 0;
	add_gap(p, t, broken->key, read, 0, reason);
	for (int s = 0; s < STREAMS; s++)
		at.offset[s] = MIN(at.offset[s], broken->base);
	if (position_least(&at) != least)
		at.before = hash64(SPAN_NONE);
	int r = rename_file(p, t, broken, why);
	return r < 0 ? r : set(p, t, &at, why);
}

int
checkpoints_skip_file(const struct checkpoints *p, struct followed_log *t,
	const char *reason, struct why *why)
{
	const struct log_file *l = followed_log_file_at_position(t);
	struct position at = t->source.from;
	checkpoints_gap(p, t, l->next->base - position_least(&at), reason);
	(void)skip_missing(&at, l->base, l->next->base);
	return set(p, t, &at, why);
}

/* An identity holds a hash of the file's first bytes, at most POSITION_BEFORE.
 * A file that had fewer when it was opened is hashed again as it grows: a hash
 * of few bytes tells two logs apart less well. */
void
checkpoints_moved(const struct checkpoints *p, struct followed_log *t)
{
	uint64_t least = position_least(&t->source.from);
	struct why why;
	for (struct log_file *l = t->oldest; l; l = l->next)
		if (l->identity.head_len < POSITION_BEFORE && !l->compressed &&
			least > l->base + l->identity.head_len &&
			rename_file(p, t, l, &why) < 0)
			note(p, "%s: %s", t->path, why.text);
}

void
checkpoints_forget_file(const struct checkpoints *p, const char *key)
{
	struct why why;
	if (store_file_forget(p->store, key, &why) < 0)
		note(p, "%s", why.text);
}

void
checkpoints_forget(const struct checkpoints *p, uint64_t id)
{
	struct why why;
	if (store_checkpoint_forget(p->store, id, &why) < 0)
		note(p, "%s", why.text);
}
