#include "config.h"
#include "hands/hands.h"

#include <errno.h>

#include "hands/plan/pg-dump.h"
#include "hands/postgres/url.h"

int
hands_check_url(const char *url_file, struct why *why)
{
	own(url) struct url u = { 0 };
	return url_read(url_file, &u, why);
}

int
hands_check_mend_url(const struct app *app, struct why *why)
{
	const char *file = app->migrate_url_file ? app->migrate_url_file
						 : app->database_url_file;
	own(url) struct url u = { 0 };
	if (url_read(file, &u, NULL) < 0 || !u.pooled)
		return 0;
	return because(why, -EINVAL,
		"%s: the database URL leads through a pooler (%s), "
		"which loses Prisma's lock and search_path: give the "
		"direct one as `migrate-url-file`",
		file, u.pooled);
}

int
hands_check_rehearsal(const struct remedy *remedy, struct why *why)
{
	own(str) char *program = NULL;
	return remedy->rehearse == REHEARSE_OFF
		? 0
		: pg_dump_find(remedy->pg_dump, 0, &program, why);
}
