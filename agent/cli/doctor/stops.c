#include "config.h"
#include "cli/doctor/examine.h"

#include "cli/output/advice.h"
#include "wire/stop-files.h"

void
examine_stops(struct doctor *d)
{
	const struct settings *s = d->settings;
	own(str) char *frozen = stop_files_freeze(s->freeze_file);
	own(str) char *paused = stop_files_paused(s->store);
	own(str) char *file = advice_word(s->freeze_file);
	own(str) char *resume = doctor_command(d, "resume");
	if (frozen) {
		advice_add(&d->advices, ADVICE_TO_DO, "freeze",
			"nothing is mended: %s", frozen);
		advice_command(&d->advices, "sudo rm %s", file);
	}
	if (paused) {
		advice_add(&d->advices, ADVICE_TO_DO, "pause",
			"nothing is mended: %s", paused);
		advice_command(&d->advices, "%s", resume);
	}
	if (!frozen && !paused)
		advice_add(&d->advices, ADVICE_FINE, "stops",
			"neither frozen nor paused");
}
