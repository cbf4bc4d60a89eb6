#include "config.h"
#include "cli/output/progress-bar.h"

#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"

/* A bar that is drawn into memory. */
struct drawn {
	struct progress_bar p;
	char *text;
	size_t len, checked;
};

static void
begin(struct drawn *d, unsigned columns, uint64_t expected)
{
	*d = (struct drawn){ .p = { .columns = columns,
				     .expected = expected } };
	d->p.to = open_memstream(&d->text, &d->len);
}

/* What was written since the last call. */
static void
check_text(struct drawn *d, const char *expected)
{
	(void)fflush(d->p.to);
	ck_assert_str_eq(d->text + d->checked, expected);
	d->checked = d->len;
}

static void
end(struct drawn *d)
{
	(void)fclose(d->p.to);
	free(d->text);
}

START_TEST(it_shows_how_much_of_all_is_done)
{
	struct drawn d;
	begin(&d, 80, 200000000);
	progress_bar_draw(&d.p, 50000000, 1);
	check_text(&d, "\r[######..................]  25% of 200.0 MB");
	progress_bar_draw(&d.p, 300000000, USEC_SECOND);
	check_text(&d, "\r[########################] 100% of 200.0 MB");
	end(&d);
}
END_TEST

START_TEST(without_a_size_it_shows_how_much_was_read)
{
	struct drawn d;
	begin(&d, 80, 0);
	progress_bar_draw(&d.p, 1500000, 1);
	check_text(&d, "\r1.5 MB read");
	end(&d);
}
END_TEST

START_TEST(a_narrow_terminal_gets_no_line_that_it_would_break)
{
	struct drawn d;
	begin(&d, 40, 200000000);
	progress_bar_draw(&d.p, 100000000, 1);
	check_text(&d, "\r 50% of 200.0 MB");
	end(&d);
	begin(&d, 16, 200000000);
	progress_bar_draw(&d.p, 100000000, 1);
	progress_bar_clear(&d.p);
	check_text(&d, "");
	end(&d);
}
END_TEST

START_TEST(it_is_drawn_ten_times_a_second_at_most)
{
	struct drawn d;
	unsigned lines = 0;
	begin(&d, 80, 1000);
	for (usec now = USEC_MINUTE; now < USEC_MINUTE + 2 * USEC_SECOND;
		now += 1000)
		progress_bar_draw(&d.p, 1, now);
	for (const char *c = d.text; *c; c++)
		lines += *c == '\r';
	ck_assert_uint_eq(lines, 20);
	end(&d);
}
END_TEST

START_TEST(it_takes_itself_away_and_comes_again)
{
	struct drawn d;
	begin(&d, 80, 0);
	progress_bar_clear(&d.p);
	progress_bar_draw(&d.p, 1000000, 1);
	progress_bar_clear(&d.p);
	progress_bar_clear(&d.p);
	check_text(&d, "\r1.0 MB read\r           \r");
	progress_bar_draw(&d.p, 2000000, USEC_SECOND);
	check_text(&d, "\r2.0 MB read");
	end(&d);
}
END_TEST

START_TEST(where_nobody_sees_it_nothing_is_drawn)
{
	struct progress_bar p =
		progress_bar_new(); /* the harness is no terminal */
	ck_assert_ptr_null(p.to);
	progress_bar_draw(&p, 1, 1);
	progress_bar_clear(&p);
}
END_TEST

CHECK_MAIN("progress-bar", it_shows_how_much_of_all_is_done,
	without_a_size_it_shows_how_much_was_read,
	a_narrow_terminal_gets_no_line_that_it_would_break,
	it_is_drawn_ten_times_a_second_at_most,
	it_takes_itself_away_and_comes_again,
	where_nobody_sees_it_nothing_is_drawn)
