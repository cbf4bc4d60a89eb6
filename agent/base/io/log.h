/* What the agent says about itself, on standard error. Where standard error
 * leads to the journal each line begins with systemd's priority prefix, as in
 * `<4>`, which the journal takes off (sd-daemon(3)); else a word says how bad
 * it is. Only a role's own file logs above debug; other files return errors.
 * Callers escape text that came from a log before it gets here; secrets are
 * taken out here (base/redact.h). */
#pragma once

#include <stdint.h>

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARN = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

/* Sets the name that begins each line: the pointer is kept, not copied. Debug
 * lines are shown if LOGMEND_DEBUG is set. */
void log_open(const char *role);
/* Writes one line. A line that cannot be written is lost without an error. */
void log_at(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What a line is about, for those who search the journal. */
struct log_fields {
	const char *app;        /* NULL: none */
	uint64_t incident;      /* 0: none */
	const char *message_id; /* NULL: none; 32 hex digits */
};
/* The same with fields, where standard error leads to the journal (the very
 * stream that JOURNAL_STREAM names, sd_journal_sendv(3)); else a line. Not for
 * eyes, which may open no socket. */
void log_fields(enum log_level level, const struct log_fields *fields,
	const char *text);

#define log_error(...) log_at(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...) log_at(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log_at(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_at(LOG_LEVEL_DEBUG, __VA_ARGS__)
