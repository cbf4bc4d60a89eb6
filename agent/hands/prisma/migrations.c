#include "config.h"
#include "hands/prisma/migrations.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/file.h"
#include "hands/prisma/checksum.h"

#define LOCK_FILE "migration_lock.toml"
#define LOCK_MAX 65536
#define TOTAL_MAX (64u << 20)

static void
dir_let_go(DIR **d)
{
	if (*d)
		closedir(*d);
}

void
migration_free(struct migration *m)
{
	free(m->name);
	free(m->problem);
	buf_free(&m->text);
	script_free(&m->script);
	free(m->conflict);
	*m = (struct migration){ 0 };
}

void
migrations_free(struct migrations *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		migration_free(&m->list[i]);
	free(m->list);
	free(m->folder);
	free(m->provider);
	free(m->linked);
	free(m);
}

/* Regular, and not behind a link: a link might lead anywhere. */
static int
is_plain(int dir, const char *name, struct why *why)
{
	struct stat st;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return because(why, -errno, "%s: %s", name,
			errno == ENOENT ? "is missing" : strerror(errno));
	if (!S_ISREG(st.st_mode))
		return because(why, -EINVAL, "%s: is not a plain file", name);
	return 0;
}

static void
read_text(int dir, struct migration *m)
{
	struct why why;
	own(fd) int fd = openat(
		dir, m->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	own(buf) struct buf bytes = { 0 };
	int r = fd < 0
		? because(&why, -errno, "cannot be opened: %s", strerror(errno))
		: is_plain(fd, "migration.sql", &why);
	if (r == 0)
		r = file_read_at(fd, "migration.sql", SCRIPT_MAX, &bytes, &why);
	if (r < 0) {
		m->problem = xstrdup(why.text);
		return;
	}
	checksum_read(&m->text, buf_span(&bytes));
	checksum(buf_span(&m->text), m->checksum);
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

/* People link folders and wonder. */
static void
note_link(struct migrations *m, int dir, const char *name)
{
	struct stat at, behind;
	if (!m->linked && fstatat(dir, name, &at, AT_SYMLINK_NOFOLLOW) == 0 &&
		S_ISLNK(at.st_mode) && fstatat(dir, name, &behind, 0) == 0 &&
		S_ISDIR(behind.st_mode))
		m->linked = xstrdup(name);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct migration *)a)->name,
		((const struct migration *)b)->name);
}

static int
list_folders(struct migrations *m, DIR *d, struct why *why)
{
	struct dirent *e;
	while (errno = 0, (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (!is_folder(dirfd(d), e)) {
			note_link(m, dirfd(d), e->d_name);
			continue;
		}
		if (m->n == PRISMA_FOLDERS)
			return because(why, -E2BIG,
				"%s: has more than %u folders", m->folder,
				PRISMA_FOLDERS);
		m->list = xrealloc(m->list, m->n + 1, sizeof(*m->list));
		m->list[m->n++] =
			(struct migration){ .name = xstrdup(e->d_name) };
	}
	if (errno)
		return because(why, -errno, "%s: cannot be read: %s", m->folder,
			strerror(errno));
	if (m->n)
		qsort(m->list, m->n, sizeof(*m->list), by_name);
	return 0;
}

/* As Prisma's reader does: the first line that starts with `provider`. */
static int
read_provider(struct migrations *m, int dir, struct why *why)
{
	own(buf) struct buf text = { 0 };
	struct why inner;
	int r = file_read_at(dir, LOCK_FILE, LOCK_MAX, &text, &inner);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return because(why, r, "%s/%s", m->folder, inner.text);
	struct span rest = buf_span(&text), line;
	while (span_cut(&rest, '\n', &line)) {
		if (!span_starts(line, SPAN("provider")))
			continue;
		struct span value = line, key;
		span_cut(&value, '=', &key);
		value = span_trim(value);
		if (value.len >= 2 && value.data[0] == '"')
			value = (struct span){ value.data + 1, value.len - 2 };
		m->provider = escape_str(value, 60, ESCAPE_LINE);
		return 0;
	}
	return 0;
}

int
migrations_read(const char *folder, struct migrations **ret, struct why *why)
{
	own(migrations) struct migrations *m = xcalloc(1, sizeof(*m));
	m->folder = xstrdup(folder);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	__attribute__((cleanup(dir_let_go))) DIR *d =
		fd < 0 ? NULL : fdopendir(fd);
	if (!d)
		return because(why, -errno, "%s: cannot be opened: %s", folder,
			strerror(errno));
	int r = list_folders(m, d, why);
	if (r == 0)
		r = read_provider(m, dirfd(d), why);
	size_t total = 0;
	for (size_t i = 0; i < m->n && r == 0; i++) {
		read_text(dirfd(d), &m->list[i]);
		total += m->list[i].text.len;
		if (total > TOTAL_MAX)
			r = because(why, -EFBIG,
				"%s: holds more than 64 MiB of migrations",
				folder);
	}
	if (r < 0)
		return r;
	*ret = take(m);
	return 0;
}

struct migration *
migrations_find(const struct migrations *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].name, name) == 0)
			return &m->list[i];
	return NULL;
}

/* The order of CLDR's root collation for what names are made of; 0 for all
 * else. Case is compared only when nothing else differs. */
static unsigned
primary(char c)
{
	static const char order[] =
		" _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A') + 100;
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 100;
	const char *at = c ? strchr(order, c) : NULL;
	return at ? (unsigned)(at - order) + 1 : 0;
}

/* Whether ICU would put b before a, or whether that cannot be told. */
static bool
is_turned(const char *a, const char *b)
{
	for (size_t i = 0; a[i] || b[i]; i++) {
		if ((a[i] && !primary(a[i])) || (b[i] && !primary(b[i])))
			return true;
		if (primary(a[i]) != primary(b[i]))
			return primary(a[i]) > primary(b[i]);
	}
	/* Equal but for case: lower comes first there, upper here. */
	return strcmp(a, b) != 0;
}

bool
migrations_order_differs(const struct migrations *m)
{
	const char *before = NULL;
	for (size_t i = 0; i < m->n; i++) {
		if (m->list[i].state != MIGRATION_PENDING)
			continue;
		if (before && is_turned(before, m->list[i].name))
			return true;
		before = m->list[i].name;
	}
	return false;
}
