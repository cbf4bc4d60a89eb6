#include "config.h"
#include "hands/prisma/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/file.h"
#include "base/io/owned-path.h"
#include "hands/prisma/checksum.h"

#define SCRIPT "migration.sql"
#define LOCK_FILE "migration_lock.toml"
#define LOCK_MAX 65536
#define TOTAL_MAX (64u << 20)

static void
dir_let_go(DIR **d)
{
	if (*d)
		closedir(*d);
}

/* Whoever may write here may change what lies here at any moment, so nothing is
 * asked of a path: the file is opened once, without following a link, and what
 * is open is judged and read. */
static int
read_script(int dir, const char *name, struct buf *to, struct why *why)
{
	own(fd) int folder = file_open_beneath(
		dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return because(
			why, folder, "cannot be opened: %s", strerror(-folder));
	struct why inner;
	int r = file_read_beneath(folder, SCRIPT, SCRIPT_MAX, to, &inner);
	if (r == -ENOENT)
		return because(why, r, SCRIPT ": is missing");
	if (r == -ELOOP || r == -EINVAL)
		return because(why, r, SCRIPT ": is not a plain file");
	return r < 0 ? because(why, r, "%s", inner.text) : 0;
}

/* A folder whose script cannot be read is a unit with a problem, because Prisma
 * would stop at it (P3015), and not one to be left out. */
static void
read_text(int dir, struct unit *u)
{
	struct why why;
	own(buf) struct buf bytes = { 0 };
	if (read_script(dir, u->name, &bytes, &why) < 0) {
		u->problem = xstrdup(why.text);
		return;
	}
	checksum_read(&u->text, buf_span(&bytes));
	checksum(buf_span(&u->text), u->checksum);
}

/* readdir() may not know the type on some file systems. */
static bool
is_folder(int dir, const struct dirent *e)
{
	if (e->d_type != DT_UNKNOWN)
		return e->d_type == DT_DIR;
	struct stat st;
	return fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISDIR(st.st_mode);
}

/* Prisma ignores a link to a folder without a word. One is enough to be told
 * about; what is behind it is not asked, because it may be anything. */
static void
note_link(struct unit_folder *f, int dir, const char *name)
{
	struct stat st;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		!S_ISLNK(st.st_mode))
		return;
	unit_folder_note(f, "linked-folder", ANSWER_YES,
		xprintf("%s/%s is a symbolic link, and Prisma takes only real "
			"folders for migrations",
			f->path, name),
		NULL);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(
		((const struct unit *)a)->name, ((const struct unit *)b)->name);
}

static int
list_folders(struct unit_folder *f, DIR *d, struct why *why)
{
	struct dirent *e;
	while (errno = 0, (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (!is_folder(dirfd(d), e)) {
			if (!f->n_notes)
				note_link(f, dirfd(d), e->d_name);
			continue;
		}
		if (f->n == PRISMA_FOLDERS)
			return because(why, -E2BIG,
				"%s: has more than %u folders", f->path,
				PRISMA_FOLDERS);
		(void)unit_folder_add(f, e->d_name); /* read below */
	}
	if (errno)
		return because(why, -errno, "%s: cannot be read: %s", f->path,
			strerror(errno));
	if (f->n)
		qsort(f->units, f->n, sizeof(*f->units), by_name);
	return 0;
}

/* The value of `provider = "postgresql"`, as Prisma reads the line. */
static char *
value_of(struct span line)
{
	struct span value = line, key;
	span_cut(&value, '=', &key);
	value = span_trim(value);
	if (value.len >= 2 && value.data[0] == '"')
		value = (struct span){ value.data + 1, value.len - 2 };
	return escape_str(value, 60, ESCAPE_LINE);
}

int
prisma_provider(int dir, char **ret, struct why *why)
{
	own(buf) struct buf text = { 0 };
	*ret = NULL;
	int r = file_read_beneath(dir, LOCK_FILE, LOCK_MAX, &text, why);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	struct span rest = buf_span(&text), line;
	while (!*ret && span_cut(&rest, '\n', &line))
		if (span_starts(line, SPAN("provider")))
			*ret = value_of(line);
	return 0;
}

/* Prisma refuses such a folder before it does anything else (P3019). */
static int
note_provider(struct unit_folder *f, int dir, struct why *why)
{
	own(str) char *provider = NULL;
	struct why inner;
	int r = prisma_provider(dir, &provider, &inner);
	if (r < 0)
		return because(why, r, "%s/%s", f->path, inner.text);
	if (provider && strcmp(provider, "postgresql") != 0)
		unit_folder_note(f, "provider", ANSWER_NO,
			xprintf(LOCK_FILE " says %s, not postgresql (P3019)",
				provider),
			LOCK_FILE " is another database's");
	return 0;
}

/* What is kept in memory has a limit, whatever lies in the folder. */
static int
read_texts(struct unit_folder *f, int dir, struct why *why)
{
	size_t total = 0;
	for (size_t i = 0; i < f->n; i++) {
		read_text(dir, &f->units[i]);
		total += f->units[i].text.len;
		if (total > TOTAL_MAX)
			return because(why, -EFBIG,
				"%s: holds more than 64 MiB of migrations",
				f->path);
	}
	return 0;
}

/* Of what lies there, over no link: whoever wrote it may be anybody. */
static bool
has(int dir, const char *name, mode_t kind)
{
	struct stat st;
	own(fd) int fd = file_open_beneath(dir, name, O_PATH);
	return fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == kind;
}

/* A folder with a migration in it, or with the file that Prisma writes beside
 * them, is the right one, whatever else lies there. */
bool
prisma_is_folder(int dir)
{
	own(fd) int copy = file_open_beneath(dir, ".", O_RDONLY | O_DIRECTORY);
	__attribute__((cleanup(dir_let_go))) DIR *d =
		copy < 0 ? NULL : fdopendir(copy);
	if (!d)
		return false;
	(void)take(copy);
	bool found = has(dir, LOCK_FILE, S_IFREG);
	for (struct dirent *e; !found && (e = readdir(d));) {
		own(str) char *below = xprintf("%s/" SCRIPT, e->d_name);
		found = e->d_name[0] != '.' && has(dir, below, S_IFREG);
	}
	return found;
}

int
prisma_check_level(const char *path, struct why *why)
{
	own(fd) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 || prisma_is_folder(dir))
		return 0;
	if (has(dir, SCRIPT, S_IFREG))
		return because(why, -EINVAL,
			"%s: is the folder of one migration: the one above it "
			"is meant",
			path);
	if (has(dir, "migrations", S_IFDIR))
		return because(why, -EINVAL,
			"%s: has a folder `migrations` in it: %s/migrations is "
			"meant",
			path, path);
	return 0;
}

int
prisma_read_folder(const char *path, struct unit_folder **ret, struct why *why)
{
	own(unit_folder) struct unit_folder *f = xcalloc(1, sizeof(*f));
	f->path = xstrdup(path);
	int fd = owned_path_open(path, O_RDONLY | O_DIRECTORY, why);
	if (fd < 0)
		return fd;
	__attribute__((cleanup(dir_let_go))) DIR *d = fdopendir(fd);
	if (!d) {
		fd_close(fd);
		return because(why, -ENOMEM, "%s: cannot be read", path);
	}
	int r = list_folders(f, d, why);
	if (r == 0)
		r = note_provider(f, dirfd(d), why);
	if (r == 0)
		r = read_texts(f, dirfd(d), why);
	if (r == 0)
		*ret = take(f);
	return r;
}
