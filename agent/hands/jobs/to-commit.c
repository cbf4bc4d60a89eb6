#include "config.h"
#include "hands/jobs/to-commit.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

/* `deploy:www-data, mode 755`; a number where it has no name. Owned. */
static char *
owner_text(const char *path)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return xstrdup("which is gone");
	const struct passwd *user = getpwuid(st.st_uid);
	const struct group *group = getgrgid(st.st_gid);
	own(str) char *uid = xprintf("%u", st.st_uid);
	own(str) char *gid = xprintf("%u", st.st_gid);
	return xprintf("of %s:%s, mode %o", user ? user->pw_name : uid,
		group ? group->gr_name : gid, st.st_mode & 07777);
}

char *
to_commit(const struct app *app, const struct diagnosis *d)
{
	own(str) char *folder =
		xprintf("%s/%s", app->proposals, d->new_unit.name);
	own(str) char *owner = owner_text(folder);
	return xprintf("; commit the folder %s (%s) into the app's sources, "
		       "beside its other migrations, before the next deploy: "
		       "nothing but this host and its database has it",
		folder, owner);
}
