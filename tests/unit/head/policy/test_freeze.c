#include "config.h"
#include "head/policy/freeze.h"

#include <fcntl.h>
#include <unistd.h>

#include "support/check_main.h"

static sd_event *loop;
static char *folder, *path;
static unsigned changes;

static void
on_changed(void *arg)
{
	(void)arg;
	changes++;
}

static struct freeze *
set_up(void)
{
	folder = scratch_folder();
	path = xprintf("%s/freeze", folder);
	ck_assert_int_ge(sd_event_new(&loop), 0);
	struct freeze *f = freeze_watch(loop, path, on_changed, NULL);
	ck_assert_ptr_nonnull(f);
	return f;
}

static void
make(const char *name)
{
	own(str) char *file = xprintf("%s/%s", folder, name);
	int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	(void)close(fd);
}

/* What the kernel has told by now. */
static void
run(void)
{
	while (sd_event_run(loop, 0) > 0)
		;
}

START_TEST(its_coming_and_going_is_noticed)
{
	struct freeze *f = set_up();
	make("freeze");
	run();
	ck_assert_uint_eq(changes, 1);
	ck_assert_int_eq(unlink(path), 0);
	run();
	ck_assert_uint_eq(changes, 2);
	freeze_free(f);
}
END_TEST

START_TEST(a_file_that_is_moved_there_and_away_is_noticed_too)
{
	struct freeze *f = set_up();
	own(str) char *other = xprintf("%s/other", folder);
	make("other");
	run();
	ck_assert_uint_eq(changes, 0);
	ck_assert_int_eq(rename(other, path), 0);
	run();
	ck_assert_uint_eq(changes, 1);
	ck_assert_int_eq(rename(path, other), 0);
	run();
	ck_assert_uint_eq(changes, 2);
	freeze_free(f);
}
END_TEST

START_TEST(other_files_are_nobodys_business)
{
	struct freeze *f = set_up();
	make("freeze.txt");
	make("freez");
	run();
	ck_assert_uint_eq(changes, 0);
	freeze_free(f);
}
END_TEST

START_TEST(a_folder_that_is_not_there_cannot_be_watched)
{
	ck_assert_int_ge(sd_event_new(&loop), 0);
	ck_assert_ptr_null(freeze_watch(
		loop, "/nonexistent/folder/freeze", on_changed, NULL));
	freeze_free(NULL);
}
END_TEST

CHECK_MAIN("freeze", its_coming_and_going_is_noticed,
	a_file_that_is_moved_there_and_away_is_noticed_too,
	other_files_are_nobodys_business,
	a_folder_that_is_not_there_cannot_be_watched)
