/* The history as findings. */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/diagnose/history-text.h"
#include "support/check_main.h"
#include "support/diagnosed.h"

static struct findings f;

static const struct finding *
found(const char *name)
{
	for (size_t i = 0; i < f.n; i++)
		if (strcmp(f.list[i].name, name) == 0)
			return &f.list[i];
	return NULL;
}

static void
ck_finding(const char *name, enum answer answer, const char *text)
{
	const struct finding *is = found(name);
	ck_assert_msg(is != NULL, "there is no finding %s", name);
	ck_assert_int_eq(is->answer, answer);
	ck_assert_str_eq(is->text, text);
}

static void
tell(const struct diagnosed *x)
{
	findings_free(&f);
	history_text(&x->d, &f);
}

START_TEST(a_missing_history_is_told_with_what_is_there_instead)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	x.d.history->exists = false;
	x.d.history->other_tables = true;
	x.d.history->elsewhere = xstrdup("old");
	tell(&x);
	ck_finding("history-exists", ANSWER_NO,
		"schema public has no table _prisma_migrations, and has other "
		"tables");
	ck_finding("history-elsewhere", ANSWER_YES,
		"schema old has a table _prisma_migrations: does the database "
		"URL name the right schema?");
}
END_TEST

START_TEST(the_records_of_a_folder_are_told_in_groups)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_add(&x, "a", "", (struct unit_record){ UNIT_APPLIED, 1, 0 });
	diagnosed_add(&x, "b", "", (struct unit_record){ UNIT_PENDING, 0, 1 });
	for (int i = 0; i < 5; i++) {
		own(str) char *name = xprintf("c%d", i);
		diagnosed_pending(&x, name, "");
	}
	diagnosed_row(&x, "gone", true);
	unit_folder_note(
		x.d.folder, "provider", ANSWER_NO, xstrdup("says x"), NULL);
	tell(&x);
	ck_finding("history-pending", ANSWER_YES,
		"6 pending: b, c0, c1, c2, c3, ...");
	ck_finding("history-edited", ANSWER_YES, "1 edited since applied: a");
	ck_finding("history-rolled-back", ANSWER_YES,
		"1 rolled back once, and pending again: b");
	ck_finding("history-orphans", ANSWER_YES,
		"1 applied migrations have no folder in /srv/migrations, the "
		"first is gone");
	ck_finding("provider", ANSWER_NO, "says x");
	ck_assert_ptr_null(found("history-clean"));
}
END_TEST

START_TEST(a_clean_history_is_told_unless_the_folder_is_empty)
{
	own(diagnosed) struct diagnosed x, empty;
	diagnosed_begin(&x);
	diagnosed_add(&x, "a", "", (struct unit_record){ UNIT_APPLIED, 0, 0 });
	x.d.history_clean = ANSWER_YES;
	tell(&x);
	ck_finding("history-clean", ANSWER_YES,
		"every migration folder is recorded as applied");
	own(str) char *text = history_clean_text(&x.d);
	ck_assert_str_eq(text, "the history is clean");
	diagnosed_begin(&empty);
	empty.d.records = xcalloc(1, sizeof(*empty.d.records));
	empty.d.history_clean = ANSWER_YES;
	tell(&empty);
	ck_assert_ptr_null(found("history-clean"));
	ck_finding("folder-empty", ANSWER_YES,
		"/srv/migrations holds no migration: is it the right folder?");
}
END_TEST

/* Units of an image, applied or not. */
static struct unit_folder *
image_with(const char *const *names)
{
	struct unit_folder *image = xcalloc(1, sizeof(*image));
	for (; *names; names++)
		(void)unit_folder_add(image, *names);
	return image;
}

static void
ck_clean(struct diagnosed *x, enum answer answer, const char *finding,
	const char *sentence)
{
	tell(x);
	ck_finding("history-clean", answer, finding);
	own(str) char *text = history_clean_text(&x->d);
	ck_assert_str_eq(text, sentence);
}

