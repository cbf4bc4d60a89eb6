#include "config.h"
#include "wire/missing.h"

#include <errno.h>
#include <string.h>

#include "support/check_main.h"

static void
add(struct missing_list *l, unsigned k, size_t pad)
{
	own(str) char *table = xcalloc(1, pad + 16);
	snprintf(table, 16, "t%u", k);
	memset(table + strlen(table), 'x', pad);
	struct object o = { 0 };
	object_set(&o, OBJECT_SCHEMA, SPAN("public"));
	object_set(&o, OBJECT_TABLE, span_of(table));
	missing_add(l, CLASS_MISSING_TABLE, &o, k % 2);
}

START_TEST(a_list_travels_in_as_many_frames_as_it_needs)
{
	own(missing) struct missing_list sent = { 0 }, got = { 0 };
	struct why why = { "" };
	unsigned frames = 0;
	for (unsigned k = 0; k < 100; k++)
		add(&sent, k, 240);
	for (size_t at = 0; at < sent.n; frames++) {
		own(frame) struct frame f = FRAME(0);
		at = missing_put(&f, &sent, at);
		ck_assert_msg(missing_get(&f, &got, &why) == 0, "%s", why.text);
	}
	ck_assert_uint_gt(frames, 1);
	ck_assert_uint_eq(got.n, sent.n);
	for (size_t i = 0; i < got.n; i++) {
		ck_assert(object_eq(&got.list[i].object, &sent.list[i].object));
		ck_assert_int_eq(got.list[i].awaited, i % 2);
	}
}
END_TEST

START_TEST(a_list_has_an_end)
{
	own(missing) struct missing_list l = { 0 };
	for (unsigned k = 0; k < MISSING_MOST + 10; k++)
		add(&l, k, 0);
	ck_assert_uint_eq(l.n, MISSING_MOST);
}
END_TEST

START_TEST(a_frame_that_is_broken_is_refused)
{
	own(missing) struct missing_list l = { 0 };
	own(frame) struct frame many = FRAME(0), class = FRAME(0);
	frame_put_u32(&many, 1000000);
	ck_assert_int_eq(missing_get(&many, &l, NULL), -EBADMSG);
	frame_put_u32(&class, 1);
	frame_put_u32(&class, CLASSES);
	ck_assert_int_eq(missing_get(&class, &l, NULL), -EBADMSG);
}
END_TEST

CHECK_MAIN("missing", a_list_travels_in_as_many_frames_as_it_needs,
	a_list_has_an_end, a_frame_that_is_broken_is_refused)
