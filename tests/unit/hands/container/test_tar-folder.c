/* Archives as a container's owner would like them to be. */
#include "config.h"
#include "hands/container/tar-folder.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/check_main.h"

#define SQL "CREATE TABLE a (id int);\n"

struct entry {
	const char *name;
	unsigned type; /* AE_IFREG, ... */
	const char *text;
	const char *link; /* hard or symbolic */
	size_t size;      /* 0: of the text */
};

static void
add_entry(struct archive *a, const struct entry *e, bool hard)
{
	struct archive_entry *one = archive_entry_new();
	size_t size = e->size ? e->size : e->text ? strlen(e->text) : 0;
	archive_entry_set_pathname(one, e->name);
	archive_entry_set_filetype(one, e->type);
	archive_entry_set_perm(one, 0644);
	archive_entry_set_mtime(one, 1700000000, 0);
	archive_entry_set_size(one, (la_int64_t)size);
	if (e->link && hard)
		archive_entry_set_hardlink(one, e->link);
	else if (e->link)
		archive_entry_set_symlink(one, e->link);
	ck_assert_int_ge(archive_write_header(a, one), ARCHIVE_WARN);
	own(str) char *zeros = e->text ? NULL : xcalloc(size + 1, 1);
	if (size && e->type == AE_IFREG)
		ck_assert_int_eq(
			archive_write_data(a, zeros ? zeros : e->text, size),
			(la_ssize_t)size);
	archive_entry_free(one);
}

/* An archive of these, and of `n` small files more; the descriptor, owned. Its
 * names are in UTF-8, as Docker writes them, whatever the reader's locale. */
