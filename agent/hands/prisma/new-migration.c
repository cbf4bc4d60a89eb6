#include "config.h"
#include "hands/prisma/new-migration.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/io/owned-path.h"
#include "hands/migrator/history.h"
#include "hands/migrator/unit.h"

#define NAME_LONGEST 200u /* Prisma's own column holds 255 */

/* The second after a 14-digit UTC time; false if it is none. */
static bool
next_second(const char *name, char to[15])
{
	struct tm tm = { 0 };
	char digits[15], again[15];
	snprintf(digits, sizeof(digits), "%.14s", name);
	const char *end = strptime(digits, "%Y%m%d%H%M%S", &tm);
	if (!end || *end)
		return false;
	time_t t = timegm(&tm);
	strftime(again, sizeof(again), "%Y%m%d%H%M%S", &tm);
	if (strcmp(again, digits) != 0)
		return false;
	t++;
	gmtime_r(&t, &tm);
	return strftime(to, 15, "%Y%m%d%H%M%S", &tm) == 14;
}

static char *
clean_stem(const char *stem)
{
	own(buf) struct buf b = { 0 };
	for (const char *p = stem; *p && b.len < NAME_LONGEST; p++) {
		bool fine = (*p >= 'a' && *p <= 'z') ||
			(*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
			*p == '_' || *p == '-' || *p == '.';
		buf_add_char(&b, fine ? *p : '_');
	}
	return b.len ? buf_take_str(&b) : xstrdup("stray");
}

static bool
has_prefix(const char *name)
{
	return strspn(name, "0123456789") == 14;
}

/* The greatest name of an applied migration that begins with a time. */
static const char *
newest_applied(const struct history *h)
{
	const char *newest = NULL;
	for (size_t i = 0; i < h->n; i++) {
		const struct history_row *r = &h->rows[i];
		if (r->finished && !r->rolled_back && has_prefix(r->name) &&
			(!newest || strcmp(r->name, newest) > 0))
			newest = r->name;
	}
	return newest;
}

/* The time before the name, and a sentence (owned) about where it comes from.
 * It must be the same tomorrow as today, or no approval would hold: so it is
 * never the present time. */
static char *
find_prefix(const struct history *h, const struct stray_script *from,
	char prefix[15])
{
	const char *newest = newest_applied(h);
	if (newest && next_second(newest, prefix))
		return xprintf("one second after the last applied, %s", newest);
	struct tm tm;
	gmtime_r(&from->modified, &tm);
	strftime(prefix, 15, "%Y%m%d%H%M%S", &tm);
	return xstrdup("no applied migration's name begins with a time, so it "
		       "has the file's own");
}

char *
new_migration_name(const struct unit_folder *f, const struct history *h,
	const struct stray_script *from, char **ret_note)
{
	char prefix[15] = "";
	*ret_note = find_prefix(h, from, prefix);
	own(str) char *stem = clean_stem(from->stem);
	char *name = xprintf("%s_%s", prefix, stem);
	while ((unit_folder_find(f, name) || history_names(h, name)) &&
		next_second(name, prefix)) {
		free(name);
		name = xprintf("%s_%s", prefix, stem);
	}
	return name;
}

/* O_EXCL: what is there already is somebody else's. */
static int
write_file(int dir, struct span text, struct why *why)
{
	own(fd) int fd = openat(dir, "migration.sql",
		O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return because(
			why, -errno, "migration.sql: %s", strerror(errno));
	int r = write_all(fd, text);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r == 0 && fsync(dir) < 0)
		r = -errno;
	return r < 0 ? because(why, r, "migration.sql: %s", strerror(-r)) : 0;
}

/* What is made belongs to whom the folder around it belongs to, as what git and
 * the migrator's own tool make there does. The mode goes first: what is
 * somebody else's we may not change any more. */
static int
give(int fd, const struct stat *around, mode_t mode)
{
	if (fchmod(fd, around->st_mode & mode) < 0)
		return -errno;
	if (fchown(fd, around->st_uid, around->st_gid) < 0)
		return -errno;
	return 0;
}

static int
give_all(int above, int dir)
{
	struct stat around;
	own(fd) int script =
		openat(dir, "migration.sql", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (script < 0 || fstat(above, &around) < 0)
		return -errno;
	int r = give(script, &around, 0666);
	return r < 0 ? r : give(dir, &around, 02777);
}

/* Only an empty folder is removed: what else lies in it was not put there by
 * us.
 */
static int
remove_from(int above, const char *name)
{
	own(fd) int dir = openat(
		above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	if (unlinkat(dir, "migration.sql", 0) < 0 && errno != ENOENT)
		return -errno;
	if (unlinkat(above, name, AT_REMOVEDIR) < 0 || fsync(above) < 0)
		return -errno;
	return 0;
}

static int
open_above(const char *proposals, struct why *why)
{
	return owned_path_open(proposals, O_RDONLY | O_DIRECTORY, why);
}

int
new_migration_write(
	const char *proposals, const struct unit *u, struct why *why)
{
	own(fd) int above = open_above(proposals, why);
	if (above < 0)
		return above;
	if (mkdirat(above, u->name, 0755) < 0)
		return because(why, -errno, "%s/%s: cannot be made: %s",
			proposals, u->name, strerror(errno));
	own(fd) int dir = openat(above, u->name,
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct why inner;
	int r = dir < 0 ? because(&inner, -errno, "%s", strerror(errno))
			: write_file(dir, buf_span(&u->text), &inner);
	int given = r == 0 ? give_all(above, dir) : 0;
	if (given < 0)
		r = because(&inner, given,
			"cannot be given to the owner of %s: %s", proposals,
			strerror(-given));
	if (r == 0 && fsync(above) < 0)
		r = because(&inner, -errno, "%s", strerror(errno));
	if (r == 0)
		return 0;
	/* Half of a folder would be pending from now on. */
	int left = remove_from(above, u->name);
	return because(why, r, "%s/%s: %s%s", proposals, u->name, inner.text,
		left < 0 ? "; what was made of it could not be removed: remove "
			   "the folder"
			 : "");
}

int
new_migration_remove(
	const char *proposals, const struct unit *u, struct why *why)
{
	own(fd) int above = open_above(proposals, why);
	if (above < 0)
		return above;
	int r = remove_from(above, u->name);
	return r < 0 ? because(why, r, "%s/%s: cannot be removed: %s",
			       proposals, u->name, strerror(-r))
		     : 0;
}
