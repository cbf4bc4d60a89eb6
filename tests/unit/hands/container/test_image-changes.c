/* In what a container differs from its image. */
#include "config.h"
#include "hands/container/image-changes.h"

#include <string.h>

#include "support/check_main.h"

#define FOLDER "/usr/src/app/prisma"
#define CHANGE(path, kind) "{\"Path\":\"" path "\",\"Kind\":" kind "}"

static void
ck_text(const char *changes, const char *mounts, const char *wanted)
{
	json_t *c = json_loads(changes, JSON_DECODE_ANY, NULL);
	json_t *m = json_loads(mounts, JSON_DECODE_ANY, NULL);
	own(str) char *text = image_changes_text(c, m, FOLDER);
	json_decref(c);
	json_decref(m);
	if (!wanted)
		ck_assert_msg(!text, "%s: %s", changes, text);
	else
		ck_assert_msg(text && strstr(text, wanted), "%s: %s", changes,
			text ? text : "nothing");
}

START_TEST(what_lies_there_is_named_and_nothing_else)
{
	static const struct {
		const char *changes, *mounts, *wanted;
	} rows[] = {
		{ "null", "[]", NULL },
		{ "[]", "null", NULL },
		{ "[" CHANGE("/usr", "0") "," CHANGE(
			  "/usr/src", "0") "," CHANGE("/usr/src/app",
			  "0") "," CHANGE("/usr/src/app/now", "1") "]",
			"[]", NULL },
		{ "[" CHANGE("/usr/src/app/prisma2/x", "1") "]", "[]", NULL },
		{ "[" CHANGE(FOLDER, "0") "," CHANGE(FOLDER "/migrations",
			  "0") "," CHANGE(FOLDER "/migrations/a.sql", "0") "]",
			"[]",
			": /usr/src/app/prisma/migrations/a.sql (changed)" },
		{ "[" CHANGE(FOLDER "/a", "2") "," CHANGE(FOLDER "/b", "1") "]",
			"[]", FOLDER "/a (deleted), " FOLDER "/b (added)" },
		{ "[" CHANGE(FOLDER "/\\u001b[2J", "1") "]", "[]",
			"\\x1b[2J (added)" },
		{ "[" CHANGE(FOLDER "/1", "0") "," CHANGE(
			  FOLDER "/2", "0") "," CHANGE(FOLDER "/3",
			  "0") "," CHANGE(FOLDER "/4", "0") "," CHANGE(FOLDER
			  "/5",
			  "0") "," CHANGE(FOLDER "/6", "9") "]",
			"[]", "/5 (changed), ..." },
		/* a volume hides the image's files */
		{ "[]", "[{\"Destination\":\"/usr/src/app\"}]",
			"/usr/src/app in the container is a volume" },
		{ "[]", "[{\"Destination\":\"" FOLDER "/migrations\"}]",
			"/migrations in the container is a volume" },
		{ "[]",
			"[{\"Destination\":\"/data\"},{\"Destination\":\"/usr/"
			"src/app2\"}]",
			NULL },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_text(rows[i].changes, rows[i].mounts, rows[i].wanted);
}
END_TEST

START_TEST(an_answer_of_any_shape_is_survived)
{
	static const char *const rows[] = { "{}", "7", "[null,1,{}]",
		"[{\"Path\":1,\"Kind\":\"x\"}]", "[{\"Kind\":-1}]",
		"[{\"Path\":\"\"}]", "\"x\"" };
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_text(rows[i], rows[i], NULL);
}
END_TEST

CHECK_MAIN("image-changes", what_lies_there_is_named_and_nothing_else,
	an_answer_of_any_shape_is_survived)
