/* The folder that is made from a stray .sql file. */
#include "config.h"
#include "hands/prisma/new-migration.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

static struct unit
unit_of(const char *name)
{
	struct unit u = { .name = xstrdup(name) };
	buf_add_str(&u.text, "SELECT 1;\n");
	return u;
}

static void
ck_is(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	struct stat st;
	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert_uint_eq(st.st_uid, uid);
	ck_assert_uint_eq(st.st_gid, gid);
	ck_assert_uint_eq(st.st_mode & 07777, mode);
}

START_TEST(it_belongs_to_whom_the_folder_around_it_belongs_to)
{
	static const struct {
		mode_t around, folder, script;
	} rows[] = { { 0755, 0755, 0644 }, { 0700, 0700, 0600 },
		{ 02775, 02775, 0664 }, { 01777, 0777, 0666 } };
	bool root = geteuid() == 0;
	uid_t uid = root ? 1234 : geteuid();
	gid_t gid = root ? 1235 : getegid();
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *above = scratch_folder();
		own(str) char *folder = xprintf("%s/a", above);
		own(str) char *script = xprintf("%s/migration.sql", folder);
		own(unit) struct unit u = unit_of("a");
		struct why why = { "" };
		ck_assert_int_eq(chown(above, uid, gid), 0);
		ck_assert_int_eq(chmod(above, rows[i].around), 0);
		umask(0077);
		ck_assert_msg(new_migration_write(above, &u, &why) == 0, "%s",
			why.text);
		ck_is(folder, uid, gid, rows[i].folder);
		ck_is(script, uid, gid, rows[i].script);
		ck_assert_int_eq(new_migration_remove(above, &u, NULL), 0);
		ck_assert_int_eq(access(folder, F_OK), -1);
	}
}
END_TEST

START_TEST(what_is_there_already_is_left_alone)
{
	own(str) char *above = scratch_folder();
	own(str) char *folder = xprintf("%s/a", above);
	own(unit) struct unit u = unit_of("a");
	ck_assert_int_eq(mkdir(folder, 0711), 0);
	ck_assert_int_eq(chmod(folder, 0711), 0);
	ck_assert_int_lt(new_migration_write(above, &u, NULL), 0);
	ck_is(folder, geteuid(), getegid(), 0711);
}
END_TEST

CHECK_MAIN("new-migration", it_belongs_to_whom_the_folder_around_it_belongs_to,
	what_is_there_already_is_left_alone)
