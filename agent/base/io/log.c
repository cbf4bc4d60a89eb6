#include "config.h"
#include "base/io/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/redact.h"

static const char *log_role = "logmend";
static bool log_journal;
static bool log_verbose;

void
log_open(const char *role)
{
	log_role = role;
	/* systemd sets JOURNAL_STREAM when it connects stderr to the journal:
	 * https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html
	 */
	log_journal = getenv("JOURNAL_STREAM") != NULL;
	log_verbose = getenv("LOGMEND_DEBUG") != NULL;
}

static const char *
level_word(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error: ";
	case LOG_LEVEL_WARN:
		return "warning: ";
	case LOG_LEVEL_INFO:
	case LOG_LEVEL_DEBUG:
		break;
	}
	return "";
}

/* Whether standard error is the stream that systemd connected: whoever is
 * started below a service may have it lead elsewhere. */
static bool
is_stream(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;
	return stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
		fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev &&
		st.st_ino == ino;
}

static bool
send_fields(enum log_level level, const struct log_fields *f, const char *text)
{
	own(str) char *shown = redact(span_of(text));
	char *fields[6] = { 0 };
	struct iovec list[6];
	int n = 0;
	fields[n++] = xprintf("MESSAGE=%s", shown);
	fields[n++] = xprintf("PRIORITY=%d", level);
	fields[n++] = xprintf("SYSLOG_IDENTIFIER=%s", log_role);
	if (f->app)
		fields[n++] = xprintf("LOGMEND_APP=%s", f->app);
	if (f->incident)
		fields[n++] = xprintf("LOGMEND_INCIDENT=%llu",
			(unsigned long long)f->incident);
	if (f->message_id)
		fields[n++] = xprintf("MESSAGE_ID=%s", f->message_id);
	for (int i = 0; i < n; i++)
		list[i] = (struct iovec){ fields[i], strlen(fields[i]) };
	int r = sd_journal_sendv(list, n);
	for (int i = 0; i < n; i++)
		free(fields[i]);
	return r >= 0;
}

void
log_fields(
	enum log_level level, const struct log_fields *fields, const char *text)
{
	if (!log_journal || !is_stream() || !send_fields(level, fields, text))
		log_at(level, "%s", text);
}

void
log_at(enum log_level level, const char *fmt, ...)
{
	if (level == LOG_LEVEL_DEBUG && !log_verbose)
		return;
	own(buf) struct buf line = { 0 };
	if (log_journal)
		buf_printf(&line, "<%d>%s: ", level, log_role);
	else
		buf_printf(&line, "%s: %s", log_role, level_word(level));
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	own(str) char *shown = redact(span_of(text));
	buf_add_str(&line, shown);
	buf_add_char(&line, '\n');
	/* One write() a line: head, eyes and hands share this descriptor, and
	 * their lines must not mix. A closed stderr must not stop a mend, so
	 * the result is dropped. */
	(void)!write(STDERR_FILENO, line.data, line.len);
}
