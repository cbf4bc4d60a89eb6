/* The command `scan`: reads logs that exist through eyes and prints their
 * faults, for people or as one JSON object a line. It has neither head nor
 * hands, so it cannot act. */
#include "config.h"
#include "cli/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/json.h"
#include "cli/local/eyes-client.h"
#include "cli/local/load-rules.h"
#include "cli/output/terminal.h"
#include "cli/output/wrap.h"
#include "config/caprover.h"
#include "config/credentials.h"
#include "rule/rule.h"
#include "wire/fault.h"

struct scan {
	const struct rules *rules;
	struct eyes_client *eyes;
	const char *path; /* as it was given */
	const char *app_given;
	char *app;
	bool json, colours;
	unsigned width; /* of the terminal; 0: it is none */
	bool headed;    /* the log's name was printed above its faults */
	bool unread;    /* whoever read what is printed has enough */
	uint64_t faults, bytes, logs, failed, broken;
};

/* Adds `"key":"text"`, `"key":null` where there is no text. */
static void
add_member(struct buf *to, const char *key, const char *text)
{
	buf_add_str(to, ",\"");
	buf_add_str(to, key);
	buf_add_str(to, "\":");
	json_quote_or_null(to, text);
}

static void
add_number(struct buf *to, const char *key, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);
	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	buf_add_str(to, ",\"");
	buf_add_str(to, key);
	buf_add_str(to, "\":");
	buf_add(to, digits + at, sizeof(digits) - at);
}

/* Times have all decimals that the log has; texts are escaped, so a line is
 * valid JSON whatever the log holds. It is put together without a tree, for a
 * log may be full of faults. */
static void
print_json(const struct scan *s, const struct fault *f)
{
	char time[CLOCK_TEXT];
	own(buf) struct buf out = { 0 };
	(void)buf_reserve(&out, 1024 + f->text.len);
	own(str) char *source = escape_str(span_of(s->path), 4096, ESCAPE_LINE);
	own(str) char *text =
		escape_str(buf_span(&f->text), FAULT_TEXT_MAX, ESCAPE_LINE);
	buf_add_str(&out, "{\"rule\":");
	json_quote_or_null(&out, rules_at(s->rules, f->rule)->name);
	add_member(&out, "class", class_info(f->class)->name);
	add_member(&out, "app", s->app);
	buf_add_str(&out, ",\"object\":");
	object_quote_json(&out, f->class, &f->object);
	add_member(&out, "source", source);
	add_member(&out, "time",
		f->first_ns ? clock_text_ns(f->first_ns, time) : NULL);
	add_number(&out, "line", f->line);
	add_number(&out, "lines", f->lines);
	add_member(&out, "text", text);
	buf_add_str(&out, "}\n");
	/* terminal_flush() tells at the end whether anything failed here. */
	(void)fwrite(out.data, 1, out.len, stdout);
}

/* The line of the record that tells most: the one with the rule's literal, else
 * the first that is not blank. */
static struct span
line_to_show(const struct fault *f, const struct rule *rule)
{
	struct span rest = buf_span(&f->text), line, first = SPAN_NONE;
	while (span_cut(&rest, '\n', &line)) {
		line = span_trim(line);
		if (!first.len)
			first = line;
		if (rule->literal &&
			span_find(line, span_of(rule->literal)) >= 0)
			return line;
	}
	return first;
}

/* Where the fault begins: `PATH:LINE: TIME `. On a terminal the path of a
 * Docker log would fill two lines for each fault, so it stands once above them.
 */
static void
add_where(struct scan *s, const struct fault *f, struct buf *to)
{
	char time[CLOCK_TEXT] = "";
	own(str) char *path = escape_str(span_of(s->path), 4096, ESCAPE_LINE);
	if (f->first_ns)
		clock_text_ns(f->first_ns, time);
	if (!s->width) {
		buf_printf(to, "%s:%llu: %s%s", path,
			(unsigned long long)f->line, time, *time ? " " : "");
		return;
	}
	if (!s->headed)
		buf_printf(to, "%s%s%s\n", s->app ? s->app : "",
			s->app ? ": " : "", path);
	s->headed = true;
	buf_printf(to, "  %llu: %.*s%s", (unsigned long long)f->line,
		(int)strcspn(time, ".Z"), time, *time ? "Z " : "");
	buf_add_char(to, WRAP_HERE);
}

static void
print_line(struct scan *s, const struct fault *f)
{
	const struct rule *rule = rules_at(s->rules, f->rule);
	own(buf) struct buf out = { 0 }, lines = { 0 };
	own(str) char *object = object_text(f->class, &f->object);
	own(str) char *text =
		escape_str(line_to_show(f, rule), 300, ESCAPE_LINE);
	add_where(s, f, &out);
	buf_printf(&out, "%s%s%s %s  [%s]\n", s->colours ? "\033[1;31m" : "",
		class_info(f->class)->name, s->colours ? "\033[0m" : "", object,
		rule->name);
	if (*text)
		buf_printf(&out, "    %s\n", text);
	wrap(&lines, buf_span(&out), s->width);
	/* terminal_flush() tells at the end whether this failed. */
	(void)fwrite(lines.data, 1, lines.len, stdout);
}

/* Prints at once: a scan of a large log shows what it finds while it goes on.
 */
static void
on_fault(const struct fault *f, void *user)
{
	struct scan *s = user;
	s->faults++;
	if (s->unread)
		return;
	if (s->json)
		print_json(s, f);
	else
		print_line(s, f);
	/* Only what could not be written is reason to ask. */
	s->unread = ferror(stdout) && terminal_unread();
}

