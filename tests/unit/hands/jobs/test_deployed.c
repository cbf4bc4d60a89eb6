/* What is said of a proposal in the deployed image. How its migrations are read
 * is in test_read-inside.c, a real Engine in
 * tests/scenario/migrations_come_out_of_the_image.sh. */
#include "config.h"
#include "hands/jobs/deployed.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hands/migrators.h"
#include "support/check_main.h"

#define IMAGE "the image img:2 that is deployed"
#define UNTOLD "whether the deployed image has it could not be told: "
#define NAME "20260101000000_event"
#define TEXT "CREATE TABLE x (id int);\n"

/* The migrations of an image, one of them with this text; NULL: without it. */
static char *
image_with(const char *text)
{
	char *folder = scratch_folder();
	own(str) char *unit = xprintf("%s/" NAME, folder);
	own(str) char *script = xprintf("%s/migration.sql", unit);
	if (!text)
		return folder;
	ck_assert_int_eq(mkdir(unit, 0700), 0);
	FILE *f = *text ? fopen(script, "we") : NULL;
	ck_assert(f || !*text);
	if (f) {
		fputs(text, f);
		fclose(f);
	}
	return folder;
}

static void
ck_again(const struct inside *inside, struct app app, enum answer answer,
	enum ask_again again, const char *said)
{
	struct job job = { .kind = JOB_DEPLOYED,
		.proposal.name = (char *)NAME };
	const struct job_context task = { .app = &app,
		.migrator = migrators_pick(&app),
		.job = &job,
		.inside = inside };
	own(result) struct result r = { .deployed = ANSWER_UNKNOWN };
	sha256_hex(SPAN(TEXT), job.proposal.checksum);
	deployed_job(&task, NULL, &r);
	ck_assert_int_eq(r.outcome, OUTCOME_DONE);
	ck_assert_str_eq(r.text, said);
	ck_assert_str_eq(answer_name(r.deployed), answer_name(answer));
	ck_assert_int_eq(r.again, again);
}

static void
ck_said(const struct inside *inside, char *migrations, enum answer answer,
	const char *said)
{
	const struct app app = { .name = (char *)"shop",
		.migrations = migrations };
	ck_again(inside, app, answer, AGAIN_LATER, said);
}

START_TEST(the_image_has_it_or_has_it_not_or_has_another)
{
	static const struct {
		const char *text;
		enum answer answer;
		const char *said;
	} rows[] = {
		{ TEXT, ANSWER_YES, IMAGE " has it" },
		{ "CREATE TABLE x (id int);\r\n", ANSWER_YES, IMAGE " has it" },
		{ NULL, ANSWER_NO, IMAGE " does not have it" },
		{ "CREATE TABLE x ();\n", ANSWER_NO,
			IMAGE " has it with another migration.sql than the one "
			      "that was applied" },
		{ "", ANSWER_NO,
			IMAGE " has it with another migration.sql than the one "
			      "that was applied" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *folder = image_with(rows[i].text);
		/* Of an app with a folder of the host, and of one without. */
		const struct inside host = { .image_folder = folder,
			.image = (char *)IMAGE };
		const struct inside ours = { .from = (char *)"x",
			.image = (char *)IMAGE };
		ck_said(&host, NULL, rows[i].answer, rows[i].said);
		ck_said(&ours, folder, rows[i].answer, rows[i].said);
	}
}
END_TEST

START_TEST(what_is_not_known_is_not_claimed)
{
	own(str) char *folder = image_with(TEXT);
	const struct {
		struct inside inside;
		const char *said;
	} rows[] = {
		{ { .problem = NULL },
			UNTOLD "Docker is not asked for this app" },
		{ { .problem = (char *)"no node" }, UNTOLD "no node" },
		{ { .image_problem = (char *)"no word" }, UNTOLD "no word" },
		{ { .image_none = (char *)"no folder" }, UNTOLD "no folder" },
		/* Somebody copied it into the container. */
		{ { .image_folder = folder,
			  .image = (char *)"the app's container (x)",
			  .changed = (char *)"x is new" },
			"the app's container has it, and whether its image "
			"does could not be told: x is new" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_said(&rows[i].inside, NULL, ANSWER_UNKNOWN, rows[i].said);
}
END_TEST

START_TEST(an_image_that_may_go_back_ends_no_reminder)
{
	own(str) char *folder = image_with(TEXT);
	own(str) char *other = image_with(NULL);
	struct inside inside = { .image_folder = folder,
		.image = (char *)IMAGE,
		.unsettled = (char *)"no container of that image runs" };
	const struct app app = { .name = (char *)"shop" };
	ck_again(&inside, app, ANSWER_UNKNOWN, AGAIN_LATER,
		IMAGE " has it, but no container of that image runs");
	inside.updating = true;
	ck_again(&inside, app, ANSWER_UNKNOWN, AGAIN_SETTLING,
		IMAGE " has it, but no container of that image runs");
	/* It lacks it now, whatever comes. */
	inside.image_folder = other;
	ck_again(&inside, app, ANSWER_NO, AGAIN_LATER,
		IMAGE " does not have it");
}
END_TEST

START_TEST(what_may_be_told_soon_is_asked_soon)
{
	own(str) char *folder = image_with(TEXT);
	const struct app app = { .name = (char *)"shop" };
	const struct inside lost = { .problem = (char *)"no word",
		.docker_failed = true };
	const struct inside open = { .image_problem = (char *)"no word",
		.image_unsure = true };
	const struct inside changed = { .image_folder = folder,
		.image = (char *)"the app's container (x)",
		.changed = (char *)"whether it is so could not be told: x",
		.docker_failed = true };
	ck_again(&lost, app, ANSWER_UNKNOWN, AGAIN_FAILED, UNTOLD "no word");
	ck_again(&open, app, ANSWER_UNKNOWN, AGAIN_FAILED, UNTOLD "no word");
	ck_again(&changed, app, ANSWER_UNKNOWN, AGAIN_FAILED,
		"the app's container has it, and whether it is so could not "
		"be told: x");
}
END_TEST

START_TEST(an_app_without_migrations_is_told_by_what_it_lacks)
{
	const struct inside none = { 0 };
	const struct app app = { .name = (char *)"shop",
		.docker_socket = (char *)"/run/docker.sock" };
	ck_again(&none, app, ANSWER_UNKNOWN, AGAIN_LATER,
		UNTOLD "the app has no `migrations` any more, which says what "
		       "is looked for in its image");
}
END_TEST

CHECK_MAIN("deployed", an_image_that_may_go_back_ends_no_reminder,
	what_may_be_told_soon_is_asked_soon,
	an_app_without_migrations_is_told_by_what_it_lacks,
	the_image_has_it_or_has_it_not_or_has_another,
	what_is_not_known_is_not_claimed)
