#include "config.h"
#include "head/sources/checkpoints.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/hash.h"
#include "head/sources/followed-logs.h"
#include "support/check_main.h"

#define LINE "{\"log\":\"0123456789\\n\",\"stream\":\"stdout\"}\n"
#define LINE_LEN (sizeof(LINE) - 1)

static struct app shop = { .name = (char *)"shop" };
static char *folder;
static struct buf notes;

static void
on_note(void *arg, const char *text)
{
	(void)arg;
	buf_printf(&notes, "%s\n", text);
}

static struct checkpoints
places_open(void)
{
	struct checkpoints p = { .note = on_note };
	struct why why = { "" };
	own(str) char *path = xprintf("%s/state/db", folder);
	ck_assert_msg(store_open(path, &p.store, &why) == 0, "%s", why.text);
	return p;
}

static char *
name_of(const char *name)
{
	return xprintf("%s/%s", folder, name);
}

/* A file of the log with so many lines, in which all differ. */
static struct log_file *
a_file(const char *name, size_t lines)
{
	own(str) char *path = name_of(name);
	own(file) FILE *f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < lines; i++)
		fprintf(f, "{\"log\":\"%s%09zu\\n\",\"stream\":\"stdout\"}\n",
			name, i);
	ck_assert_int_eq(fflush(f), 0);
	struct log_file *l;
	struct why why = { "" };
	ck_assert_msg(log_file_new(log_file_open(path, &why), &l, &why) == 0,
		"%s", why.text);
	return l;
}

static void
ok(int r, const struct why *why)
{
	ck_assert_msg(r >= 0, "%s", why->text);
}

/* A log of three files a, b, c with ten lines each. */
static struct followed_log *
a_log(const struct checkpoints *p)
{
	struct why why = { "" };
	struct followed_log *t = followed_log_new(&shop, "c1", "/x-json.log");
	followed_log_add_file(t, a_file("a", 10));
	ok(checkpoints_begin(p, t, false, &why), &why);
	ok(checkpoints_add(p, t, a_file("b", 10), &why), &why);
	ok(checkpoints_add(p, t, a_file("c", 10), &why), &why);
	return t;
}

static void
move(const struct checkpoints *p, struct followed_log *t, uint64_t out,
	uint64_t err)
{
	struct why why = { "" };
	struct position to = { { out, err }, 0 };
	struct log_file *file = NULL;
	for (struct log_file *l = t->oldest; l && l->base < MIN(out, err);
		l = l->next)
		file = l;
	if (file) {
		struct position at;
		ck_assert_int_eq(file_position_at(file->fd, file->base,
					 MIN(out, err), &at),
			0);
		to.before = at.before;
	}
	ok(store_checkpoint_move(
		   p->store, t->source.id, &t->source.from, &to, 1, &why),
		&why);
	t->source.from = to;
}

static struct checkpoint
stored(const struct checkpoints *p)
{
	struct checkpoint *list;
	size_t n;
	struct why why = { "" };
	ok(store_checkpoints(p->store, &list, &n, &why), &why);
	ck_assert_uint_eq(n, 1);
	struct checkpoint ret = list[0];
	free(list);
	return ret;
}

static size_t
gaps(const struct checkpoints *p)
{
	struct gap *list;
	size_t n;
	struct why why = { "" };
	ok(store_gaps(p->store, 100, &list, &n, &why), &why);
	gaps_free(list, n);
	return n;
}

static void
test_open(void)
{
	free(folder); /* of an earlier log of this test */
	folder = scratch_folder();
}

/* Where the tail goes on after a restart that finds these files. */
static struct followed_log *
resume(const struct checkpoints *p, const char *found, struct checkpoint *old)
{
	struct why why = { "" };
	*old = stored(p);
	struct followed_log *t = followed_log_new(&shop, "c1", "/x-json.log");
	for (size_t i = 0; i < old->n_files; i++) {
		char name[2] = { (char)('a' + i) };
		if (!strchr(found, name[0]))
			continue;
		own(str) char *path = name_of(name);
		struct log_file *l;
		ok(log_file_new(log_file_open(path, &why), &l, &why), &why);
		free(l->key);
		l->key = xstrdup(old->files[i].key);
		l->base = old->files[i].base;
		l->stored = true;
		followed_log_add_file(t, l);
	}
	ok(checkpoints_resume(p, t, old, &why), &why);
	return t;
}

