#include "config.h"

#include "eyes/input/window.h"
#include "support/check_main.h"

START_TEST(a_run_of_bytes_is_never_broken_in_the_window)
{
	struct window *w;
	struct why why;
	ck_assert_int_eq(window_new(&w, &why), 0);
	window_reset(w, &why, 1000);
	uint64_t at = 1000;
	for (int i = 0; i < 40; i++) {
		size_t len = 300000;
		char *room = window_room(w, len);
		for (size_t k = 0; k < len; k++)
			room[k] = (char)((at + k) % 251);
		window_add(w, len);
		at += len;
	}
	ck_assert_uint_eq(window_end(w), at);
	ck_assert_uint_ge(at - window_begin(w), WINDOW_BYTES - 300000);
	struct span all = window_span(w, window_begin(w), at);
	for (size_t k = 0; k < all.len; k++)
		if (all.data[k] != (char)((window_begin(w) + k) % 251))
			ck_abort_msg("byte %zu differs", k);
	ck_assert_ptr_eq(window_owner(w), &why);
	window_free(w);
}
END_TEST

START_TEST(who_empties_it_owns_it)
{
	struct window *w;
	struct why why;
	int one, two;
	ck_assert_int_eq(window_new(&w, &why), 0);
	ck_assert_ptr_null(window_owner(w));
	window_reset(w, &one, 7);
	memcpy(window_room(w, 3), "abc", 3);
	window_add(w, 3);
	ck_assert_ptr_eq(window_owner(w), &one);
	ck_assert(span_is(window_span(w, 8, 10), "bc"));
	window_reset(w, &two, 100);
	ck_assert_ptr_eq(window_owner(w), &two);
	ck_assert_uint_eq(window_begin(w), 100);
	ck_assert_uint_eq(window_end(w), 100);
	window_free(w);
}
END_TEST

CHECK_MAIN("window", a_run_of_bytes_is_never_broken_in_the_window,
	who_empties_it_owns_it)
