#include "config.h"
#include "head/notices/try-webhook.h"

#include <string.h>
#include <unistd.h>

#include "config/settings.h"
#include "notify/notify.h"
#include "support/check_main.h"
#include "support/played-role.h"
#include "support/http.h"
#include "wire/role.h"

/* The sender of these tests is the real one, or this program plays one that
 * hangs before it is ready. Which of them it is says a variable of the few that
 * a role gets. */
#define PLAYED "LOGMEND_DEBUG"

/* What keeps its end of the socket and is no descendant any more: for head it
 * has not ended, as one that the kernel cannot end. It leaves with the test. */
static void
leave_one_behind(void)
{
	pid_t test = getppid(), child = fork();
	if (child > 0) {
		(void)waitpid(child, NULL, 0);
		return;
	}
	if (fork() > 0)
		_exit(0);
	(void)setsid();
	while (kill(test, 0) == 0)
		(void)poll(NULL, 0, 100);
	_exit(0);
}

_Noreturn static void
play(void)
{
	if (strcmp(getenv(PLAYED), "unended") == 0)
		leave_one_behind();
	role_hangs();
}

static struct notify
receiver(const char *url)
{
	own(str) char *folder = scratch_folder();
	return (struct notify){ .name = xstrdup("n"),
		.url_file = url_file(folder, url) };
}

static void
receiver_free(struct notify *n)
{
	free(n->name);
	free(n->url_file);
}

START_TEST(a_url_is_judged)
{
	struct notify good = receiver("https://chat.example.org/hush");
	struct notify bad = receiver("https://10.1.2.3/hush");
	struct why why;
	ck_assert_int_eq(try_webhook_url(&good, &why), 0);
	ck_assert_int_lt(try_webhook_url(&bad, &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "is a private one"));
	receiver_free(&good);
	receiver_free(&bad);
}
END_TEST

START_TEST(a_sender_that_hangs_at_its_start_is_not_waited_for)
{
	setenv(PLAYED, "unready", 1);
	struct notify n = receiver("https://chat.example.org/hush");
	struct why why;
	ck_assert_int_lt(try_webhook_url(&n, &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "it was not ready in time"));
	receiver_free(&n);
}
END_TEST

START_TEST(a_sender_that_cannot_be_ended_is_not_waited_for)
{
	setenv(PLAYED, "unended", 1);
	struct notify n = receiver("https://chat.example.org/hush");
	struct webhook_answer answer;
	struct why why;
	ck_assert_int_lt(try_webhook(&n, "hi", &answer, &why), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "did not answer within 30s"));
	ck_assert_ptr_nonnull(strstr(why.text, "is not known"));
	receiver_free(&n);
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=notify") == 0) {
		if (getenv(PLAYED))
			play();
		return notify_main();
	}
	const TTest *const tests[] = { a_url_is_judged,
		a_sender_that_hangs_at_its_start_is_not_waited_for,
		a_sender_that_cannot_be_ended_is_not_waited_for };
	return check_main("try-webhook", tests, ELEMENTS(tests));
}
