#include "config.h"
#include "base/io/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
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
