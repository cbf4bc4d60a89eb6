#include "config.h"
#include "cli/local/docker-labels.h"

#include "support/check_main.h"
#include "support/docker-daemon.h"

static struct buf told;

static void
on_tell(void *arg, const struct app *app, const char *text)
{
	(void)arg;
	buf_printf(&told, "%s: %s\n", app->name,
		strstr(text, "in time") ? "silent" : text);
}

START_TEST(a_docker_that_is_silent_is_asked_once)
{
	static const struct daemon_answer answers[] = { DAEMON_VERSION,
		{ "GET /v1.41/info", 200, "", { .less = 9, .hangs = true } },
		{ 0 } };
	own(str) char *folder = scratch_folder();
	struct docker_daemon d = daemon_start(folder, answers);
	struct app apps[] = { { .name = (char *)"shop" },
		{ .name = (char *)"blog" }, { .name = (char *)"wiki" } };
	struct settings settings = { .docker_socket = d.socket,
		.apps = apps,
		.n_apps = ELEMENTS(apps) };
	docker_labels_ask(&settings, on_tell, NULL);
	own(str) char *requests = daemon_stop(&d);
	ck_assert_str_eq(
		buf_str(&told), "shop: silent\nblog: silent\nwiki: silent\n");
	const char *first = strstr(requests, "/info");
	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_null(strstr(first + 1, "/info"));
	buf_free(&told);
}
END_TEST

CHECK_MAIN("docker-labels", a_docker_that_is_silent_is_asked_once)
