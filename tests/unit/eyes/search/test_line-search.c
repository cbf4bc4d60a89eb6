#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io/file.h"
#include "eyes/search/line-search.h"
#include "support/check_main.h"

struct setting {
	struct rules *rules;
	struct prefilter *prefilter;
	struct line_search search;
	int fd;
};

static void
setting_open(struct setting *s, struct span log)
{
	static char text[] = "[rule a]\nclass = disk-full\nmatch = abcd\n";
	own(file) FILE *f = fmemopen(text, sizeof(text) - 1, "r");
	struct why why;
	*s = (struct setting){ .rules = rules_new() };
	struct line_search *search = &s->search;
	s->fd = memfd_create("log", MFD_CLOEXEC);
	ck_assert_int_eq(write_all(s->fd, log), 0);
	ck_assert_int_eq(rules_add(s->rules, f, "x", &why), 0);
	ck_assert_int_eq(prefilter_new(s->rules, &s->prefilter, &why), 0);
	ck_assert_int_eq(window_new(&search->window, &why), 0);
	ck_assert_int_eq(input_open(dup(s->fd), 0, &search->in, &why), 0);
	search->prefilter = s->prefilter;
	search->format = FORMAT_AUTO;
}

static void
setting_close(struct setting *s)
{
	line_search_free(&s->search);
	input_close(s->search.in);
	window_free(s->search.window);
	prefilter_free(s->prefilter);
	rules_free(s->rules);
	close(s->fd);
}

/* Begins at `from`, with the window `before` bytes earlier. */
static void
begin(struct setting *s, uint64_t from, uint64_t before)
{
	window_reset(s->search.window, s, from - before);
	line_search_begin(&s->search, from);
}

static int
step(struct setting *s)
{
	struct why why = { "" };
	int r = line_search_read(&s->search, UINT64_MAX, &why);
	ck_assert_msg(r >= 0, "%s", why.text);
	return r;
}

START_TEST(whole_lines_are_searched_and_the_rest_waits)
{
	struct setting s;
	setting_open(&s, SPAN("x abcd\nab"));
	begin(&s, 0, 0);
	ck_assert_int_eq(step(&s), LINE_SEARCH_SEARCHED);
	ck_assert_int_eq(s.search.format, FORMAT_PLAIN);
	ck_assert_uint_eq(s.search.scanned, 7);
	ck_assert_uint_eq(s.search.candidates.hits.n, 1);
	ck_assert_int_eq(step(&s), LINE_SEARCH_END);
	ck_assert_int_eq(write_all(s.fd, SPAN("cd")), 0);
	ck_assert_int_eq(step(&s), LINE_SEARCH_READ);
	ck_assert_uint_eq(s.search.scanned, 7);
	line_search_finish(&s.search, 7);
	ck_assert_uint_eq(s.search.scanned, 11);
	ck_assert_uint_eq(s.search.candidates.hits.n, 1);
	ck_assert_uint_eq(s.search.candidates.base, 7);
	setting_close(&s);
}
END_TEST

/* What stands before the place is read for its hash, and not searched. */
START_TEST(a_place_at_a_lines_start_begins_there)
{
	struct setting s;
	setting_open(&s, SPAN("abcd\nabcd\n"));
	begin(&s, 5, 5);
	ck_assert_int_eq(step(&s), LINE_SEARCH_SEARCHED);
	ck_assert_uint_eq(s.search.candidates.hits.n, 1);
	ck_assert_uint_eq(s.search.candidates.base, 5);
	setting_close(&s);
}
END_TEST

START_TEST(a_place_inside_a_line_begins_with_the_next)
{
	struct setting s;
	setting_open(&s, SPAN("x abcd\nabcd\n"));
	begin(&s, 2, 2);
	ck_assert_int_eq(step(&s), LINE_SEARCH_SEARCHED);
	ck_assert_uint_eq(s.search.candidates.hits.n, 1);
	ck_assert_uint_eq(
		s.search.candidates.base + s.search.candidates.hits.at[0], 7);
	setting_close(&s);
}
END_TEST

START_TEST(a_line_of_megabytes_is_searched_at_its_start)
{
	struct setting s;
	own(buf) struct buf log = { 0 };
	buf_add_str(&log, "abcd");
	char *room = buf_reserve(&log, 3u << 20);
	memset(room, 'x', 3u << 20);
	log.len += 3u << 20;
	uint64_t end = log.len;
	buf_add_str(&log, "abcd\nabcd\n");
	setting_open(&s, buf_span(&log));
	begin(&s, 0, 0);
	unsigned hits = 0;
	int r;
	while ((r = step(&s)) != LINE_SEARCH_END)
		if (r == LINE_SEARCH_SEARCHED)
			hits += (unsigned)s.search.candidates.hits.n;
	/* Its first bytes, and the line behind it; not its last ones. */
	ck_assert_uint_eq(hits, 2);
	ck_assert_uint_eq(s.search.scanned, end + 10);
	setting_close(&s);
}
END_TEST

START_TEST(candidates_to_be_kept_stay_when_more_is_searched)
{
	struct setting s;
	struct why why;
	setting_open(&s, SPAN("abcd\nabcd\n"));
	begin(&s, 0, 0);
	ck_assert_int_eq(step(&s), LINE_SEARCH_SEARCHED);
	ck_assert_int_eq(write_all(s.fd, SPAN("abcd\n")), 0);
	ck_assert_int_eq(
		line_search_read(&s.search, 5, &why), LINE_SEARCH_SEARCHED);
	ck_assert_uint_eq(s.search.candidates.base, 5);
	ck_assert_uint_eq(s.search.candidates.hits.n, 2);
	setting_close(&s);
}
END_TEST

CHECK_MAIN("line-search", whole_lines_are_searched_and_the_rest_waits,
	a_place_at_a_lines_start_begins_there,
	a_place_inside_a_line_begins_with_the_next,
	a_line_of_megabytes_is_searched_at_its_start,
	candidates_to_be_kept_stay_when_more_is_searched)
