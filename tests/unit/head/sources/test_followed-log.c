#include "config.h"
#include "head/sources/followed-log.h"

#include <jansson.h>
#include <string.h>

#include "head/sources/file-identity.h"
#include "support/logs.h"

#define TEN (10 * LOGS_LINE)

static struct app shop = { .name = (char *)"shop" };

/* A log of three files with ten lines each. *ret_folder is owned. */
static struct followed_log *
a_log(char **ret_folder)
{
	static const char *const names[] = { "a", "b", "c" };
	struct followed_log *t = followed_log_new(&shop, "c1", "/x-json.log");
	struct log_file *list = NULL;
	char *folder = scratch_folder();
	for (size_t i = ELEMENTS(names); i-- > 0;) {
		own(str) char *path =
			logs_new(folder, names[i], names[i][0], 10);
		struct log_file *l = logs_open(path);
		l->next = list;
		list = l;
	}
	ck_assert_int_eq(followed_log_add_files(t, list, NULL), 0);
	*ret_folder = folder;
	return t;
}

/* Moves the position to this offset, with the bytes before it. */
static void
move(struct followed_log *t, uint64_t offset)
{
	t->source.from.offset[STREAM_STDOUT] = offset;
	t->source.from.offset[STREAM_STDERR] = offset;
	const struct log_file *l = followed_log_file_at_position(t);
	ck_assert_int_eq(
		file_position_at(l->fd, l->base, offset, &t->source.from), 0);
}

START_TEST(each_file_begins_where_the_one_before_it_ends)
{
	own(str) char *folder = NULL;
	own(followed_log) struct followed_log *t = a_log(&folder);
	uint64_t end = 0;
	ck_assert_uint_eq(t->oldest->base, 0);
	ck_assert_uint_eq(t->oldest->next->base, TEN);
	ck_assert_uint_eq(t->newest->base, 2 * TEN);
	ck_assert_int_eq(followed_log_end(t, &end, NULL), 0);
	ck_assert_uint_eq(end, 3 * TEN);
	ck_assert_uint_eq(t->source.base, 0);
}
END_TEST

START_TEST(a_log_without_files_ends_where_its_checkpoint_says)
{
	own(followed_log) struct followed_log *t =
		followed_log_new(&shop, "c1", "/x-json.log");
	uint64_t end = 0;
	t->end = 5000;
	t->moved_at = 77;
	ck_assert_int_eq(followed_log_end(t, &end, NULL), 0);
	ck_assert_uint_eq(end, 5000);
	ck_assert_uint_eq(followed_log_last_write(t), 77);
	ck_assert_ptr_null(followed_log_file_at_position(t));
	ck_assert_ptr_null(followed_log_changed_file(t));
}
END_TEST

START_TEST(a_position_lies_in_the_file_that_holds_its_byte)
{
	own(str) char *folder = NULL;
	own(followed_log) struct followed_log *t = a_log(&folder);
	static const struct {
		uint64_t offset;
		int file;
	} cases[] = { { 0, 0 }, { TEN - 1, 0 }, { TEN, 1 }, { 2 * TEN, 2 },
		{ 3 * TEN, 2 } };
	const struct log_file *files[] = { t->oldest, t->oldest->next,
		t->newest };
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		t->source.from.offset[STREAM_STDOUT] = cases[i].offset;
		t->source.from.offset[STREAM_STDERR] = cases[i].offset + 1;
		ck_assert_ptr_eq(
			followed_log_file_at_position(t), files[cases[i].file]);
	}
}
END_TEST

static void
append(struct followed_log *t, const char *text)
{
	own(str) char *path = xprintf("/proc/self/fd/%d", t->newest->fd);
	own(file) FILE *f = fopen(path, "ae");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
}

START_TEST(bytes_that_nobody_reads_are_counted_by_ticks)
{
	own(str) char *folder = NULL;
	own(followed_log) struct followed_log *t = a_log(&folder);
	for (usec now = 100; now < 105; now++)
		followed_log_tick(t, now);
	ck_assert_uint_eq(t->stuck_ticks, 4);
	ck_assert_uint_eq(t->stuck_since, 100);
	ck_assert_uint_eq(followed_log_unread(t), 3 * TEN);
	/* Reading goes on, and gets stuck again. */
	move(t, TEN);
	followed_log_tick(t, 105);
	ck_assert_uint_eq(t->stuck_ticks, 0);
	followed_log_tick(t, 106);
	ck_assert_uint_eq(t->stuck_ticks, 1);
	ck_assert_uint_eq(t->stuck_since, 105);
	/* All of it is read. */
	move(t, 3 * TEN);
	followed_log_tick(t, 107);
	followed_log_tick(t, 108);
	ck_assert_uint_eq(t->stuck_ticks, 0);
	ck_assert_uint_eq(followed_log_unread(t), 0);
}
END_TEST