START_TEST(clean_is_said_of_the_deployed_image_of_a_hosts_folder)
{
	static const struct {
		const char *names[4];
		enum answer answer;
		const char *finding, *sentence;
	} rows[] = {
		{ { "a", "b" }, ANSWER_YES,
			"every migration folder is recorded as applied",
			"the history is clean for the image i:1" },
		{ { "a" }, ANSWER_NO,
			"every migration folder is recorded as applied, but "
			"for b, which the image i:1 does not have yet",
			"the history is clean but for b, which the image i:1 "
			"does not have yet" },
		{ { "a", "c", "d" }, ANSWER_NO,
			"every migration folder is recorded as applied, but "
			"for b, which the image i:1 does not have yet, and for "
			"c and 1 more, which the image i:1 has and which are "
			"not applied",
			"the history is clean but for b, which the image i:1 "
			"does not have yet, and for c and 1 more, which the "
			"image i:1 has and which are not applied" },
		{ { "a", "b", "c" }, ANSWER_NO,
			"every migration folder is recorded as applied, but "
			"for c, which the image i:1 has and which is not "
			"applied",
			"the history is clean but for c, which the image i:1 "
			"has and which is not applied" },
	};
	const struct inside inside = { .image = (char *)"the image i:1" };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(diagnosed) struct diagnosed x;
		const struct unit_record applied = { UNIT_APPLIED, 0, 0 };
		diagnosed_begin(&x);
		diagnosed_add(&x, "a", "", applied);
		diagnosed_add(&x, "b", "", applied);
		x.d.history_clean = ANSWER_YES;
		x.d.inside = &inside;
		x.d.image.folder = image_with(rows[i].names);
		ck_clean(&x, rows[i].answer, rows[i].finding, rows[i].sentence);
	}
}
END_TEST

START_TEST(clean_is_said_of_an_image_with_what_it_does_not_have_yet)
{
	const struct inside inside = { .from = (char *)"the image i:1",
		.image = (char *)"the image i:1" };
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_add(&x, "a", "", (struct unit_record){ UNIT_APPLIED, 0, 0 });
	x.d.history_clean = ANSWER_YES;
	x.d.inside = &inside;
	ck_clean(&x, ANSWER_YES,
		"every migration folder of the deployed image is recorded as "
		"applied",
		"the history is clean for the image i:1");
	diagnosed_row(&x, "b", true);
	ck_clean(&x, ANSWER_NO,
		"every migration folder of the deployed image is recorded as "
		"applied, but for b, which the image i:1 does not have yet",
		"the history is clean but for b, which the image i:1 does not "
		"have yet");
	x.d.history_clean = ANSWER_NO;
	ck_assert_ptr_null(history_clean_text(&x.d));
}
END_TEST

START_TEST(a_failed_row_is_told_with_its_log_in_one_line)
{
	own(diagnosed) struct diagnosed x;
	diagnosed_begin(&x);
	diagnosed_row(&x, "1_a", false);
	tell(&x);
	ck_finding("history-failed", ANSWER_YES,
		"migration 1_a began 2026-01-02T03:04:05Z and neither finished "
		"nor was rolled back, which blocks every deploy (P3009); its "
		"log: nothing");
	x.d.history->rows[0].logs = xstrdup("boom\n\x1b[31m");
	tell(&x);
	const char *text = found("history-failed")->text;
	ck_assert_ptr_nonnull(strstr(text, "(P3009); its log: boom; "));
	ck_assert_ptr_null(strchr(text, '\x1b'));
}
END_TEST

CHECK_MAIN("history-text", a_missing_history_is_told_with_what_is_there_instead,
	the_records_of_a_folder_are_told_in_groups,
	a_clean_history_is_told_unless_the_folder_is_empty,
	clean_is_said_of_the_deployed_image_of_a_hosts_folder,
	clean_is_said_of_an_image_with_what_it_does_not_have_yet,
	a_failed_row_is_told_with_its_log_in_one_line)