START_TEST(a_log_goes_on_in_the_file_it_was_left_in)
{
	test_open();
	struct checkpoints p = places_open();
	own(followed_log) struct followed_log *t = a_log(&p);
	uint64_t b = t->oldest->next->base, c = t->newest->base;
	ck_assert_uint_eq(c, 2 * b);
	move(&p, t, b + b / 10, c + b / 2);
	checkpoints_moved(&p, t);
	struct checkpoint old;
	own(followed_log) struct followed_log *again = resume(&p, "abc", &old);
	ck_assert(position_eq(&again->source.from, &t->source.from));
	ck_assert_uint_eq(gaps(&p), 0);
	ck_assert_ptr_null(followed_log_changed_file(again));
	struct log_file *read = followed_log_take_read_file(again);
	ck_assert_ptr_nonnull(read);
	log_file_free(read);
	ck_assert_ptr_null(followed_log_take_read_file(again));
	ck_assert_uint_eq(again->source.base, b);
	checkpoint_free(&old);
	store_close(p.store);
}
END_TEST

START_TEST(a_file_that_went_away_is_a_gap_and_the_rest_is_read)
{
	test_open();
	struct checkpoints p = places_open();
	own(followed_log) struct followed_log *t = a_log(&p);
	uint64_t b = t->oldest->next->base, c = t->newest->base;
	move(&p, t, b / 2, b + b / 2);
	struct checkpoint old;
	own(followed_log) struct followed_log *again = resume(&p, "bc", &old);
	/* The other stream is in the second file, and stays there. */
	ck_assert_uint_eq(again->source.from.offset[STREAM_STDOUT], b);
	ck_assert_uint_eq(again->source.from.offset[STREAM_STDERR], b + b / 2);
	ck_assert_uint_eq(gaps(&p), 1);
	ck_assert_ptr_null(followed_log_changed_file(again));
	struct checkpoint left = stored(&p);
	ck_assert_uint_eq(left.n_files, 2);
	checkpoint_free(&left);
	checkpoint_free(&old);

	/* Nor are the others there. */
	own(followed_log) struct followed_log *last = resume(&p, "", &old);
	ck_assert_ptr_null(last->oldest);
	ck_assert_uint_eq(position_least(&last->source.from), c);
	/* Nothing was read of it: maybe it is found among the copies. */
	ck_assert_uint_eq(gaps(&p), 2);
	ck_assert_uint_eq(last->n_missing, 1);
	uint64_t end;
	ck_assert_int_eq(followed_log_end(last, &end, NULL), 0);
	ck_assert_uint_eq(end, position_least(&last->source.from));
	checkpoint_free(&old);
	store_close(p.store);
}
END_TEST

/* The log is read up to there; then it is gone when head begins again. Returns
 * what is told of that, owned; "": nothing. */
static char *
gone(uint64_t read, bool whole, bool ended)
{
	test_open();
	struct checkpoints p = places_open();
	struct why why = { "" };
	own(followed_log) struct followed_log *t =
		followed_log_new(&shop, "c1", "/x-json.log");
	followed_log_add_file(t, a_file("a", read ? 10 : 0));
	ok(checkpoints_begin(&p, t, false, &why), &why);
	if (read)
		move(&p, t, read, read);
	if (whole)
		checkpoints_whole(&p, t, ended);
	struct followed_logs logs = { .checkpoints = p, .appends = -1 };
	struct checkpoint old;
	followed_logs_hold(&logs, resume(&p, "", &old));
	followed_logs_settle(&logs);
	ck_assert_ptr_null(logs.first);
	struct gap *list;
	size_t n;
	ok(store_gaps(p.store, 100, &list, &n, &why), &why);
	ck_assert_uint_le(n, 1);
	if (n)
		ck_assert(list[0].possible);
	char *ret = xstrdup(n ? list[0].reason : "");
	gaps_free(list, n);
	checkpoint_free(&old);
	store_close(p.store);
	return ret;
}

