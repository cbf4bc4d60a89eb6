#include "config.h"
#include "cli/doctor/examine.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "cli/local/installed-unit.h"
#include "cli/output/advice.h"

#define ABOUT "rights"

/* systemd's own files of users make both, from what is installed. Users of
 * units are examine_service()'s. */
static void
examine_accounts(struct doctor *d)
{
	bool group = getgrnam("logmend"), user = getpwnam("logmend-eyes");
	if (group && user)
		return;
	advice_add(&d->advices, ADVICE_TO_DO, ABOUT, "there is no %s%s%s: %s",
		group ? "" : "group logmend", group || user ? "" : ", and no ",
		user ? "" : "user logmend-eyes",
		user ? "only root may look"
		     : "the process that reads logs gets a number that may be "
		       "somebody else's");
	advice_command(&d->advices, "sudo systemd-sysusers");
}

static void
compare_users(struct doctor *d)
{
	if (!d->unit.user)
		advice_add(&d->advices, ADVICE_FINE, ABOUT,
			"runs as root, as the service does");
	else if (installed_unit_reads_all(&d->unit))
		advice_add(&d->advices, ADVICE_FINE, ABOUT,
			"runs as root; the service runs as user %s, which may "
			"read all that root may",
			d->unit.user);
	else
		advice_add(&d->advices, ADVICE_NOTE, ABOUT,
			"the service runs as user %s, and this as root: what "
			"it may not read is not seen here",
			d->unit.user);
}

void
examine_rights(struct doctor *d)
{
	own(str) char *again = doctor_command(d, "doctor");
	if (geteuid()) {
		advice_add(&d->advices, ADVICE_UNKNOWN, ABOUT,
			"the service runs as %s and may read more than this "
			"user: run it with sudo",
			d->unit.user ? d->unit.user : "root");
		advice_command(&d->advices, "%s", again);
	} else {
		compare_users(d);
	}
	examine_accounts(d);
}
