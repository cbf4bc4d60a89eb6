#include "config.h"
#include "head/watch/docker-start.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/check_main.h"

#define START ((usec)1795350344 * USEC_SECOND)
#define S USEC_SECOND

static struct docker_start
started(usec at)
{
	return (struct docker_start){ .at = at };
}

static struct container_news
dead(usec from, usec to, usec noticed)
{
	return (struct container_news){ .name = (char *)"shop.1.x",
		.started = from,
		.finished = to,
		.noticed = noticed,
		.listed = true };
}

START_TEST(only_what_swarm_knew_before_the_start_died_by_itself)
{
	static const struct {
		usec from, to, noticed;
		bool with_docker;
	} rows[] = {
		/* Docker was stopped: Swarm heard of the end from the next. */
		{ START - 90 * S, START - 3 * S, START + S, true },
		{ START - 90 * S, START - 3600 * S, START + S, true },
		/* Docker was killed, and the next ended what still ran. */
		{ START - 90 * S, START + 12 * S, START + 14 * S, true },
		{ START - 90 * S, START + 900 * S, START + 901 * S, true },
		/* Swarm does not know yet, or does not say. */
		{ START - 90 * S, START - 3 * S, 0, true },
		/* It died while the earlier Docker ran. */
		{ START - 90 * S, START - 30 * S, START - 29 * S, false },
		/* Another manager gave the node up. */
		{ START - 90 * S, START - 60 * S, START - 40 * S, true },
		/* It began under this Docker. */
		{ START + 2 * S, START + 9 * S, START + 10 * S, false },
		{ START + 2 * S, START + 9 * S, 0, false },
		{ START + 2 * S, START + 2 * S - 1, 0, false },
		/* The clock was set back in between. */
		{ START + 900 * S, START + 9 * S, START + 12 * S, true },
		{ START + 900 * S, START - 9 * S, START - 8 * S, false },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct docker_start s = started(START);
		struct container_news n =
			dead(rows[i].from, rows[i].to, rows[i].noticed);
		ck_assert_msg(docker_start_ended(&s, &n) == rows[i].with_docker,
			"row %zu", i);
		n.listed = false; /* an event told of it */
		ck_assert(!docker_start_ended(&s, &n));
	}
}
END_TEST

/* Docker was started before that, too, and nobody watched. */
START_TEST(what_ended_together_before_the_start_ended_with_another)
{
	struct docker_start s = started(START);
	struct container_news n =
		dead(START - 90 * S, START - 30 * S, START - 29 * S);
	n.together = true;
	ck_assert(docker_start_ended(&s, &n));
}
END_TEST

START_TEST(of_one_that_is_gone_it_is_known_how_it_ended_or_not)
{
	static const struct {
		usec noticed;
		bool together, known;
	} rows[] = {
		{ START - 30 * S, false, true },
		{ START - 30 * S, true, false },
		/* This Docker may have ended it as it began. */
		{ START + 3 * S, false, false },
		{ START + 90 * S, false, true },
	};
	struct docker_start s = started(START), unknown = started(0);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct container_news n =
			dead(0, rows[i].noticed, rows[i].noticed);
		n.gone = true;
		n.together = rows[i].together;
		ck_assert_int_eq(docker_start_knows(&s, &n), rows[i].known);
		ck_assert(!docker_start_knows(&unknown, &n));
	}
}
END_TEST

START_TEST(what_swarm_may_have_known_is_in_doubt)
{
	static const struct {
		usec to, noticed;
		bool replaced, doubt;
	} rows[] = {
		/* Swarm made another one behind the start, or this Docker ended
		 * it. */
		{ START - 3 * S, START + S, true, false },
		{ START + 12 * S, START + 14 * S, false, false },
		/* Swarm wrote its state down anew. */
		{ START - 3 * S, START + S, false, true },
		{ START - 3600 * S, START + S, false, true },
		{ START - 3 * S, 0, false, true },
		{ START - 60 * S, START - 40 * S, false, true },
		{ START - 60 * S, START - 40 * S, true, true },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct docker_start s = started(START);
		struct container_news n =
			dead(START - 7200 * S, rows[i].to, rows[i].noticed);
		n.replaced = rows[i].replaced;
		ck_assert(docker_start_ended(&s, &n));
		own(str) char *text = docker_start_text(&s);
		ck_assert_msg((strstr(text, "nobody can know") != NULL) ==
				rows[i].doubt,
			"row %zu: %s", i, text);
	}
}
END_TEST

START_TEST(where_a_container_is_older_docker_ended_none)
{
	struct docker_start s = started(START);
	const struct container_news old = { .running = true,
		.started = START - S };
	const struct container_news n =
		dead(START - 90 * S, START - 3 * S, START + S);
	docker_start_lives(&s, &old);
	ck_assert(!docker_start_ended(&s, &n));
}
END_TEST

START_TEST(without_a_pid_file_only_one_that_outlived_it_tells)
{
	struct docker_start s = started(0);
	struct container_news lives = { .running = true, .started = START };
	const struct container_news n = dead(START - 90 * S, START - S, START);
	docker_start_lives(&s, &lives);
	ck_assert(docker_start_ended(&s, &n));
	own(str) char *text = docker_start_text(&s);
	ck_assert_ptr_nonnull(strstr(text, "is not known"));
	ck_assert_ptr_nonnull(strstr(text, "1 of them died by itself"));
	lives.started = START - 2 * S;
	docker_start_lives(&s, &lives);
	ck_assert(!docker_start_ended(&s, &n));
}
END_TEST

START_TEST(each_start_is_told_once)
{
	own(str) char *folder = scratch_folder();
	own(str) char *socket = xprintf("%s/docker.sock", folder);
	own(str) char *path = xprintf("%s/docker.pid", folder);
	const struct timespec at[] = { { 1795350344, 0 }, { 1795350344, 0 } };
	struct container_news n =
		dead(START - 90 * S, START - 3 * S, START + S);
	struct docker_start s = { 0 };
	n.replaced = true;
	docker_start_find(&s, socket);
	ck_assert_uint_eq(s.at, 0);
	ck_assert_int_eq(close(open(path, O_CREAT | O_WRONLY, 0600)), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, at, 0), 0);
	for (int i = 0; i < 2; i++) {
		docker_start_find(&s, socket);
		ck_assert_uint_eq(s.at, START);
		ck_assert(docker_start_ended(&s, &n));
		ck_assert(docker_start_ended(&s, &n));
		own(str) char *text = docker_start_text(&s);
		ck_assert(!text == (i > 0));
		if (text)
			ck_assert_str_eq(text,
				"Docker was started at 2026-11-22T12:25:44Z, "
				"while nobody watched: that container shop.1.x "
				"and 1 other ended counts as the end of "
				"Docker, and is told as no death");
	}
}
END_TEST

CHECK_MAIN("docker-start", only_what_swarm_knew_before_the_start_died_by_itself,
	what_ended_together_before_the_start_ended_with_another,
	of_one_that_is_gone_it_is_known_how_it_ended_or_not,
	what_swarm_may_have_known_is_in_doubt,
	where_a_container_is_older_docker_ended_none,
	without_a_pid_file_only_one_that_outlived_it_tells,
	each_start_is_told_once)
