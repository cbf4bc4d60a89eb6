/* The command `scan`: reads logs that exist through eyes and prints what faults
 * they hold: a summary, each fault for people, or one JSON object a line. It
 * has neither head nor hands, so it cannot act. */
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
#include "cli/roles/eyes-client.h"
#include "cli/local/load-rules.h"
#include "cli/local/scan/scan-apps.h"
#include "cli/local/scan/scan-input.h"
#include "cli/local/scan/scan-list.h"
#include "cli/local/scan/scan-period.h"
#include "cli/local/scan/scan-summary.h"
#include "cli/output/page.h"
#include "cli/output/progress-bar.h"
#include "cli/output/terminal.h"
#include "cli/output/wrap.h"
#include "config/caprover.h"
#include "config/credentials.h"
#include "config/load-settings.h"
#include "head/head.h"
#include "rule/rule.h"
#include "wire/fault.h"

struct scan {
	const struct rules *rules;
	struct scan_apps apps;
	struct eyes_client *eyes;
	struct scan_summary *summary;
	struct scan_list list; /* with path and app of the log that is read */
	struct scan_period period;
	struct progress_bar progress;
	const char *app_given;
	char *app;
	const struct app *packs_of; /* whose rules count; NULL: all rules */
	bool rules_given;           /* with --rules, where packs mean nothing */
	bool json, all;
	bool unread; /* whoever read what is printed has enough */
	uint64_t faults, bytes, logs, failed, broken;
	uint64_t undated; /* faults that belong to no period */
};

/* What is listed is printed at once: a scan of a large log shows what it finds
 * while it goes on. */
static void
on_fault(const struct fault *f, void *user)
{
	struct scan *s = user;
	if (!scan_period_holds(&s->period, f)) {
		s->undated += !f->first_ns;
		return;
	}
	s->faults++;
	if (s->unread)
		return;
	if (!s->json && !s->all) {
		scan_summary_add(s->summary, s->app, s->list.path, f);
		return;
	}
	progress_bar_clear(&s->progress);
	if (s->json)
		scan_list_json(&s->list, f);
	else
		scan_list_text(&s->list, f);
	/* Only what could not be written is reason to ask. */
	s->unread = ferror(stdout) && terminal_unread();
}

static void
tell_about(struct scan *s, const char *path, const char *what)
{
	own(str) char *shown = escape_str(span_of(path), 4096, ESCAPE_LINE);
	progress_bar_clear(&s->progress);
	(void)fflush(stdout); /* terminal_flush() tells at the end */
	fprintf(stderr, "logmend: %s: %s\n", shown, what);
}

static void
tell_failure(struct scan *s, const char *path, const char *what)
{
	tell_about(s, path, what);
	s->failed++;
}

static void
on_batch(const struct eyes_client_totals *totals, void *user)
{
	struct scan *s = user;
	progress_bar_draw(&s->progress, s->bytes + totals->bytes, clock_mono());
}

static int
open_eyes(struct scan *s, struct why *why)
{
	int r = s->eyes ? 0 : eyes_client_open(s->rules, &s->eyes, why);
	if (r == 0 && s->progress.to)
		eyes_client_watch(s->eyes, on_batch, s);
	return r;
}

/* With the packs of the app and without its `rules.off`, as the daemon reads
 * it; a file belongs to no app of the configuration. */
