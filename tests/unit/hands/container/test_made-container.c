/* Which containers logmend deletes: its own that were never started. */
#include "config.h"
#include "hands/container/made-container.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"
#include "support/docker-daemon.h"

#define IS(state) "{\"Id\":\"c7\",\"State\":{\"Status\":\"" state "\"}}"

/* Plans a container, whose maker then ends or removes it; all requests. */
static char *
played(const char *folder, const struct daemon_answer *of_name, bool ends,
	bool *ret_kept)
{
	const struct daemon_answer answers[] = {
		DAEMON_VERSION,
		*of_name,
		{ "DELETE ", 204, "", { 0 } },
		{ 0 },
	};
	own(str) char *store = xprintf("%s/logmend.db", folder);
	struct docker_daemon d = daemon_start(folder, answers);
	own(engine) struct engine *e = NULL;
	struct made_container m = { 0 };
	struct why why = { "" };
	ck_assert_int_eq(engine_open(d.socket, &e, &why), 0);
	ck_assert_msg(
		made_container_plan(store, &m, &why) == 0, "%s", why.text);
	own(str) char *file = xstrdup(m.file);
	ck_assert_int_eq(access(file, F_OK), 0);
	/* One whose maker lives is left alone. */
	made_container_sweep(store, e);
	ck_assert_int_eq(access(file, F_OK), 0);
	if (ends) {
		made_container_leave(&m);
		made_container_sweep(store, e);
	} else {
		made_container_remove(e, &m);
	}
	*ret_kept = access(file, F_OK) == 0;
	ck_assert_ptr_null(m.name);
	return daemon_stop(&d);
}

START_TEST(only_one_that_was_never_started_is_deleted)
{
	static const struct {
		struct daemon_answer of_name;
		bool deleted, kept, kept_by_sweep;
	} rows[] = {
		{ { "GET /v1.41/containers/logmend-", 200, IS("created"),
			  { 0 } },
			true, false, false },
		{ { "GET /v1.41/containers/logmend-", 200, IS("running"),
			  { 0 } },
			false, false, false },
		{ { "GET /v1.41/containers/logmend-", 200, IS("exited"),
			  { 0 } },
			false, false, false },
		/* Docker may make it yet. */
		{ { "GET /v1.41/containers/logmend-", 404, "{}", { 0 } }, false,
			false, true },
		{ { "GET /v1.41/containers/logmend-", 500, "{}", { 0 } }, false,
			true, true },
	};
	for (size_t i = 0; i < 2 * ELEMENTS(rows); i++) {
		bool ends = i % 2, kept = false;
		own(str) char *folder = scratch_folder();
		own(str) char *requests =
			played(folder, &rows[i / 2].of_name, ends, &kept);
		ck_assert_msg(!!strstr(requests,
				      "DELETE /v1.41/containers/"
				      "c7?v=1 ") == rows[i / 2].deleted,
			"%zu: %s", i, requests);
		ck_assert_ptr_null(strstr(requests, "force"));
		ck_assert_ptr_null(strstr(requests, "containers/json"));
		ck_assert_msg(kept ==
				(ends ? rows[i / 2].kept_by_sweep
				      : rows[i / 2].kept),
			"%zu", i);
	}
}
END_TEST

CHECK_MAIN("made-container", only_one_that_was_never_started_is_deleted)
