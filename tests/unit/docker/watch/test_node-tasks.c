#include "config.h"
#include "docker/watch/node-tasks.h"

#include <string.h>

#include "support/check_main.h"

#define NOW ((usec)1795350344 * USEC_SECOND)
#define S USEC_SECOND

/* One task: of which service and slot, made and ended when (0: it runs). */
struct row {
	const char *id, *service, *container, *state;
	int slot, exit_code;
	usec made, ended;
};

static struct node_tasks
tasks_of(const struct row *rows, size_t n)
{
	struct node_tasks t = { .list = xcalloc(n, sizeof(*t.list)) };
	for (size_t i = 0; i < n; i++) {
		struct engine_task *one = xcalloc(1, sizeof(*one));
		one->id = xstrdup(rows[i].id);
		one->service = xstrdup(rows[i].service);
		one->state = xstrdup(rows[i].state);
		if (rows[i].container)
			one->container = xstrdup(rows[i].container);
		one->slot = rows[i].slot;
		one->exit_code = rows[i].exit_code;
		one->created = rows[i].made;
		one->reached = rows[i].ended ? rows[i].ended : NOW;
		t.list[t.n++] = one;
	}
	return t;
}

/* As a Docker that was killed and started twice leaves them: when it notices
 * how they ended it makes others. */
static const struct row twice[] = {
	{ "a1", "a", "c1", "failed", 1, 137, NOW, NOW + 60 * S },
	{ "a2", "a", "c2", "failed", 1, 137, NOW + 60 * S, NOW + 90 * S },
	{ "a3", "a", "c3", "running", 1, 0, NOW + 90 * S, 0 },
	{ "b1", "b", "c4", "complete", 1, 0, NOW, NOW + 60 * S + 1 },
	{ "b2", "b", "c5", "failed", 1, 2, NOW + 60 * S + 1, NOW + 91 * S },
	{ "b3", "b", "c6", "running", 1, 0, NOW + 91 * S, 0 },
	/* This one died by itself; the next one waits. */
	{ "d1", "d", "c7", "failed", 1, 5, NOW, NOW + 30 * S },
	{ "d2", "d", NULL, "ready", 1, 0, NOW + 30 * S, 0 },
};

START_TEST(what_ended_with_docker_ended_together)
{
	static const struct {
		const char *id;
		bool together;
	} rows[] = { { "a1", true }, { "b1", true }, { "a2", true },
		{ "b2", true }, { "d1", false }, { "a3", false },
		{ "none", false } };
	struct node_tasks t = tasks_of(twice, ELEMENTS(twice));
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		ck_assert_msg(node_tasks_ended_together(&t, rows[i].id) ==
				rows[i].together,
			"%s", rows[i].id);
	node_tasks_free(&t);
	ck_assert(!node_tasks_ended_together(&t, "a1"));
}
END_TEST

START_TEST(of_one_alone_nobody_can_tell)
{
	struct node_tasks t = tasks_of(twice, 3);
	ck_assert(!node_tasks_ended_together(&t, "a1"));
	node_tasks_free(&t);
}
END_TEST

/* Docker writes the time of a state anew when it is started. */
START_TEST(another_in_its_place_says_when_swarm_knew)
{
	static const struct row rows[] = {
		{ "a1", "a", "c1", "failed", 1, 5, NOW, NOW + 90 * S },
		{ "a2", "a", NULL, "ready", 1, 0, NOW + 10 * S, 0 },
		{ "x1", "x", "c2", "running", 1, 0, NOW + 5 * S, 0 },
		{ "y1", "y", "c3", "failed", 1, 5, NOW, NOW + 90 * S },
	};
	struct node_tasks t = tasks_of(rows, ELEMENTS(rows));
	bool replaced = false;
	ck_assert_uint_eq(
		node_tasks_noticed(&t, t.list[0], &replaced), NOW + 10 * S);
	ck_assert(replaced);
	ck_assert_uint_eq(node_tasks_noticed(&t, t.list[2], &replaced), 0);
	ck_assert(!replaced);
	ck_assert_uint_eq(
		node_tasks_noticed(&t, t.list[3], &replaced), NOW + 90 * S);
	ck_assert(!replaced);
	node_tasks_free(&t);
}
END_TEST

START_TEST(one_that_docker_removed_when_it_stopped_did_not_die)
{
	static const struct row rows[] = {
		{ "a", "a", "c1", "failed", 1, 5, NOW, NOW },
		{ "b", "b", "c2", "failed", 1, 0, NOW, NOW },
		{ "c", "c", "c3", "shutdown", 1, 137, NOW, NOW },
		{ "d", "d", NULL, "failed", 1, 5, NOW, NOW },
		{ "e", "e", "c4", "running", 1, 0, NOW, NOW },
	};
	struct node_tasks t = tasks_of(rows, ELEMENTS(rows));
	for (size_t i = 0; i < t.n; i++)
		ck_assert_int_eq(node_task_died(t.list[i]), i == 0);
	node_tasks_free(&t);
}
END_TEST

CHECK_MAIN("node-tasks", what_ended_with_docker_ended_together,
	of_one_alone_nobody_can_tell, another_in_its_place_says_when_swarm_knew,
	one_that_docker_removed_when_it_stopped_did_not_die)
