/* The command `notify-failure`, for the service manager: tells the receivers of
 * notices that the daemon does not run, without its help. */
#include "config.h"
#include "cli/command.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-journal.h>

#include "base/escape.h"
#include "base/redact.h"
#include "cli/output/terminal.h"
#include "config/credentials.h"
#include "config/load-settings.h"
#include "config/settings.h"
#include "config/values.h"
#include "head/head.h"

#define UNIT "logmend.service"
#define OUR_UNIT "logmend-failed.service"
#define LINE_SHOWN 300u

/* The text of the entry that the journal stands at. */
static char *
text_of(sd_journal *j)
{
	const void *data;
	size_t len;
	if (sd_journal_get_data(j, "MESSAGE", &data, &len) < 0)
		return NULL;
	struct span text = { data, len };
	text = span_from(text, strlen("MESSAGE="));
	own(str) char *shown = redact(text);
	return escape_str(span_of(shown), LINE_SHOWN, ESCAPE_LINE);
}

/* What a unit (`match`) said, from its end on; NULL: it cannot be read. */
static sd_journal *
journal_of(const char *match)
{
	sd_journal *j = NULL;
	if (sd_journal_open(&j, SD_JOURNAL_LOCAL_ONLY) < 0)
		return NULL;
	if (sd_journal_add_match(j, match, 0) >= 0 &&
		sd_journal_seek_tail(j) >= 0)
		return j;
	sd_journal_close(j);
	return NULL;
}

/* The last warning or error of the daemon in this boot, else its last line;
 * owned, NULL where the journal has none or cannot be read. */
static char *
last_line(void)
{
	sd_journal *j = journal_of("_SYSTEMD_UNIT=" UNIT);
	char *bad = NULL, *any = NULL;
	for (int i = 0; j && !bad && i < 50; i++) {
		const void *data;
		size_t len;
		if (sd_journal_previous(j) <= 0)
			break;
		if (!any)
			any = text_of(j);
		if (sd_journal_get_data(j, "PRIORITY", &data, &len) >= 0 &&
			len == strlen("PRIORITY=4") &&
			((const char *)data)[len - 1] <= '4')
			bad = text_of(j);
	}
	sd_journal_close(j);
	if (bad)
		str_free(any);
	return bad ? bad : any;
}

/* Whether this command told somebody within the last day, by what it printed
 * then: for where it could note nothing. */
static bool
told_by_journal(usec now)
{
	sd_journal *j = journal_of("_SYSTEMD_UNIT=" OUR_UNIT);
	usec at = now;
	bool told = false;
	while (j && !told && sd_journal_previous(j) > 0 &&
		sd_journal_get_realtime_usec(j, &at) >= 0 &&
		at + USEC_DAY > now) {
		own(str) char *text = text_of(j);
		told = text && strstr(text, HEAD_TOLD_FAILURE);
	}
	sd_journal_close(j);
	return told;
}

static void
tell(const char *text)
{
	printf("%s\n", text);
}

/* Where the configuration is what keeps the daemon from starting, its other
 * sections still say whom to tell. */
static int
read_settings(const char *config, struct settings **ret, struct why *why)
{
	int r = load_settings(config, ret, why);
	if (r >= 0)
		return r;
	*ret = load_settings_in_part(config);
	return *ret ? 0 : r;
}

/* Whoever cannot be kept from being told twice is told all the same. 0: it is
 * noted; else when it was not. */
static usec
note(const struct settings *s)
{
	struct why why;
	if (head_note_failure(s, &why) >= 0)
		return 0;
	(void)terminal_fails(EXIT_UNABLE,
		"%s; receivers are told without, and may be told again",
		why.text);
	return clock_wall();
}

int
command_notify_failure(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	const char *length = command_option(&in, "--after");
	usec after = 0;
	struct why why;
	if (!command_operands(c, &in, 0, 0))
		return EXIT_USAGE;
	if (length && values_duration(length, &after, &why) < 0)
		return terminal_fails(EXIT_USAGE, "--after: %s", why.text);
	own(settings) struct settings *s = NULL;
	int r = read_settings(in.config, &s, &why);
	if (r < 0)
		return terminal_fails(EXIT_UNABLE, "%s", why.text);
	credentials_know(s);
	usec unnoted = note(s);
	/* Nothing comes meanwhile but the daemon, which then says so in the
	 * file. */
	(void)poll(NULL, 0, (int)(MIN(after, USEC_HOUR) / 1000));
	if (unnoted && told_by_journal(clock_wall()))
		return EXIT_DONE;
	own(str) char *last = last_line();
	if (!s->n_notifies)
		return terminal_fails(EXIT_UNABLE,
			"%s names no receiver of notices", in.config);
	r = head_tell_failure(s, unnoted, last, tell, &why);
	return r < 0 ? terminal_fails(EXIT_UNABLE, "%s", why.text) : EXIT_DONE;
}