static int
archive_of(const struct entry *list, size_t n, bool hard)
{
	int fd = memfd_create("tar", MFD_CLOEXEC);
	struct archive *a = archive_write_new();
	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	archive_write_set_format_pax_restricted(a);
	ck_assert_int_eq(archive_write_open_fd(a, fd), ARCHIVE_OK);
	for (; list && list->name; list++)
		add_entry(a, list, hard);
	for (size_t i = 0; i < n; i++) {
		own(str) char *name = xprintf("prisma/%zu.txt", i);
		add_entry(a, &(struct entry){ name, AE_IFREG, "x", NULL, 0 },
			false);
	}
	ck_assert_int_eq(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	setlocale(LC_ALL, "C");
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static int
read_all(int fd, const char *folder, struct tar_folder *ret, struct why *why)
{
	static const char *const ends[] = { ".sql", ".prisma", ".toml", NULL };
	own(fd) int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return tar_folder_read(fd, dir, ends, ret, why);
}

static bool
is_there(const char *folder, const char *name)
{
	struct stat st;
	own(str) char *path = xprintf("%s/%s", folder, name);
	return lstat(path, &st) == 0;
}

START_TEST(files_of_migrations_are_unpacked)
{
	static const struct entry list[] = {
		{ "prisma/", AE_IFDIR, NULL, NULL, 0 },
		{ "prisma/schema.prisma", AE_IFREG, "model A {}\n", NULL, 0 },
		{ "prisma/migrations/1_a/migration.sql", AE_IFREG, SQL, NULL,
			0 },
		{ "prisma/migrations/2_\xc3\xa4/migration.sql", AE_IFREG, SQL,
			NULL, 0 },
		{ "prisma/migrations/3_\xff/migration.SQL", AE_IFREG, SQL, NULL,
			0 },
		{ "prisma/migrations/migration_lock.toml", AE_IFREG, "x", NULL,
			0 },
		{ "prisma/seed.ts", AE_IFREG, "not read", NULL, 0 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	own(str) char *folder = scratch_folder();
	own(tar_folder) struct tar_folder t = { 0 };
	own(fd) int fd = archive_of(list, 0, false);
	own(buf) struct buf text = { 0 };
	struct why why = { "" };
	ck_assert_msg(read_all(fd, folder, &t, &why) == 0, "%s", why.text);
	ck_assert_uint_eq(t.files, 5);
	ck_assert_uint_eq(t.left_out, 0);
	for (size_t i = 0; i < 6; i++)
		ck_assert_msg(
			is_there(folder, list[i].name), "%s", list[i].name);
	ck_assert(!is_there(folder, "prisma/seed.ts"));
	own(str) char *path =
		xprintf("%s/prisma/migrations/1_a/migration.sql", folder);
	ck_assert_int_eq(file_read(path, 1000, &text, NULL), 0);
	ck_assert_str_eq(buf_str(&text), SQL);
	struct stat st;
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	ck_assert_int_eq(st.st_mtim.tv_sec, 1700000000);
}
END_TEST

START_TEST(no_name_leads_out)
{
	static const struct {
		const char *name;
		unsigned type;
		int r;
	} rows[] = {
		{ "../x.sql", AE_IFREG, -EPERM },
		{ "prisma/../../x.sql", AE_IFREG, -EPERM },
		{ "prisma/..", AE_IFDIR, -EPERM },
		{ "/etc/x.sql", AE_IFREG, -EPERM },
		{ "./x.sql", AE_IFREG, -EPERM },
		{ "prisma//x.sql", AE_IFREG, -EPERM },
		{ "/", AE_IFDIR, -EPERM },
		{ "a/a/a/a/a/a/a/a/a/a/a/a/x.sql", AE_IFREG, -EFBIG },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *above = scratch_folder();
		own(str) char *folder = xprintf("%s/in", above);
		own(tar_folder) struct tar_folder t = { 0 };
		const struct entry list[] = {
			{ rows[i].name, rows[i].type,
				rows[i].type == AE_IFREG ? SQL : NULL, NULL,
				0 },
			{ NULL, 0, NULL, NULL, 0 },
		};
		own(fd) int fd = archive_of(list, 0, false);
		struct why why = { "" };
		ck_assert_int_eq(mkdir(folder, 0700), 0);
		int r = read_all(fd, folder, &t, &why);
		ck_assert_msg(r == rows[i].r, "%s: %d: %s", rows[i].name, r,
			why.text);
		ck_assert(!is_there(above, "x.sql"));
		ck_assert_uint_eq(t.files, 0);
	}
}
END_TEST

/* Neither is one made, nor does what stands behind it go through it. */
START_TEST(links_and_devices_are_left_out)
{
	static const struct entry soft[] = {
		{ "prisma/link", AE_IFLNK, NULL, "/etc", 0 },
		{ "prisma/pipe.sql", AE_IFIFO, NULL, NULL, 0 },
		{ "prisma/\x1b[2J.sql", AE_IFLNK, NULL, "x", 0 },
		{ "prisma/link/x.sql", AE_IFREG, SQL, NULL, 0 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	static const struct entry hard[] = {
		{ "prisma/hard.sql", AE_IFREG, NULL, "/etc/passwd", 0 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	own(str) char *folder = scratch_folder();
	own(tar_folder) struct tar_folder t = { 0 };
	own(tar_folder) struct tar_folder h = { 0 };
	own(fd) int fd = archive_of(soft, 0, false);
	own(fd) int other = archive_of(hard, 0, true);
	struct why why = { "" };
	ck_assert_msg(read_all(fd, folder, &t, &why) == 0, "%s", why.text);
	ck_assert_uint_eq(t.left_out, 3);
	ck_assert_str_eq(t.left_out_name, "prisma/link");
	ck_assert_int_eq(read_all(other, folder, &h, &why), 0);
	ck_assert_uint_eq(h.left_out, 1);
	struct stat st;
	own(str) char *link = xprintf("%s/prisma/link", folder);
	ck_assert_int_eq(lstat(link, &st), 0);
	ck_assert(S_ISDIR(st.st_mode));
	ck_assert(!is_there(folder, "prisma/hard.sql"));
	ck_assert(access("/etc/x.sql", F_OK) < 0);
}
END_TEST

START_TEST(what_is_too_much_is_refused)
{
	static const struct entry large[] = {
		{ "prisma/a.sql", AE_IFREG, NULL, NULL, TAR_FILE + 1 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	static const struct entry together[] = {
		{ "prisma/a.sql", AE_IFREG, NULL, NULL, TAR_FILE },
		{ "prisma/b.sql", AE_IFREG, NULL, NULL, TAR_FILE },
		{ "prisma/c.sql", AE_IFREG, NULL, NULL, TAR_FILE },
		{ "prisma/d.sql", AE_IFREG, NULL, NULL, TAR_FILE },
		{ "prisma/e.sql", AE_IFREG, NULL, NULL, 1 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	/* What is not read may be large: it is passed over. */
	static const struct entry unread[] = {
		{ "prisma/engine.node", AE_IFREG, NULL, NULL,
			(size_t)TAR_FILE * 2 },
		{ "prisma/a.sql", AE_IFREG, SQL, NULL, 0 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	static const struct entry twice[] = {
		{ "prisma/a.sql", AE_IFREG, SQL, NULL, 0 },
		{ "prisma/a.sql", AE_IFREG, SQL, NULL, 0 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	static const struct {
		const struct entry *list;
		size_t more;
		int r;
		const char *said;
	} rows[] = {
		{ large, 0, -EFBIG, "prisma/a.sql: is larger than 16 MiB" },
		{ together, 0, -EFBIG, "larger than 64 MiB" },
		{ unread, 0, 0, "" },
		{ twice, 0, -EEXIST, "is there twice" },
		{ NULL, TAR_ENTRIES + 1, -EFBIG, "more than 20000 files" },
		{ NULL, TAR_ENTRIES, 0, "" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *folder = scratch_folder();
		own(tar_folder) struct tar_folder t = { 0 };
		own(fd) int fd = archive_of(rows[i].list, rows[i].more, false);
		struct why why = { "" };
		int r = read_all(fd, folder, &t, &why);
		ck_assert_msg(r == rows[i].r, "%zu: %d: %s", i, r, why.text);
		ck_assert_msg(strstr(why.text, rows[i].said), "%s", why.text);
	}
}
END_TEST

/* Cut at any place, it is unpacked whole or refused. */
START_TEST(an_archive_that_is_cut_is_refused)
{
	static const struct entry list[] = {
		{ "prisma/a.sql", AE_IFREG, SQL, NULL, 0 },
		{ "prisma/b.sql", AE_IFREG, SQL, NULL, 0 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	for (off_t at = 1; at < 2048; at += 97) {
		own(str) char *folder = scratch_folder();
		own(tar_folder) struct tar_folder t = { 0 };
		own(fd) int fd = archive_of(list, 0, false);
		struct why why = { "" };
		ck_assert_int_eq(ftruncate(fd, at), 0);
		int r = read_all(fd, folder, &t, &why);
		ck_assert_msg(r == -EBADMSG || t.files == 1, "%ld: %d %zu",
			(long)at, r, t.files);
	}
}
END_TEST

START_TEST(what_is_no_archive_is_refused)
{
	static const char *const texts[] = { "{\"message\":\"no\"}", "\x1f\x8b",
		"7z\xbc\xaf\x27\x1c" };
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		own(str) char *folder = scratch_folder();
		own(tar_folder) struct tar_folder t = { 0 };
		own(fd) int fd = memfd_create("tar", MFD_CLOEXEC);
		struct why why = { "" };
		ck_assert_int_eq(write_all(fd, span_of(texts[i])), 0);
		ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
		ck_assert_int_eq(read_all(fd, folder, &t, &why), -EBADMSG);
	}
}
END_TEST

/* A whole application: what is near is there, and the rest is no trouble. */
START_TEST(what_lies_around_is_read_as_far_as_it_is_near)
{
	static const struct entry list[] = {
		{ "server/", AE_IFDIR, NULL, NULL, 0 },
		{ "server/.git/x.sql", AE_IFREG, SQL, NULL, 0 },
		{ "server/a/../../x.sql", AE_IFREG, SQL, NULL, 0 },
		{ "server/a/b/near.sql", AE_IFREG, SQL, NULL, 0 },
		{ "server/a/b/c/far.sql", AE_IFREG, SQL, NULL, 0 },
		{ "server/a/a/a/a/a/a/a/a/a/a/a/a/x.sql", AE_IFREG, SQL, NULL,
			0 },
		{ "server/dump.sql", AE_IFREG, NULL, NULL, TAR_FILE + 1 },
		{ "server/link", AE_IFLNK, NULL, "/etc", 0 },
		{ "server/node_modules/a/b.sql", AE_IFREG, SQL, NULL, 0 },
		{ "server/schema.prisma", AE_IFREG, "model B {}\n", NULL, 0 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	static const char *const ends[] = { ".sql", ".prisma", NULL };
	own(str) char *folder = scratch_folder();
	own(str) char *server = xprintf("%s/server", folder);
	own(str) char *schema = xprintf("%s/server/schema.prisma", folder);
	own(tar_folder) struct tar_folder t = { 0 };
	own(fd) int fd = archive_of(list, 0, false);
	own(fd) int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	own(buf) struct buf text = { 0 };
	struct why why = { "" };
	ck_assert_int_eq(mkdir(server, 0700), 0);
	own(file) FILE *f = fopen(schema, "we");
	ck_assert_int_ge(fputs("model A {}\n", f), 0);
	ck_assert_int_eq(fflush(f), 0);
	ck_assert_msg(
		tar_folder_read_near(fd, dir, ends, TAR_NEAR, &t, &why) == 0,
		"%s", why.text);
	ck_assert_uint_eq(t.files, 1);
	ck_assert_uint_eq(t.left_out, 0);
	ck_assert(is_there(folder, "server/a/b/near.sql"));
	ck_assert_int_eq(file_read(schema, 100, &text, NULL), 0);
	ck_assert_str_eq(buf_str(&text), "model A {}\n");
}
END_TEST

/* The folder itself may be a link, and then nothing around is known. */
START_TEST(a_link_in_its_place_is_told)
{
	static const struct entry list[] = {
		{ "prisma", AE_IFLNK, NULL, "server/prisma", 0 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	static const char *const ends[] = { ".sql", NULL };
	own(str) char *folder = scratch_folder();
	own(tar_folder) struct tar_folder t = { 0 };
	own(fd) int fd = archive_of(list, 0, false);
	own(fd) int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(
		tar_folder_read_near(fd, dir, ends, TAR_NEAR, &t, NULL), 0);
	ck_assert_str_eq(t.left_out_name, "prisma");
}
END_TEST

/* Cut at any place, no half of a file is there. */
START_TEST(what_lies_around_may_be_cut_off)
{
	static const struct entry list[] = {
		{ "prisma/a.sql", AE_IFREG, NULL, NULL, 5000 },
		{ NULL, 0, NULL, NULL, 0 },
	};
	static const char *const ends[] = { ".sql", NULL };
	for (off_t at = 0; at < 5000; at += 97) {
		own(str) char *folder = scratch_folder();
		own(tar_folder) struct tar_folder t = { 0 };
		own(fd) int fd = archive_of(list, 0, false);
		own(fd) int dir =
			open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		struct why why = { "" };
		ck_assert_int_eq(ftruncate(fd, at), 0);
		ck_assert_msg(tar_folder_read_near(
				      fd, dir, ends, TAR_NEAR, &t, &why) == 0,
			"%ld: %s", (long)at, why.text);
		ck_assert(!is_there(folder, "prisma/a.sql"));
	}
}
END_TEST

CHECK_MAIN("tar-folder", what_lies_around_is_read_as_far_as_it_is_near,
	a_link_in_its_place_is_told, what_lies_around_may_be_cut_off,
	files_of_migrations_are_unpacked, no_name_leads_out,
	links_and_devices_are_left_out, what_is_too_much_is_refused,
	an_archive_that_is_cut_is_refused, what_is_no_archive_is_refused)