START_TEST(a_line_that_has_no_end_does_not_wait)
{
	own(str) char *folder = NULL;
	own(followed_log) struct followed_log *t = a_log(&folder);
	move(t, 3 * TEN);
	append(t, "{\"log\":\"half a li");
	for (usec now = 100; now < 110; now++)
		followed_log_tick(t, now);
	ck_assert_uint_eq(t->stuck_ticks, 0);
	append(t, "ne\"}\n");
	followed_log_tick(t, 110);
	ck_assert_uint_eq(t->stuck_ticks, 1);
}
END_TEST

START_TEST(a_file_is_taken_out_when_both_streams_are_behind_it)
{
	own(str) char *folder = NULL;
	own(followed_log) struct followed_log *t = a_log(&folder);
	t->source.from.offset[STREAM_STDOUT] = 3 * TEN;
	t->source.from.offset[STREAM_STDERR] = TEN - 1;
	ck_assert_ptr_null(followed_log_take_read_file(t));
	t->source.from.offset[STREAM_STDERR] = 3 * TEN;
	for (int i = 0; i < 2; i++) {
		own(log_file) struct log_file *read =
			followed_log_take_read_file(t);
		ck_assert_ptr_nonnull(read);
		ck_assert_uint_eq(t->source.base, read->base + TEN);
	}
	/* Somebody may still write to the newest. */
	ck_assert_ptr_null(followed_log_take_read_file(t));
	ck_assert_ptr_eq(t->oldest, t->newest);
}
END_TEST

START_TEST(a_compressed_copy_of_one_of_its_files_is_known)
{
	own(str) char *folder = NULL;
	own(followed_log) struct followed_log *t = a_log(&folder);
	own(str) char *b = xprintf("%s/b", folder);
	own(str) char *packed = xprintf("%s/b.gz", folder);
	own(str) char *other = logs_new(folder, "d", 'd', 10);
	logs_compress(b, packed);
	own(log_file) struct log_file *copy = logs_open(packed);
	own(log_file) struct log_file *stranger = logs_open(other);
	ck_assert_int_eq(followed_log_has_copy(t, copy, NULL), 1);
	ck_assert_int_eq(followed_log_has_copy(t, stranger, NULL), 0);
}
END_TEST

START_TEST(a_file_that_was_rewritten_before_the_position_has_changed)
{
	own(str) char *folder = NULL;
	own(followed_log) struct followed_log *t = a_log(&folder);
	own(str) char *b = xprintf("%s/b", folder);
	move(t, TEN + 3 * LOGS_LINE);
	ck_assert_ptr_null(followed_log_changed_file(t));
	/* As long as it was, so its size does not tell. */
	ck_assert_int_eq(truncate(b, 0), 0);
	logs_append(b, 'x', 0, 10);
	ck_assert_ptr_eq(followed_log_changed_file(t), t->oldest->next);
	/* At its head nothing was read of it. */
	move(t, TEN);
	ck_assert_ptr_null(followed_log_changed_file(t));
}
END_TEST

START_TEST(a_newest_file_that_ends_before_the_position_has_changed)
{
	own(str) char *folder = NULL;
	own(followed_log) struct followed_log *t = a_log(&folder);
	own(str) char *c = xprintf("%s/c", folder);
	move(t, 3 * TEN);
	ck_assert_int_eq(truncate(c, LOGS_LINE), 0);
	ck_assert_ptr_eq(followed_log_changed_file(t), t->newest);
}
END_TEST

START_TEST(each_file_tells_what_is_read_and_whether_it_has_a_name)
{
	own(str) char *folder = NULL;
	own(followed_log) struct followed_log *t = a_log(&folder);
	own(str) char *a = xprintf("%s/a", folder);
	ck_assert_int_eq(unlink(a), 0);
	move(t, TEN + LOGS_LINE);
	json_t *list = json_array();
	followed_log_json(t, list);
	ck_assert_uint_eq(json_array_size(list), 3);
	static const json_int_t read[] = { TEN, LOGS_LINE, 0 };
	for (size_t i = 0; i < 3; i++) {
		const json_t *one = json_array_get(list, i);
		ck_assert_int_eq(
			json_integer_value(json_object_get(one, "read")),
			read[i]);
		ck_assert_int_eq(
			json_integer_value(json_object_get(one, "size")), TEN);
		ck_assert_int_eq(
			json_is_true(json_object_get(one, "unlinked")), i == 0);
	}
	json_decref(list);
}
END_TEST

CHECK_MAIN("followed-log", each_file_begins_where_the_one_before_it_ends,
	a_log_without_files_ends_where_its_checkpoint_says,
	a_position_lies_in_the_file_that_holds_its_byte,
	a_file_is_taken_out_when_both_streams_are_behind_it,
	a_compressed_copy_of_one_of_its_files_is_known,
	a_file_that_was_rewritten_before_the_position_has_changed,
	a_newest_file_that_ends_before_the_position_has_changed,
	each_file_tells_what_is_read_and_whether_it_has_a_name,
	bytes_that_nobody_reads_are_counted_by_ticks,
	a_line_that_has_no_end_does_not_wait)
