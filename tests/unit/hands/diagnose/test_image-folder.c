/* The host's folder against that of the deployed image. */
#include "config.h"
#include "hands/diagnose/image-folder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hands/migrators.h"
#include "support/check_main.h"

#define THERE "the image img:2 that is deployed"

/* Each unit as `NAME=TEXT`; a text `-` is that of a unit without a script. */
static char *
folder_of(const char *const *units)
{
	char *folder = scratch_folder();
	for (; *units; units++) {
		const char *text = strchr(*units, '=') + 1;
		own(str) char *unit = xprintf(
			"%s/%.*s", folder, (int)(text - 1 - *units), *units);
		own(str) char *script = xprintf("%s/migration.sql", unit);
		ck_assert_int_eq(mkdir(unit, 0700), 0);
		if (strcmp(text, "-") == 0)
			continue;
		FILE *f = fopen(script, "we");
		ck_assert_ptr_nonnull(f);
		fputs(text, f);
		fclose(f);
	}
	return folder;
}

/* Compares the two; `wanted` NULL: they do not differ. */
static void
ck_differ(const char *const *host, const char *const *image, const char *wanted)
{
	const struct app app = { .name = (char *)"shop" };
	const struct migrator *m = migrators_pick(&app);
	own(str) char *here = folder_of(host);
	own(str) char *there = folder_of(image);
	own(unit_folder) struct unit_folder *units = NULL;
	const struct inside inside = { .image_folder = there,
		.image = (char *)THERE };
	struct image_folder f;
	ck_assert_int_eq(m->read_folder(here, &units, NULL), 0);
	image_folder_read(m, &inside, units, &f);
	ck_assert_ptr_null(f.problem);
	ck_assert_int_eq(image_folder_differs(&f), wanted != NULL);
	if (wanted) {
		own(str) char *text = image_folder_text(&f, "/m", &inside);
		ck_assert_str_eq(text, wanted);
	}
	image_folder_free(&f);
}

#define UNITS(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

START_TEST(each_kind_of_difference_has_its_words)
{
	ck_differ(UNITS("a=1", "b=2"), UNITS("a=1", "b=2"), NULL);
	ck_differ(UNITS("a=1"), UNITS("a=1", "b=2"),
		"the folder /m lacks b, which " THERE " has");
	ck_differ(UNITS("a=1"), UNITS("a=1", "b=2", "c=3", "d=4"),
		"the folder /m lacks b and 2 more, which " THERE " has");
	ck_differ(UNITS("a=1", "b=2"), UNITS("a=1"),
		"the folder /m has b, which " THERE " lacks");
	ck_differ(UNITS("a=1"), UNITS("a=2"),
		"the folder /m has another text of a than " THERE);
	ck_differ(UNITS("a=1", "b=2"), UNITS("a=2", "c=3"),
		"the folder /m lacks c, which " THERE
		" has; the folder /m has b, which " THERE
		" lacks; the folder /m has another text of a than " THERE);
}
END_TEST

START_TEST(line_ends_are_no_difference_and_a_missing_script_is_one)
{
	ck_differ(UNITS("a=1\r\n2\r\n"), UNITS("a=1\n2\n"), NULL);
	ck_differ(UNITS("a=1\n2\n"), UNITS("a=1\r\n2\r\n"), NULL);
	ck_differ(UNITS("a=-"), UNITS("a=-"), NULL);
	ck_differ(UNITS("a=-"), UNITS("a=1"),
		"the folder /m has another text of a than " THERE);
	ck_differ(UNITS("a=1"), UNITS("a=-"),
		"the folder /m has another text of a than " THERE);
}
END_TEST

START_TEST(nothing_is_claimed_where_one_of_the_two_is_missing)
{
	const struct app app = { .name = (char *)"shop" };
	const struct migrator *m = migrators_pick(&app);
	own(str) char *there = folder_of(UNITS("a=1"));
	const struct inside none = { 0 }, some = { .image_folder = there };
	const struct inside gone = { .image_folder = (char *)"/nowhere" };
	const struct inside lost = { .image_problem = (char *)"why" };
	const struct inside open = { .image_problem = (char *)"why",
		.image_unsure = true };
	struct unit_folder host = { 0 };
	const struct {
		const struct inside *inside;
		const struct unit_folder *host;
		bool problem, unsure;
	} rows[] = { { NULL, &host, false }, { &none, &host, false },
		{ &some, NULL, false }, { &gone, &host, true, true },
		{ &lost, &host, true, false }, { &open, &host, true, true } };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct image_folder f;
		image_folder_read(m, rows[i].inside, rows[i].host, &f);
		ck_assert(!image_folder_differs(&f));
		ck_assert_ptr_null(f.folder);
		ck_assert_int_eq(f.problem != NULL, rows[i].problem);
		ck_assert_int_eq(f.unsure, rows[i].unsure);
		if (rows[i].inside == &lost)
			ck_assert_str_eq(f.problem, IMAGE_UNTOLD ": why");
		image_folder_free(&f);
	}
}
END_TEST

CHECK_MAIN("image-folder", each_kind_of_difference_has_its_words,
	line_ends_are_no_difference_and_a_missing_script_is_one,
	nothing_is_claimed_where_one_of_the_two_is_missing)
