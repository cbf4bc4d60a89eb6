/* Whose links are followed. Those of other users take root to make. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/io/owned-path.h"
#include "support/check_main.h"
#include "support/swap.h"

#define ANNA 40001
#define BERT 40002

static char *top;

static char *
in(const char *name)
{
	return xprintf("%s/%s", top, name);
}

static void
put(const char *name, uid_t owner)
{
	own(str) char *path = in(name);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, span_of(name)), 0);
	ck_assert_int_eq(fchown(fd, owner, (gid_t)-1), 0);
}

static void
make(const char *name)
{
	own(str) char *path = in(name);
	ck_assert_int_eq(mkdir(path, 0755), 0);
}

static void
link_to(const char *target, const char *name, uid_t owner)
{
	own(str) char *path = in(name);
	ck_assert_int_eq(symlink(target, path), 0);
	ck_assert_int_eq(lchown(path, owner, (gid_t)-1), 0);
}

/* What is read over the path, or "" and the error. */
static int
follow(const char *name, const char *right)
{
	own(str) char *path = in(name);
	own(buf) struct buf text = { 0 };
	struct why why = { "" };
	own(fd) int fd = owned_path_open(path, O_RDONLY, &why);
	if (fd >= 0)
		ck_assert_int_eq(file_read_fd(fd, path, 100, &text, &why), 0);
	ck_assert_str_eq(buf_str(&text), right);
	return fd < 0 ? fd : 0;
}

static void
set_up(void)
{
	top = scratch_folder();
	make("d");
	put("d/f", geteuid());
}

START_TEST(a_path_without_links_leads_where_it_says)
{
	set_up();
	ck_assert_int_eq(follow("d/f", "d/f"), 0);
	ck_assert_int_eq(follow("d//./f", "d/f"), 0);
	ck_assert_int_eq(follow("d/../d/f", "d/f"), 0);
	ck_assert_int_eq(follow("d/g", ""), -ENOENT);
	ck_assert_int_eq(follow("d/f/g", ""), -ENOTDIR);
	ck_assert_int_eq(follow("nowhere/f", ""), -ENOENT);
	own(fd) int root = owned_path_open("/", O_RDONLY | O_DIRECTORY, NULL);
	ck_assert_int_ge(root, 0);
	ck_assert_int_eq(chdir(top), 0);
	own(fd) int here = owned_path_open("d/f", O_RDONLY, NULL);
	ck_assert_int_ge(here, 0);
}
END_TEST

START_TEST(links_of_ones_own_are_followed)
{
	set_up();
	own(str) char *absolute = in("d/f");
	link_to("d", "one", geteuid());
	link_to("../one/f", "d/two", geteuid());
	link_to(absolute, "three", geteuid());
	link_to("loop", "loop", geteuid());
	ck_assert_int_eq(follow("one/f", "d/f"), 0);
	ck_assert_int_eq(follow("one/two", "d/f"), 0);
	ck_assert_int_eq(follow("three", "d/f"), 0);
	ck_assert_int_eq(follow("loop", ""), -ELOOP);
}
END_TEST

START_TEST(a_link_of_somebody_leads_only_to_what_is_theirs)
{
	if (geteuid() != 0)
		return;
	set_up();
	make("anna");
	put("anna/f", ANNA);
	put("d/bert", BERT);
	link_to("d", "annas", ANNA);
	link_to("../d/f", "anna/roots", ANNA);
	link_to("f", "anna/hers", ANNA);
	link_to("../d/bert", "anna/his", ANNA);
	link_to("anna/hers", "chain", 0);
	link_to("anna/hers", "mixed", BERT);
	ck_assert_int_eq(follow("anna/roots", ""), -EPERM);
	ck_assert_int_eq(follow("annas/f", ""), -EPERM);
	ck_assert_int_eq(follow("anna/his", ""), -EPERM);
	ck_assert_int_eq(follow("mixed", ""), -EPERM);
	ck_assert_int_eq(follow("anna/hers", "anna/f"), 0);
	ck_assert_int_eq(follow("chain", "anna/f"), 0);
}
END_TEST

START_TEST(a_link_that_comes_and_goes_is_never_followed)
{
	if (geteuid() != 0)
		return;
	set_up();
	make("anna");
	make("anna/d");
	put("anna/d/f", ANNA);
	link_to("../d", "anna/link", ANNA);
	own(str) char *folder = in("anna/d");
	own(str) char *link = in("anna/link");
	own(str) char *path = in("anna/d/f");
	pid_t swapper = swap_start(folder, link);
	for (int i = 0; i < 3000; i++) {
		own(buf) struct buf text = { 0 };
		own(fd) int fd = owned_path_open(path, O_RDONLY, NULL);
		if (fd >= 0 && file_read_fd(fd, path, 100, &text, NULL) == 0)
			ck_assert_str_eq(buf_str(&text), "anna/d/f");
	}
	swap_stop(swapper);
}
END_TEST

START_TEST(a_file_to_be_read_is_no_link_and_no_fifo)
{
	own(buf) struct buf text = { 0 };
	struct why why = { "" };
	set_up();
	link_to("f", "d/link", geteuid());
	link_to("d", "e", geteuid());
	own(str) char *file = in("e/f");
	own(str) char *link = in("d/link");
	own(str) char *fifo = in("d/fifo");
	own(str) char *missing = in("d/missing");
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(owned_path_read(file, 100, &text, &why), 0);
	ck_assert_str_eq(buf_str(&text), "d/f");
	ck_assert_int_eq(owned_path_read(file, 2, &text, &why), -EFBIG);
	ck_assert_int_eq(owned_path_read(link, 100, &text, &why), -ELOOP);
	ck_assert_int_eq(owned_path_read(fifo, 100, &text, &why), -EINVAL);
	ck_assert_int_eq(owned_path_read(missing, 100, &text, &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why.text, missing));
	ck_assert_int_eq(chdir(top), 0);
	ck_assert_int_eq(owned_path_read("nothing", 9, &text, &why), -ENOENT);
}
END_TEST

CHECK_MAIN("owned-path", a_path_without_links_leads_where_it_says,
	links_of_ones_own_are_followed,
	a_link_of_somebody_leads_only_to_what_is_theirs,
	a_link_that_comes_and_goes_is_never_followed,
	a_file_to_be_read_is_no_link_and_no_fifo)
