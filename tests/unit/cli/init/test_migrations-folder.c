#include "config.h"
#include "cli/init/migrations-folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

static void
make_folders(const char *root, const char *path)
{
	own(str) char *all = xprintf("%s%s", root, path);
	for (char *p = all + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		(void)mkdir(all, 0755);
		*p = '/';
	}
	(void)mkdir(all, 0755);
}

/* A folder with one migration in it. */
static void
make_migrations(const char *root, const char *path)
{
	own(str) char *one = xprintf("%s/20250101000000_a", path);
	own(str) char *script = xprintf("%s%s/migration.sql", root, one);
	make_folders(root, one);
	own(file) FILE *f = fopen(script, "we");
	ck_assert_ptr_nonnull(f);
}

/* What is found, as one text; "" for nothing. */
static char *
found(const char *folder, const char *start)
{
	own(fd) int root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	unsigned names = 1000;
	own(strings) char **list = migrations_folder_find(root, start, &names);
	own(str) char *text = xstrdup("");
	for (char **p = list; p && *p; p++) {
		char *longer = xprintf("%s %s", text, *p);
		free(text);
		text = longer;
	}
	return take(text);
}

START_TEST(the_least_deep_folders_are_found_in_order)
{
	own(str) char *root = scratch_folder();
	make_migrations(root, "/app/packages/b/prisma/migrations");
	make_migrations(root, "/app/packages/a/prisma/migrations");
	own(str) char *two = found(root, "/app");
	ck_assert_str_eq(two,
		" /app/packages/a/prisma/migrations"
		" /app/packages/b/prisma/migrations");
	make_migrations(root, "/app/prisma/migrations");
	own(str) char *one = found(root, "/app");
	ck_assert_str_eq(one, " /app/prisma/migrations");
	own(str) char *itself = found(root, "/app/prisma/migrations");
	ck_assert_str_eq(itself, " /app/prisma/migrations");
	own(str) char *none = found(root, "/nowhere");
	ck_assert_str_eq(none, "");
}
END_TEST

START_TEST(packages_links_and_strange_names_are_left_alone)
{
	own(str) char *root = scratch_folder();
	own(str) char *link = xprintf("%s/app/link", root);
	make_migrations(root, "/app/node_modules/x/prisma/migrations");
	make_migrations(root, "/app/.git/prisma/migrations");
	make_migrations(root, "/app/a\nb/prisma/migrations");
	make_migrations(root, "/app/$(id)/prisma/migrations");
	make_migrations(root, "/other/prisma/migrations");
	ck_assert_int_eq(symlink("/other", link), 0);
	own(str) char *none = found(root, "/app");
	ck_assert_str_eq(none, "");
}
END_TEST

START_TEST(a_workdir_that_is_a_link_leads_within_the_root)
{
	own(str) char *root = scratch_folder();
	own(str) char *link = xprintf("%s/app", root);
	make_migrations(root, "/real/prisma/migrations");
	ck_assert_int_eq(symlink("/real", link), 0);
	own(str) char *text = found(root, "/app");
	ck_assert_str_eq(text, " /app/prisma/migrations");
}
END_TEST

START_TEST(a_search_ends_after_so_many_names)
{
	own(str) char *root = scratch_folder();
	make_migrations(root, "/app/a/b/prisma/migrations");
	own(fd) int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	unsigned names = 5;
	own(strings) char **none = migrations_folder_find(fd, "/app", &names);
	ck_assert_ptr_null(none);
	ck_assert_uint_eq(names, 0);
	names = 100;
	own(strings) char **list = migrations_folder_find(fd, "/app", &names);
	ck_assert_uint_eq(strings_count(list), 1);
	ck_assert(names > 0 && names < 100);
}
END_TEST

CHECK_MAIN("migrations-folder", a_search_ends_after_so_many_names,
	the_least_deep_folders_are_found_in_order,
	packages_links_and_strange_names_are_left_alone,
	a_workdir_that_is_a_link_leads_within_the_root)
