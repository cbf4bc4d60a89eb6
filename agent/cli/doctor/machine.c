#include "config.h"
#include "cli/doctor/examine.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "cli/output/advice.h"
/* The store syncs each step, and an attempt begins only with its file on the
 * disk. */
#define FREE_LEAST (100ull << 20)

/* `command` shows what uses the space. */
static void
examine_disk(struct doctor *d, const char *about, const char *folder,
	const char *command)
{
	struct statvfs v;
	own(str) char *word = advice_word(folder);
	/* What is not there yet, the configuration's check has told. */
	if (statvfs(folder, &v) < 0)
		return;
	uint64_t left = (uint64_t)v.f_bavail * v.f_frsize;
	uint64_t all = (uint64_t)v.f_blocks * v.f_frsize;
	if (v.f_flag & ST_RDONLY)
		advice_add(&d->advices, ADVICE_TO_DO, about,
			"%s: its file system is read-only", folder);
	else if (left < FREE_LEAST || left < all / 50)
		advice_add(&d->advices, ADVICE_TO_DO, about,
			"%s: %llu MB of %llu MB are left", folder,
			(unsigned long long)(left >> 20),
			(unsigned long long)(all >> 20));
	else if (v.f_files && v.f_favail < v.f_files / 100)
		advice_add(&d->advices, ADVICE_TO_DO, about,
			"%s: hardly a file can be made there any more: its "
			"inodes are used up",
			folder);
	else {
		advice_add(&d->advices, ADVICE_FINE, about,
			"%s: %llu MB are left", folder,
			(unsigned long long)(left >> 20));
		return;
	}
	advice_command(&d->advices, "%s %s", "df -h", word);
	if (command)
		advice_command(&d->advices, "%s", command);
}

/* A clock that nobody keeps right makes the times in messages and the ages of
 * faults wrong (adjtimex(2); without a mode it changes nothing). */
static void
examine_clock(struct doctor *d)
{
	struct timex t = { .modes = 0 };
	int state = adjtimex(&t);
	if (state < 0) {
		advice_add(&d->advices, ADVICE_NOTE, "clock",
			"whether it is synchronised cannot be told: %s",
			strerror(errno));
	} else if (t.status & STA_UNSYNC) {
		advice_add(&d->advices, ADVICE_TO_DO, "clock",
			"nothing keeps it right: the kernel calls it "
			"unsynchronised");
		advice_command(&d->advices, "sudo timedatectl set-ntp true");
	} else {
		advice_add(&d->advices, ADVICE_FINE, "clock", "synchronised");
	}
}

void
examine_machine(struct doctor *d)
{
	const struct settings *s = d->settings;
	own(str) char *store = s ? doctor_folder(s->store) : NULL;
	if (s) {
		examine_disk(d, "disk of the store", store, NULL);
		examine_disk(d, "disk of Docker", s->docker_root,
			"sudo docker system df");
	}
	examine_clock(d);
}
