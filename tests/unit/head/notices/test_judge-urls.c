#include "config.h"
#include "head/notices/judge-urls.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"
#include "config/load-settings.h"
#include "notify/notify.h"
#include "support/check_main.h"
#include "support/played-role.h"
#include "support/http.h"
#include "wire/role.h"

/* The sender of these tests is the real one, or one that hangs before it is
 * ready, for the variable that a role gets. */
#define PLAYED "LOGMEND_DEBUG"

#define LOG_MOST 65536u

/* A configuration with three receivers, and the log of who judges them. */
struct judged {
	sd_event *loop;
	char *folder, *config, *log;
	int kept; /* the standard error of before */
	struct settings *settings;
};

static void
read_config(struct judged *j)
{
	struct why why;
	ck_assert_int_ge(load_settings(j->config, &j->settings, &why), 0);
}

/* Lines 1 and 2 are of [notify fine], and so on. */
static struct judged
judged(void)
{
	struct judged j = { .folder = scratch_folder() };
	own(str) char *fine = url_file(j.folder, "https://a.example.org/hush");
	own(str) char *other = scratch_folder();
	own(str) char *bad = url_file(other, "https://10.1.2.3/hush");
	j.config = xprintf("%s/conf", j.folder);
	j.log = xprintf("%s/log", j.folder);
	FILE *f = fopen(j.config, "we");
	fprintf(f, "[notify fine]\nurl-file = %s\n", fine);
	fprintf(f, "[notify bad]\nurl-file = %s\n", bad);
	fprintf(f, "[notify missing]\nurl-file = %s/nowhere\n", j.folder);
	ck_assert_int_eq(fclose(f), 0);
	read_config(&j);
	ck_assert_int_ge(sd_event_new(&j.loop), 0);
	j.kept = dup(STDERR_FILENO);
	ck_assert_ptr_nonnull(freopen(j.log, "a", stderr));
	return j;
}

static void
judged_free(struct judged *j)
{
	ck_assert_int_eq(dup2(j->kept, STDERR_FILENO), STDERR_FILENO);
	close(j->kept);
	sd_event_unref(j->loop);
	settings_free(j->settings);
	free(j->folder);
	free(j->config);
	free(j->log);
}

/* How often the log has it. */
static unsigned
said(const struct judged *j, const char *text)
{
	own(buf) struct buf b = { 0 };
	struct why why;
	unsigned n = 0;
	ck_assert_int_ge(file_read(j->log, LOG_MOST, &b, &why), 0);
	for (const char *p = strstr(buf_str(&b), text); p;
		p = strstr(p + 1, text))
		n++;
	return n;
}

static void
run_until_said(struct judged *j, const char *text)
{
	while (!said(j, text))
		sd_event_run(j->loop, UINT64_MAX);
}

START_TEST(each_bad_url_is_told_with_its_line)
{
	struct judged j = judged();
	own(judge_urls) struct judge_urls *one = judge_urls(j.loop, j.settings);
	ck_assert_uint_eq(said(&j, "conf:6: url-file: "), 1);
	settings_free(take(j.settings));
	run_until_said(&j, "conf:4: url-file: ");
	ck_assert_uint_eq(said(&j, "is a private one"), 1);
	ck_assert_uint_eq(said(&j, "url-file: "), 2);
	ck_assert_uint_eq(said(&j, "hush"), 0);
	judge_urls_free(take(one));
	judged_free(&j);
}
END_TEST

/* Who asks goes on at once, and learns later that nobody knows. */
START_TEST(a_sender_that_hangs_at_its_start_is_told)
{
	setenv(PLAYED, "1", 1);
	struct judged j = judged();
	own(judge_urls) struct judge_urls *one = judge_urls(j.loop, j.settings);
	ck_assert_uint_eq(said(&j, "url-file: "), 1);
	run_until_said(&j, "it was not ready in time");
	ck_assert_uint_eq(said(&j, "conf:2: url-file: the sender"), 1);
	ck_assert_uint_eq(said(&j, "conf:4: url-file: the sender"), 1);
	ck_assert_uint_eq(said(&j, "url-file: "), 3);
	judge_urls_free(take(one));
	judged_free(&j);
}
END_TEST

/* Other settings came: nobody is told of these, and nothing is left of them. */
START_TEST(freeing_ends_it_without_a_word)
{
	struct judged j = judged();
	judge_urls_free(judge_urls(j.loop, j.settings));
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(sd_event_run(j.loop, 0), 0);
	ck_assert_uint_eq(said(&j, "url-file: "), 1);
	judged_free(&j);
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=notify") == 0) {
		if (getenv(PLAYED))
			role_hangs();
		return notify_main();
	}
	const TTest *const tests[] = { each_bad_url_is_told_with_its_line,
		a_sender_that_hangs_at_its_start_is_told,
		freeing_ends_it_without_a_word };
	return check_main("judge-urls", tests, ELEMENTS(tests));
}
