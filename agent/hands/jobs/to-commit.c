#include "config.h"
#include "hands/jobs/to-commit.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#include "base/escape.h"

#define FOLDER_SHOWN 4096u

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

struct proposal
to_commit_proposal(const struct app *app, const char *name,
	const char checksum[SHA256_HEX])
{
	own(str) char *path = xprintf("%s/%s", app->proposals, name);
	struct proposal p = { .name = xstrdup(name) };
	memcpy(p.checksum, checksum, SHA256_HEX);
	p.folder = escape_str(span_of(path), FOLDER_SHOWN, ESCAPE_LINE);
	return p;
}

char *
to_commit(const struct app *app, const struct proposal *p)
{
	if (!p->name)
		return xstrdup("");
	own(str) char *folder = xprintf("%s/%s", app->proposals, p->name);
	own(str) char *owner = owner_text(folder);
	return xprintf("; commit the folder %s (%s) into the app's sources, "
		       "beside its other migrations, before the next deploy: "
		       "nothing but this host and its database has it, and "
		       "`logmend status` reminds of it until the deployed "
		       "image has it",
		folder, owner);
}