START_TEST(what_had_ended_and_was_read_whole_lost_nothing)
{
	const uint64_t end = 10 * LINE_LEN;
	own(str) char *ended = gone(end, true, true);
	ck_assert_str_eq(ended, "");
	own(str) char *lived = gone(end, true, false);
	ck_assert_ptr_nonnull(strstr(lived, "all of it was read at 2"));
	ck_assert_ptr_nonnull(strstr(lived, "its container wrote between"));
	ck_assert_ptr_nonnull(strstr(lived, " may be lost"));
	own(str) char *unknown = gone(end, false, false);
	ck_assert_ptr_nonnull(strstr(unknown, "it was read last at 1970-"));
	/* One that never held anything. */
	own(str) char *empty = gone(0, true, true);
	ck_assert_str_eq(empty, "");
	own(str) char *silent = gone(0, true, false);
	ck_assert_ptr_nonnull(strstr(silent, "all of it was read at 2"));
}
END_TEST

/* The log is gone when half of its second file was read. Returns what is told
 * of the last one, owned. */
static char *
gone_in_the_middle(bool whole)
{
	test_open();
	struct checkpoints p = places_open();
	struct why why = { "" };
	own(followed_log) struct followed_log *t = a_log(&p);
	uint64_t half = t->oldest->next->base * 3 / 2;
	move(&p, t, half, half);
	if (whole)
		checkpoints_whole(&p, t, false);
	struct followed_logs logs = { .checkpoints = p, .appends = -1 };
	struct checkpoint old;
	followed_logs_hold(&logs, resume(&p, "", &old));
	struct checkpoint left = stored(&p);
	ck_assert_uint_eq(left.moved, 1);
	ck_assert_uint_eq(left.whole, old.whole);
	followed_logs_settle(&logs);
	struct gap *list;
	size_t n;
	ok(store_gaps(p.store, 100, &list, &n, &why), &why);
	ck_assert_uint_eq(n, 2);
	char *ret = xstrdup(list[!list[0].possible].reason);
	gaps_free(list, n);
	checkpoint_free(&left);
	checkpoint_free(&old);
	store_close(p.store);
	return ret;
}

START_TEST(what_is_skipped_was_not_read)
{
	own(str) char *read = gone_in_the_middle(false);
	ck_assert_ptr_nonnull(strstr(read, "it was read last at 1970-"));
	own(str) char *whole = gone_in_the_middle(true);
	ck_assert_ptr_nonnull(strstr(whole, "all of it was read at 2"));
}
END_TEST

START_TEST(what_was_read_whole_is_so_until_the_position_moves)
{
	test_open();
	struct checkpoints p = places_open();
	own(followed_log) struct followed_log *t = a_log(&p);
	checkpoints_whole(&p, t, true);
	struct checkpoint whole = stored(&p);
	ck_assert_uint_ne(whole.whole, 0);
	ck_assert(whole.ended);
	move(&p, t, t->newest->base, t->newest->base);
	struct checkpoint moved = stored(&p);
	ck_assert_uint_eq(moved.whole, 0);
	ck_assert(!moved.ended);
	checkpoint_free(&whole);
	checkpoint_free(&moved);
	store_close(p.store);
}
END_TEST

