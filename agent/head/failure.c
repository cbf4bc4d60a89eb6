#include "config.h"
#include "head/failure.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "head/control/listening-socket.h"
#include "head/notices/kept-text.h"
#include "head/notices/own-notice.h"

#define NAME "not-running"

/* What the file holds: two numbers. */
struct failure {
	usec since; /* 0: there is none */
	usec told;  /* 0: nobody was */
};

/* One that cannot be read counts as none: people are rather told twice. */
static struct failure
read_file(const struct settings *settings)
{
	own(buf) struct buf text = { 0 };
	struct failure f = { 0 };
	kept_text_get(settings, NAME, &text);
	struct span rest = buf_span(&text), since;
	(void)span_cut(&rest, ' ', &since);
	if (!span_u64(since, &f.since))
		f.since = 0;
	if (!span_u64(rest, &f.told))
		f.told = 0;
	return f;
}

static int
write_file(const struct settings *settings, const struct failure *f,
	struct why *why)
{
	own(str) char *line = xprintf("%llu %llu", (unsigned long long)f->since,
		(unsigned long long)f->told);
	return kept_text_put(settings, NAME, span_of(line), why);
}

int
failure_prepare(const struct settings *settings, struct why *why)
{
	return kept_text_reserve(settings, NAME, why);
}

int
failure_note(const struct settings *settings, usec now, struct why *why)
{
	struct failure f = read_file(settings);
	if (f.since && f.since <= now)
		return 0;
	f = (struct failure){ .since = now };
	return write_file(settings, &f, why);
}

static const char *
host_name(char to[HOST_NAME_MAX + 1])
{
	memset(to, 0, HOST_NAME_MAX + 1);
	(void)gethostname(to, HOST_NAME_MAX);
	return to;
}

char *
failure_text(const struct settings *settings, usec unnoted, const char *last,
	usec now)
{
	struct failure f = read_file(settings);
	char host[HOST_NAME_MAX + 1], when[CLOCK_TEXT];
	/* A daemon that lasts says so in the file; of what is not there it
	 * knows nothing. */
	if (!f.since && !listening_socket_answers(settings->socket))
		f.since = unnoted;
	/* Told in the future: the clock was set back. */
	if (!f.since ||
		(f.told && f.told <= now && now - f.told < FAILURE_AGAIN))
		return NULL;
	return xprintf("logmend on %s does not run since %s, or ends again and "
		       "again: no log is read there%s%s",
		host_name(host), clock_text(f.since, when),
		last ? ". Its last line: " : "", last ? last : "");
}

int
failure_told(const struct settings *settings, usec now, struct why *why)
{
	struct failure f = read_file(settings);
	f.since = f.since ? f.since : now;
	f.told = now;
	return write_file(settings, &f, why);
}

static int
queue_end(struct store *store, const struct settings *settings,
	const struct failure *f, usec now, struct why *why)
{
	char host[HOST_NAME_MAX + 1], since[CLOCK_TEXT], told[CLOCK_TEXT];
	own(str) char *text = xprintf(
		"logmend on %s runs again, since %s. It did not since %s",
		host_name(host), clock_text(now, told),
		clock_text(f->since, since));
	const struct own_notice again = { .name = "not-running", .text = text };
	return own_notice_queue(store, settings, &again, now, why);
}

static int
tell_end(struct store *store, const struct settings *settings,
	const struct failure *f, usec now, struct why *why)
{
	int r = store_begin(store, why);
	if (r < 0)
		return r;
	r = queue_end(store, settings, f, now, why);
	if (r >= 0)
		return store_commit(store, why);
	store_rollback(store);
	return r;
}

/* The file is emptied after the rows: killed in between, people are told twice.
 */
int
failure_over(struct store *store, const struct settings *settings, usec now,
	struct why *why)
{
	const struct failure f = read_file(settings);
	int r = f.told ? tell_end(store, settings, &f, now, why) : 0;
	if (r >= 0 && f.since)
		r = kept_text_put(settings, NAME, SPAN_NONE, why);
	return r < 0 ? r : f.told != 0;
}
