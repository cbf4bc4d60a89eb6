/* The command `scan`: reads logs that exist through eyes and prints their
 * faults, for people or as one JSON object a line. It has neither head nor
 * hands, so it cannot act. */
#include "config.h"
#include "cli/command.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"
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
	uint64_t faults, bytes, logs, failed, broken;
};

static json_t *
string_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

/* Times have all decimals that the log has; texts are escaped, so a line is
 * valid JSON whatever the log holds. */
static void
print_json(const struct scan *s, const struct fault *f)
{
	char time[CLOCK_TEXT];
	own(str) char *source = escape_str(span_of(s->path), 4096, ESCAPE_LINE);
	own(str) char *text =
		escape_str(buf_span(&f->text), FAULT_TEXT_MAX, ESCAPE_LINE);
	json_t *j = json_object();
	json_object_set_new(
		j, "rule", json_string(rules_at(s->rules, f->rule)->name));
	json_object_set_new(
		j, "class", json_string(class_info(f->class)->name));
	json_object_set_new(j, "app", string_or_null(s->app));
	json_object_set_new(j, "object", object_json(f->class, &f->object));
	json_object_set_new(j, "source", json_string(source));
	json_object_set_new(j, "time",
		f->first_ns ? json_string(clock_text_ns(f->first_ns, time))
			    : json_null());
	json_object_set_new(j, "line", json_integer((json_int_t)f->line));
	json_object_set_new(j, "lines", json_integer(f->lines));
	json_object_set_new(j, "text", json_string(text));
	/* command_scan() finds at the end whether anything failed here. */
	(void)json_dumpf(j, stdout, JSON_COMPACT);
	(void)putchar('\n');
	json_decref(j);
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
	/* command_scan() finds at the end whether this failed. */
	(void)fwrite(lines.data, 1, lines.len, stdout);
}

/* Prints at once: a scan of a large log shows what it finds while it goes on.
 */
static void
on_fault(const struct fault *f, void *user)
{
	struct scan *s = user;
	s->faults++;
	if (s->json)
		print_json(s, f);
	else
		print_line(s, f);
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
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		return because(why, -errno, "%s", strerror(errno));
	return take(fd);
}

/* Without `rules.off` and packs: a scan belongs to no app of the
 * configuration. */
static int
read_log(struct scan *s, struct why *why)
{
	own(fd) int fd = open_log(s->path, why);
	if (fd < 0)
		return fd;
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
		own(str) char *shown =
			escape_str(span_of(path), 4096, ESCAPE_LINE);
		(void)fflush(stdout); /* command_scan() checks it at the end */
		fprintf(stderr, "logmend: %s: %s\n", shown, why.text);
		s->failed++;
	}
}

static void
print_summary(const struct scan *s)
{
	(void)fflush(stdout); /* command_scan() checks it at the end */
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
	for (int i = 1; i < in.argc; i++)
		scan_one(&s, in.argv[i]);
	eyes_client_close(s.eyes);
	free(s.app);
	if (!s.json)
		print_summary(&s);
	if (fflush(stdout) != 0 || ferror(stdout))
		return terminal_fails(
			EXIT_UNABLE, "the output could not be written");
	if (s.failed)
		return EXIT_UNABLE;
	return exit_code && s.faults ? EXIT_NO : EXIT_DONE;
}
