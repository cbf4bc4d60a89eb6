#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "hands/prisma/schema/schema-prisma.h"
#include "support/check_main.h"

static enum answer
ask(const char *schema, const char *table)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/schema.prisma", folder);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write_all(fd, span_of(schema)), 0);
	return schema_prisma_knows(path, table, NULL);
}

#define SCHEMA                                                         \
	"// model Comment {\n"                                         \
	"model User {\n  id Int @id @map(\"Mapped\")\n}\n"             \
	"model Event{\n  id Int\n\n  @@map(\"analytics_events\")\n}\n" \
	"enum Kind {\n  A\n  @@map(name: \"kinds\")\n}\n"              \
	"  model\tLast {\n}\n"

START_TEST(a_model_stands_for_its_table)
{
	ck_assert_int_eq(ask(SCHEMA, "User"), ANSWER_YES);
	ck_assert_int_eq(ask(SCHEMA, "analytics_events"), ANSWER_YES);
	ck_assert_int_eq(ask(SCHEMA, "Last"), ANSWER_YES);
}
END_TEST

START_TEST(a_mapped_model_does_not_stand_for_its_name)
{
	ck_assert_int_eq(ask(SCHEMA, "Event"), ANSWER_NO);
	ck_assert_int_eq(ask(SCHEMA, "Mapped"), ANSWER_NO);
	ck_assert_int_eq(ask(SCHEMA, "Comment"), ANSWER_NO);
	ck_assert_int_eq(ask(SCHEMA, "user"), ANSWER_NO);
	ck_assert_int_eq(ask("", "User"), ANSWER_NO);
}
END_TEST

START_TEST(a_schema_that_is_missing_tells_nothing)
{
	ck_assert_int_eq(schema_prisma_knows("/nonexistent", "User", NULL),
		ANSWER_UNKNOWN);
}
END_TEST

/* Whoever may write beside it could ask for words of any file. */
START_TEST(a_schema_that_is_a_link_or_a_fifo_tells_nothing)
{
	own(str) char *folder = scratch_folder();
	own(str) char *file = xprintf("%s/secret", folder);
	own(str) char *link = xprintf("%s/schema.prisma", folder);
	own(str) char *fifo = xprintf("%s/fifo.prisma", folder);
	own(fd) int fd = open(file, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write_all(fd, SPAN(SCHEMA)), 0);
	ck_assert_int_eq(schema_prisma_knows(file, "User", NULL), ANSWER_YES);
	ck_assert_int_eq(symlink("secret", link), 0);
	ck_assert_int_eq(
		schema_prisma_knows(link, "User", NULL), ANSWER_UNKNOWN);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(
		schema_prisma_knows(fifo, "User", NULL), ANSWER_UNKNOWN);
}
END_TEST

static void
put(const char *folder, const char *name, const char *text)
{
	own(str) char *path = xprintf("%s/%s", folder, name);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
}

START_TEST(a_schema_of_several_files_is_a_folder)
{
	static const char *const folders[] = { "a", "a/b", "a/b/c", "a/b/c/d",
		".git", "node_modules" };
	own(str) char *folder = scratch_folder();
	own(str) char *link = xprintf("%s/Link.prisma", folder);
	ck_assert_int_eq(
		schema_prisma_knows(folder, "User", NULL), ANSWER_UNKNOWN);
	for (size_t i = 0; i < ELEMENTS(folders); i++) {
		own(str) char *path = xprintf("%s/%s", folder, folders[i]);
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
	put(folder, "base.prisma", "datasource db {\n}\n");
	put(folder, "other.txt", "model Text {\n}\n");
	put(folder, "a/b/c/deep.prisma", "model Deep {\n}\n");
	put(folder, "a/b/c/d/deeper.prisma", "model Deeper {\n}\n");
	put(folder, ".git/x.prisma", "model Hidden {\n}\n");
	put(folder, "node_modules/x.prisma", "model Theirs {\n}\n");
	ck_assert_int_eq(symlink("base.prisma", link), 0);
	ck_assert_int_eq(schema_prisma_knows(folder, "Deep", NULL), ANSWER_YES);
	ck_assert_int_eq(
		schema_prisma_knows(folder, "Deeper", NULL), ANSWER_NO);
	ck_assert_int_eq(schema_prisma_knows(folder, "Text", NULL), ANSWER_NO);
	ck_assert_int_eq(
		schema_prisma_knows(folder, "Hidden", NULL), ANSWER_NO);
	ck_assert_int_eq(
		schema_prisma_knows(folder, "Theirs", NULL), ANSWER_NO);
}
END_TEST

/* The variables beside a folder of migrations, `url direct`. Owned. */
static char *
variables(const char *schema)
{
	own(str) char *folder = scratch_folder();
	own(str) char *below = xprintf("%s/migrations", folder);
	own(str) char *path = xprintf("%s/schema.prisma", folder);
	own(str) char *url = NULL, *direct = NULL;
	ck_assert_int_eq(mkdir(below, 0700), 0);
	own(fd) int dir = open(below, O_RDONLY | O_DIRECTORY);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(write_all(fd, span_of(schema)), 0);
	schema_prisma_variables(dir, &url, &direct);
	return xprintf("%s %s", url ? url : "-", direct ? direct : "-");
}

START_TEST(the_datasource_names_its_variables)
{
	static const char *const rows[][2] = {
		{ "datasource db {\n  url = env(\"A_1\")\n  "
		  "directUrl=env(\"B\")"
		  "\n}\n",
			"A_1 B" },
		{ "datasource db{\n\turl\t=\tenv(\"A\")\n}\nmodel M {\n"
		  "  directUrl = env(\"B\")\n}\n",
			"A -" },
		{ "model url {\n url = env(\"A\")\n}\n", "- -" },
		{ "datasource d {\n // url = env(\"A\")\n url = \"postgres://"
		  "u:p@h/d\"\n}\n",
			"- -" },
		{ "datasource d {\n url = env(\"A;reboot\")\n}\n", "- -" },
		{ "datasource d {\n url = env(\"\")\n directUrl = env(\n}",
			"- -" },
		{ "", "- -" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *got = variables(rows[i][0]);
		ck_assert_msg(strcmp(got, rows[i][1]) == 0, "%s: %s",
			rows[i][0], got);
	}
}
END_TEST

START_TEST(a_schema_that_is_a_link_names_none)
{
	own(str) char *folder = scratch_folder();
	own(str) char *below = xprintf("%s/migrations", folder);
	own(str) char *path = xprintf("%s/schema.prisma", folder);
	own(str) char *url = NULL, *direct = NULL;
	ck_assert_int_eq(mkdir(below, 0700), 0);
	ck_assert_int_eq(symlink("/etc/passwd", path), 0);
	own(fd) int dir = open(below, O_RDONLY | O_DIRECTORY);
	schema_prisma_variables(dir, &url, &direct);
	ck_assert_ptr_null(url);
	ck_assert_ptr_null(direct);
}
END_TEST

CHECK_MAIN("model", the_datasource_names_its_variables,
	a_schema_that_is_a_link_names_none,
	a_schema_of_several_files_is_a_folder, a_model_stands_for_its_table,
	a_mapped_model_does_not_stand_for_its_name,
	a_schema_that_is_missing_tells_nothing,
	a_schema_that_is_a_link_or_a_fifo_tells_nothing)
