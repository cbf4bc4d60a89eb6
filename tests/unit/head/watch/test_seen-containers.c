#include "config.h"
#include "head/watch/seen-containers.h"

#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"

static const struct app shop = { .name = (char *)"shop" };
static const struct app blog = { .name = (char *)"blog" };
static struct seen_containers seen;

static struct seen_container *
put(const struct app *app, const char *id, bool running,
	enum container_health health)
{
	const struct container_news n = { .id = (char *)id,
		.name = (char *)id,
		.service = app->name,
		.running = running,
		.health = health,
		.started = 7 };
	return seen_containers_put(&seen, app, &n);
}

/* The ids of an app's containers, newest news first. Owned. */
static char *
ids(const struct app *app)
{
	size_t n = 0;
	struct docker_container **list = seen_containers_list(&seen, app, &n);
	struct buf text = { 0 };
	for (size_t i = 0; i < n; i++)
		buf_printf(&text, "%s%s ", list[i]->id,
			list[i]->running ? "" : "-");
	free(list);
	buf_str(&text);
	return buf_take_str(&text);
}

START_TEST(news_replace_what_was_known)
{
	(void)put(&shop, "a", true, HEALTH_STARTING);
	(void)put(&blog, "b", true, HEALTH_NONE);
	const struct container_news less = { .id = (char *)"a",
		.name = (char *)"shop.1.a",
		.service = (char *)"shop",
		.finished = 9,
		.health = HEALTH_BAD };
	const struct seen_container *x =
		seen_containers_put(&seen, &shop, &less);
	/* An event that tells less leaves what was told. */
	ck_assert_uint_eq(x->c.started, 7);
	ck_assert_uint_eq(x->c.finished, 9);
	ck_assert_str_eq(x->c.name, "shop.1.a");
	ck_assert(!x->c.running);
	ck_assert_int_eq(x->health, HEALTH_NONE);
	ck_assert_ptr_eq(seen_containers_find(&seen, "a"), x);
	ck_assert_ptr_null(seen_containers_find(&seen, "c"));
	own(str) char *of_shop = ids(&shop), *of_blog = ids(&blog);
	ck_assert_str_eq(of_shop, "a- ");
	ck_assert_str_eq(of_blog, "b ");
	seen_containers_free(&seen);
}
END_TEST

START_TEST(those_that_live_are_counted)
{
	(void)put(&shop, "good", true, HEALTH_GOOD);
	(void)put(&shop, "bad", true, HEALTH_BAD);
	(void)put(&shop, "unchecked", true, HEALTH_NONE);
	(void)put(&shop, "starting", true, HEALTH_STARTING);
	(void)put(&shop, "dead", false, HEALTH_GOOD);
	(void)put(&blog, "other", true, HEALTH_GOOD);
	const struct deaths_alive alive = seen_containers_alive(&seen, &shop);
	ck_assert_uint_eq(alive.running, 4);
	ck_assert_uint_eq(alive.unhealthy, 1);
	ck_assert_uint_eq(alive.well, 2);
	seen_containers_free(&seen);
}
END_TEST

START_TEST(a_few_that_are_gone_are_kept_of_each_app)
{
	char id[3] = "a0";
	(void)put(&blog, "b", true, HEALTH_NONE);
	for (int i = 0; i < 7; i++) {
		id[1] = (char)('0' + i);
		(void)put(&shop, id, true, HEALTH_NONE);
		seen_containers_gone(&seen, id);
	}
	seen_containers_gone(&seen, "nobody");
	own(str) char *of_shop = ids(&shop), *of_blog = ids(&blog);
	ck_assert_str_eq(of_shop, "a6- a5- a4- a3- ");
	ck_assert_str_eq(of_blog, "b ");
	/* One that comes back is there. */
	(void)put(&shop, "a3", true, HEALTH_NONE);
	ck_assert(!seen_containers_find(&seen, "a3")->gone);
	seen_containers_free(&seen);
}
END_TEST

START_TEST(what_is_not_told_after_a_loss_is_gone)
{
	(void)put(&shop, "a", true, HEALTH_NONE);
	(void)put(&shop, "b", true, HEALTH_NONE);
	seen_containers_untell(&seen);
	(void)put(&shop, "b", true, HEALTH_NONE);
	seen_containers_listed(&seen);
	own(str) char *left = ids(&shop);
	ck_assert_str_eq(left, "b a- ");
	ck_assert_uint_eq(seen_containers_alive(&seen, &shop).running, 1);
	seen_containers_free(&seen);
}
END_TEST

CHECK_MAIN("seen-containers", news_replace_what_was_known,
	those_that_live_are_counted, a_few_that_are_gone_are_kept_of_each_app,
	what_is_not_told_after_a_loss_is_gone)
