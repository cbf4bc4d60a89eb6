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

/* The last warning or error of the daemon in this boot, else its last line;
 * owned, NULL where the journal has none or cannot be read. */
static char *
last_line(void)
{
	sd_journal *j = NULL;
	char *bad = NULL, *any = NULL;
	if (sd_journal_open(&j, SD_JOURNAL_LOCAL_ONLY) < 0)
		return NULL;
	int r = sd_journal_add_match(j, "_SYSTEMD_UNIT=" UNIT, 0);
	if (r >= 0)
		r = sd_journal_seek_tail(j);
	for (int i = 0; r >= 0 && !bad && i < 50; i++) {
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
	if (r >= 0) {
		credentials_know(s);
		r = head_note_failure(s, &why);
	}
	if (r < 0)
		return terminal_fails(EXIT_UNABLE, "%s", why.text);
	/* Nothing comes meanwhile but the daemon, which then says so in the
	 * file. */
	(void)poll(NULL, 0, (int)(MIN(after, USEC_HOUR) / 1000));
	own(str) char *last = last_line();
	if (!s->n_notifies)
		return terminal_fails(EXIT_UNABLE,
			"%s names no receiver of notices", in.config);
	r = head_tell_failure(s, last, tell, &why);
	return r < 0 ? terminal_fails(EXIT_UNABLE, "%s", why.text) : EXIT_DONE;
}
