#include "config.h"
#include "head/watch/what-changed.h"

#include "support/check_main.h"

#define NOW ((usec)1795350344 * USEC_SECOND)
#define SECONDS(n) ((usec)(n)*USEC_SECOND)

static struct docker_container
container(const char *name, const char *image, usec started, usec finished)
{
	return (struct docker_container){ .id = (char *)name,
		.name = (char *)name,
		.image = (char *)image,
		.image_id = (char *)image, /* one name, one image */
		.running = !finished,
		.started = started,
		.finished = finished };
}

static void
expect(struct docker_container *list, size_t n, enum answer answer,
	const char *text)
{
	struct docker_container *all[8];
	for (size_t i = 0; i < n; i++)
		all[i] = &list[i];
	struct finding f;
	what_changed(all, n, NOW, &f);
	ck_assert_str_eq(f.name, FINDING_CHANGED);
	ck_assert_msg(f.answer == answer && strcmp(f.text, text) == 0, "%s: %s",
		answer_name(f.answer), f.text);
	finding_free(&f);
}

START_TEST(a_new_image_is_named_with_the_one_before)
{
	struct docker_container list[] = {
		container("old", "shop:6", NOW - USEC_DAY, NOW - SECONDS(15)),
		container(
			"older", "shop:5", NOW - 2 * USEC_DAY, NOW - USEC_DAY),
		container("new", "shop:7", NOW - SECONDS(12), 0),
	};
	list[2].deployed = NOW - SECONDS(180);
	expect(list, 3, ANSWER_YES,
		"container new was started 12s before the first fault, with "
		"image shop:7 (shop:7), in the place of image shop:6 (shop:6), "
		"whose container old ended 2026-11-22T12:25:29Z; its service "
		"was changed 3m before it");
}
END_TEST

START_TEST(a_restart_with_the_same_image_is_told_as_one)
{
	struct docker_container list[] = {
		container("new", "shop:7", NOW - SECONDS(90), 0),
		container("old", "shop:7", NOW - USEC_DAY, NOW - SECONDS(91)),
	};
	expect(list, 2, ANSWER_YES,
		"container new was started 1m 30s before the first fault, with "
		"image shop:7 (shop:7), the same image as the container before "
		"it");
}
END_TEST

START_TEST(what_is_older_than_a_day_is_no_change)
{
	struct docker_container list[] = {
		container("old", "shop:7", NOW - 2 * USEC_DAY, 0),
	};
	expect(list, 1, ANSWER_NO,
		"nothing: container old has run since 2026-11-20T12:25:44Z, "
		"with image shop:7 (shop:7)");
}
END_TEST

START_TEST(a_line_may_come_before_docker_notes_the_start)
{
	struct docker_container late[] = {
		container("new", "shop:7", NOW + SECONDS(1), 0),
	};
	expect(late, 1, ANSWER_YES,
		"container new was started less than a second before the first "
		"fault, with image shop:7 (shop:7)");
	struct docker_container made[] = {
		container("old", "shop:6", NOW - USEC_DAY, NOW - SECONDS(1)),
		container("new", "shop:7", 0, 0),
	};
	made[1].made = NOW - SECONDS(5);
	expect(made, 2, ANSWER_YES,
		"container new was made 5s before the first fault, with image "
		"shop:7 (shop:7), in the place of image shop:6 (shop:6), whose "
		"container old ended 2026-11-22T12:25:43Z");
}
END_TEST

START_TEST(without_a_container_of_then_nothing_is_claimed)
{
	static const char none[] = "no container of the app is known that ran "
				   "before the first fault";
	struct docker_container list[] = {
		container("later", "shop:7", NOW + SECONDS(60), 0),
		container("never", "shop:7", 0, 0),
	};
	expect(list, 0, ANSWER_UNKNOWN, none);
	expect(list, 2, ANSWER_UNKNOWN, none);
}
END_TEST

CHECK_MAIN("what-changed", a_new_image_is_named_with_the_one_before,
	a_restart_with_the_same_image_is_told_as_one,
	what_is_older_than_a_day_is_no_change,
	a_line_may_come_before_docker_notes_the_start,
	without_a_container_of_then_nothing_is_claimed)