START_TEST(a_file_that_was_rewritten_is_read_from_its_beginning)
{
	test_open();
	struct checkpoints p = places_open();
	struct why why = { "" };
	own(followed_log) struct followed_log *t = a_log(&p);
	uint64_t b = t->oldest->next->base, c = t->newest->base;
	move(&p, t, b / 2, c + b / 2);
	own(str) char *path = name_of("c");
	ck_assert_int_eq(truncate(path, 5), 0);
	ck_assert_ptr_eq(followed_log_changed_file(t), t->newest);
	ok(checkpoints_begin_anew(&p, t, t->newest, "it was truncated", &why),
		&why);
	/* What is before it was not truncated, and goes on where it was. */
	ck_assert_uint_eq(t->source.from.offset[STREAM_STDOUT], b / 2);
	ck_assert_uint_eq(t->source.from.offset[STREAM_STDERR], c);
	ck_assert_ptr_null(followed_log_changed_file(t));
	ck_assert_uint_eq(gaps(&p), 1);

	move(&p, t, c + 3, c + 3);
	ck_assert_int_eq(truncate(path, 0), 0);
	ck_assert_ptr_eq(followed_log_changed_file(t), t->newest);
	ok(checkpoints_begin_anew(&p, t, t->newest, "it was truncated", &why),
		&why);
	ck_assert_uint_eq(position_least(&t->source.from), c);
	ck_assert_ptr_null(followed_log_changed_file(t));
	store_close(p.store);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_passed_over)
{
	test_open();
	struct checkpoints p = places_open();
	struct why why = { "" };
	own(followed_log) struct followed_log *t = a_log(&p);
	uint64_t b = t->oldest->next->base, c = t->newest->base;
	move(&p, t, b + 7, b + 9);
	log_file_free(followed_log_take_read_file(t));
	ok(checkpoints_skip_file(&p, t, "its compressed data is broken", &why),
		&why);
	ck_assert_uint_eq(t->source.from.offset[STREAM_STDOUT], c);
	ck_assert_uint_eq(t->source.from.offset[STREAM_STDERR], c);
	ck_assert_uint_eq(gaps(&p), 1);
	log_file_free(followed_log_take_read_file(t));
	ck_assert_ptr_eq(t->oldest, t->newest);
	ck_assert_ptr_null(followed_log_changed_file(t));
	store_close(p.store);
}
END_TEST

START_TEST(history_that_is_left_out_stays_left_out_after_a_restart)
{
	test_open();
	struct checkpoints p = places_open();
	struct why why = { "" };
	struct app app = shop;
	app.start =
		(struct start_at){ .kind = START_SINCE, .since = USEC_HOUR };
	own(followed_log) struct followed_log *t =
		followed_log_new(&app, "c1", "/x-json.log");
	followed_log_add_file(t, a_file("a", 10));
	ok(checkpoints_begin(&p, t, true, &why), &why);
	ck_assert_int_gt(t->since_ns, 0);
	struct checkpoint old;
	own(followed_log) struct followed_log *again = resume(&p, "a", &old);
	ck_assert_int_eq(again->since_ns, t->since_ns);
	checkpoint_free(&old);
	store_close(p.store);
}
END_TEST

START_TEST(a_file_is_known_by_its_head_once_it_has_one)
{
	test_open();
	struct checkpoints p = places_open();
	struct why why = { "" };
	own(followed_log) struct followed_log *t =
		followed_log_new(&shop, "c1", "/x-json.log");
	followed_log_add_file(t, a_file("a", 0));
	ok(checkpoints_begin(&p, t, false, &why), &why);
	ck_assert_uint_eq(t->newest->identity.head_len, 0);
	own(str) char *path = name_of("a");
	own(file) FILE *f = fopen(path, "ae");
	fputs(LINE LINE LINE LINE LINE LINE LINE LINE LINE LINE, f);
	ck_assert_int_eq(fflush(f), 0);
	move(&p, t, LINE_LEN, LINE_LEN);
	checkpoints_moved(&p, t);
	ck_assert_uint_eq(t->newest->identity.head_len, POSITION_BEFORE);
	struct checkpoint now = stored(&p);
	ck_assert_uint_eq(now.n_files, 1);
	ck_assert_str_eq(now.files[0].key, t->newest->key);
	checkpoint_free(&now);
	store_close(p.store);
}
END_TEST

CHECK_MAIN("places", a_log_goes_on_in_the_file_it_was_left_in,
	a_file_that_went_away_is_a_gap_and_the_rest_is_read,
	what_had_ended_and_was_read_whole_lost_nothing,
	what_is_skipped_was_not_read,
	what_was_read_whole_is_so_until_the_position_moves,
	a_file_that_was_rewritten_is_read_from_its_beginning,
	a_file_that_cannot_be_read_is_passed_over,
	history_that_is_left_out_stays_left_out_after_a_restart,
	a_file_is_known_by_its_head_once_it_has_one)
