#include "config.h"
#include "head/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"
#include "head/notices/own-notice.h"

#define FILE_MOST 64u

/* What the file holds: two numbers. */
struct failure {
	usec since; /* 0: there is none */
	usec told;  /* 0: nobody was */
};

/* In the state directory, which both units may write to wherever the store is
 * (systemd.exec(5)); without a service manager beside the store. */
static char *
path_of(const struct settings *settings)
{
	const char *state = getenv("STATE_DIRECTORY");
	const char *slash = strrchr(settings->store, '/');
	int len = slash ? (int)(slash - settings->store) : 0;
	return state
		? xprintf("%.*s/not-running", (int)strcspn(state, ":"), state)
		: xprintf("%.*s/not-running", len, settings->store);
}

/* One that cannot be read counts as none: people are rather told twice. */
static struct failure
read_file(const struct settings *settings)
{
	own(str) char *path = path_of(settings);
	own(buf) struct buf text = { 0 };
	struct failure f = { 0 };
	if (file_read(path, FILE_MOST, &text, NULL) < 0)
		return f;
	struct span rest = span_trim(buf_span(&text)), since;
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
	own(str) char *path = path_of(settings);
	own(str) char *line = xprintf("%llu %llu\n",
		(unsigned long long)f->since, (unsigned long long)f->told);
	own(fd) int fd = open(path,
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r = fd < 0 ? -errno : write_all(fd, span_of(line));
	if (fd >= 0)
		file_leave_to_folder(fd, path);
	return r < 0 ? because(why, r, "%s: cannot be written: %s", path,
			       strerror(-r))
		     : 0;
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
failure_text(const struct settings *settings, const char *last, usec now)
{
	const struct failure f = read_file(settings);
	char host[HOST_NAME_MAX + 1], when[CLOCK_TEXT];
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

/* The file goes after the rows: killed in between, people are told twice. */
int
failure_over(struct store *store, const struct settings *settings, usec now,
	struct why *why)
{
	const struct failure f = read_file(settings);
	own(str) char *path = path_of(settings);
	int r = f.told ? tell_end(store, settings, &f, now, why) : 0;
	if (r < 0)
		return r;
	if (unlink(path) < 0 && errno != ENOENT)
		return because(why, -errno, "%s: cannot be removed: %s", path,
			strerror(errno));
	return f.told != 0;
}