/* Opens a log. O_NONBLOCK keeps open() from waiting for the writer of a FIFO;
 * it is taken away again, because reading should wait (fifo(7)). `-` becomes a
 * duplicate of standard input, so that the caller may close what it gets. */
static int
open_log(const char *path, struct why *why)
{
	if (strcmp(path, "-") == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	own(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return because(why, -errno, "cannot be opened: %s%s",
			strerror(errno),
			errno == EACCES ? " (Docker's logs are root's: try "
					  "sudo)"
					: "");
	struct stat st;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return because(why, -EISDIR,
			"is a folder: give the logs in it (Docker's are "
			"/var/lib/docker/containers/*/*-json.log)");
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		return because(why, -errno, "%s", strerror(errno));
	return take(fd);
}

static void
tell_about(const char *path, const char *what)
{
	own(str) char *shown = escape_str(span_of(path), 4096, ESCAPE_LINE);
	(void)fflush(stdout); /* terminal_flush() tells at the end */
	fprintf(stderr, "logmend: %s: %s\n", shown, what);
}

/* What no text has: other control characters than those that end lines, indent
 * and colour. */
static bool
is_strange(unsigned char c)
{
	return c == 0 || c == 0x7f || (c < 0x20 && !strchr("\t\n\r\033", c));
}

/* A log is text or gzip(1)'s. Some bytes in it may be anything: a power failure
 * leaves NULs there, and an app may log what it likes. */
static bool
is_log(int fd)
{
	char head[4096] = "";
	ssize_t n = pread(fd, head, sizeof(head), 0), strange = 0;
	for (ssize_t i = 0; i < n; i++)
		strange += is_strange((unsigned char)head[i]);
	return strange * 20 <= n || memcmp(head, "\x1f\x8b", 2) == 0;
}

/* Without `rules.off` and packs: a scan belongs to no app of the
 * configuration. */
static int
read_log(struct scan *s, struct why *why)
{
	own(fd) int fd = open_log(s->path, why);
	if (fd < 0)
		return fd;
	uint64_t before = s->faults;
	int r = s->eyes ? 0 : eyes_client_open(s->rules, &s->eyes, why);
	if (r < 0)
		return r;
	struct source source = { .whole = true, .numbered = true };
	struct eyes_client_totals totals = { 0 };
	r = rules_select(s->rules, NULL, NULL, &source, why);
	if (r == 0)
		r = eyes_client_read(
			s->eyes, &source, fd, on_fault, s, &totals, why);
	s->bytes += totals.bytes;
	s->broken += totals.broken;
	if (r >= 0 && s->faults == before && !is_log(fd))
		tell_about(s->path,
			"is no text, and no log format was "
			"recognised (of what compresses logs gzip "
			"alone is: zstdcat FILE | logmend scan -)");
	if (r < 0 && r != -EIO) {
		/* These eyes are dead or out of step: the next log gets new
		 * ones. */
		eyes_client_close(s->eyes);
		s->eyes = NULL;
	}
	return r;
}

static void
scan_one(struct scan *s, const char *path)
{
	struct why why;
	s->path = path;
	free(s->app);
	s->app = s->app_given ? xstrdup(s->app_given)
			      : caprover_app_beside(path);
	s->logs++;
	s->headed = false;
	if (read_log(s, &why) < 0) {
		tell_about(path, why.text);
		s->failed++;
	}
}

static void
print_summary(const struct scan *s)
{
	(void)fflush(stdout); /* terminal_flush() tells at the end */
	fprintf(stderr, "%llu %s in %llu %s, %.1f MB read",
		(unsigned long long)s->faults,
		s->faults == 1 ? "fault" : "faults",
		(unsigned long long)s->logs, s->logs == 1 ? "log" : "logs",
		(double)s->bytes / 1e6);
	if (s->broken)
		fprintf(stderr, "; %llu torn or broken lines left out",
			(unsigned long long)s->broken);
	if (s->failed)
		fprintf(stderr, "; %llu could not be read to the end",
			(unsigned long long)s->failed);
	fputc('\n', stderr);
}

static bool
is_journal(const char *path)
{
	return strncmp(path, "journal:", 8) == 0;
}

int
command_scan(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	struct scan s = { .json = command_flag(&in, "--json") };
	bool exit_code = command_flag(&in, "--exit-code");
	const char *folder = command_option(&in, "--rules");
	s.app_given = command_option(&in, "--app");
	if (!command_operands(c, &in, 1, 1 << 20))
		return EXIT_USAGE;
	for (int i = 1; i < in.argc; i++)
		if (is_journal(in.argv[i]))
			return terminal_fails(EXIT_USAGE,
				"%s: reading the journal is not built yet",
				in.argv[i]);
	own(rules) struct rules *rules = NULL;
	struct why why;
	int r = load_rules(&in, folder, &rules, &why);
	if (r < 0)
		return terminal_fails(exit_code_of_file(r), "%s", why.text);
	credentials_know_file(in.config);
	s.rules = rules;
	s.colours = terminal_colours();
	s.width = wrap_width();
	for (int i = 1; i < in.argc && !s.unread; i++)
		scan_one(&s, in.argv[i]);
	eyes_client_close(s.eyes);
	free(s.app);
	if (!s.json && !s.unread)
		print_summary(&s);
	if (!terminal_flush() || s.failed)
		return EXIT_UNABLE;
	return exit_code && s.faults ? EXIT_NO : EXIT_DONE;
}