static int
read_log(struct scan *s, int fd, struct why *why)
{
	uint64_t before = s->faults;
	int r = open_eyes(s, why);
	if (r < 0)
		return r;
	struct source source = { .whole = true, .numbered = true };
	struct eyes_client_totals totals = { 0 };
	const struct app *app = s->packs_of;
	r = rules_select(s->rules, app ? app->packs : NULL,
		app ? app->rules_off : NULL, &source, why);
	if (r == 0)
		r = eyes_client_read(
			s->eyes, &source, fd, on_fault, s, &totals, why);
	s->bytes += totals.bytes;
	s->broken += totals.broken;
	if (r >= 0 && s->faults == before && !scan_input_is_log(fd))
		tell_about(s, s->list.path,
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

/* Reads one log of `s->app`. */
static void
scan_log(struct scan *s, const char *path, int fd)
{
	struct why why;
	if (s->unread)
		return;
	scan_list_log(&s->list, path, s->app);
	s->logs++;
	if (read_log(s, fd, &why) < 0)
		tell_failure(s, path, why.text);
}

static void
scan_file(struct scan *s, const char *path)
{
	struct why why;
	own(fd) int fd = scan_input_open(path, &why);
	free(s->app);
	s->app = s->app_given ? xstrdup(s->app_given)
			      : caprover_app_beside(path, s->apps.settings);
	s->packs_of = NULL;
	if (fd >= 0)
		scan_log(s, path, fd);
	else
		tell_failure(s, path, why.text);
}

static void
on_file(void *arg, const char *path, int fd)
{
	scan_log(arg, path, fd);
}

static void
on_file_measured(void *arg, const char *path, int fd)
{
	struct scan *s = arg;
	(void)path;
	s->progress.expected += scan_input_bytes(fd);
}

static void
on_container(void *arg, const struct head_container *one)
{
	struct scan *s = arg;
	struct why why;
	own(str) char *driver = NULL;
	if (one->driver && strcmp(one->driver, "json-file") != 0) {
		driver = xprintf("this container logs with the driver '%s', "
				 "which cannot be read: set json-file",
			one->driver);
		tell_failure(s, one->id, driver);
		return;
	}
	if (head_log_files(s->apps.settings, one->log, on_file, s, &why) < 0)
		tell_failure(s, one->log, why.text);
}

/* What cannot be opened is told when it is read. */
static void
on_container_measured(void *arg, const struct head_container *one)
{
	struct scan *s = arg;
	(void)head_log_files(
		s->apps.settings, one->log, on_file_measured, s, NULL);
}

/* A path, or a name of something that is there, is a file; any other name may
 * be that of an app. */
static bool
is_file(const char *given)
{
	return strchr(given, '/') || strcmp(given, "-") == 0 ||
		access(given, F_OK) == 0;
}

static void
scan_app(struct scan *s, const char *name)
{
	const struct app *app = scan_apps_configured(&s->apps, name);
	free(s->app);
	s->app = xstrdup(s->app_given ? s->app_given
			: app         ? app->name
				      : caprover_app_name(name));
	s->packs_of = s->rules_given ? NULL : app;
	if (!scan_apps_each(&s->apps, name, on_container, s)) {
		own(str) char *text = scan_apps_missing(&s->apps, name);
		tell_failure(s, name, text);
	}
}

static void
scan_one(struct scan *s, const char *given)
{
	if (!is_file(given)) {
		scan_app(s, given);
		return;
	}
	if (!strchr(given, '/') && scan_apps_has(&s->apps, given))
		tell_about(s, given,
			"is a file here and an app, too: the file is read (the "
			"app has srv-captain-- before its name, or is read "
			"from "
			"another folder)");
	scan_file(s, given);
}

/* Sums up what there is to read, for the bar alone. A pipe tells no size, and
 * then none is told of all. */
static void
measure(struct scan *s, char *const *given)
{
	for (; s->progress.to && *given; given++) {
		own(fd) int fd = -1;
		uint64_t size = 0;
		if (!is_file(*given)) {
			(void)scan_apps_each(
				&s->apps, *given, on_container_measured, s);
			continue;
		}
		if (strcmp(*given, "-") != 0)
			fd = open(*given, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0)
			size = scan_input_bytes(fd);
		s->progress.expected += size;
	}
}

static void
print_totals(const struct scan *s)
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
	if (s->undated)
		fprintf(stderr,
			"; %llu without a time left out, for --since and "
			"--until",
			(unsigned long long)s->undated);
	if (s->failed)
		fprintf(stderr, "; %llu could not be read to the end",
			(unsigned long long)s->failed);
	fputc('\n', stderr);
}

/* Returns false if it could not be written, which was told. */
static bool
print_summary(const struct scan *s)
{
	own(page) struct page p = page_new();
	scan_summary_show(s->summary, s->apps.settings, &p);
	return page_print(&p) == EXIT_DONE;
}

static bool
is_journal(const char *path)
{
	return strncmp(path, "journal:", 8) == 0;
}

/* The configuration that -c names, else the default one if it is there: as for
 * the rules. With --rules it need not be whole. */
static int
load_configuration(const struct invocation *in, bool rules_given,
	struct settings **ret, struct why *why)
{
	if (in->config_given || access(in->config, F_OK) == 0) {
		int r = load_settings(in->config, ret, why);
		if (r == 0 || !rules_given)
			return r;
	}
	*ret = load_settings_default();
	return 0;
}

static int
scan_all(struct scan *s, char *const *given, bool exit_code)
{
	s->list.rules = s->rules;
	s->list.colours = terminal_colours();
	s->list.width = wrap_width();
	s->progress = progress_bar_new();
	own(scan_summary) struct scan_summary *summary = scan_summary_new();
	s->summary = summary;
	measure(s, given);
	for (; *given && !s->unread; given++)
		scan_one(s, *given);
	progress_bar_clear(&s->progress);
	eyes_client_close(s->eyes);
	scan_apps_free(&s->apps);
	free(s->app);
	scan_list_free(&s->list);
	bool printed = s->json || s->all || print_summary(s);
	(void)fflush(stdout); /* terminal_flush() tells whether it failed */
	s->unread |= ferror(stdout) && terminal_unread();
	if (!s->json && !s->unread)
		print_totals(s);
	if (!terminal_flush() || !printed || s->failed)
		return EXIT_UNABLE;
	return exit_code && s->faults ? EXIT_NO : EXIT_DONE;
}

int
command_scan(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	struct scan s = { .json = command_flag(&in, "--json"),
		.all = command_flag(&in, "--all") };
	bool exit_code = command_flag(&in, "--exit-code");
	const char *folder = command_option(&in, "--rules");
	s.app_given = command_option(&in, "--app");
	s.rules_given = folder;
	struct why why;
	int r = scan_period_take(&s.period, &in, clock_wall(), &why);
	if (r < 0)
		return terminal_fails(EXIT_USAGE, "%s", why.text);
	if (!command_operands(c, &in, 1, 1 << 20))
		return EXIT_USAGE;
	for (int i = 1; i < in.argc; i++)
		if (is_journal(in.argv[i]))
			return terminal_fails(EXIT_USAGE,
				"%s: reading the journal is not built yet",
				in.argv[i]);
	own(rules) struct rules *rules = NULL;
	own(settings) struct settings *settings = NULL;
	r = load_rules(&in, folder, &rules, &why);
	if (r == 0)
		r = load_configuration(&in, folder, &settings, &why);
	if (r < 0)
		return terminal_fails(exit_code_of_file(r), "%s", why.text);
	credentials_know_file(in.config);
	s.rules = rules;
	s.apps.settings = settings;
	scan_apps_learn(&s.apps);
	return scan_all(&s, in.argv + 1, exit_code);
}
