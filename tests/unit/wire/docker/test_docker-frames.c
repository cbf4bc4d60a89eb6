#include "config.h"
#include "wire/docker/docker-frames.h"

#include <errno.h>

#include "support/check_main.h"

static const struct container_news whole = { .id = (char *)"c1",
	.name = (char *)"shop.1.x",
	.service = (char *)"shop",
	.image = (char *)"shop:7",
	.asked = true,
	.unsure = true,
	.exit_code = 137,
	.health = HEALTH_BAD,
	.created = 1,
	.started = 2,
	.finished = 3,
	.noticed = 5,
	.replaced = true,
	.together = true,
	.gone = true,
	.deployed = 4 };

START_TEST(news_arrive_as_they_were_sent)
{
	own(frame) struct frame f = FRAME(0);
	own(container_news) struct container_news got = { 0 };
	docker_frames_news(&f, &whole);
	ck_assert_int_eq(docker_frames_get_news(&f, &got, NULL), 0);
	ck_assert_str_eq(got.id, "c1");
	ck_assert_str_eq(got.name, "shop.1.x");
	ck_assert_str_eq(got.service, "shop");
	ck_assert_str_eq(got.image, "shop:7");
	ck_assert_ptr_null(got.image_id);
	ck_assert(
		got.asked && got.unsure && !got.running && !got.out_of_memory);
	ck_assert_int_eq(got.exit_code, 137);
	ck_assert_int_eq(got.health, HEALTH_BAD);
	ck_assert_uint_eq(got.finished, 3);
	ck_assert_uint_eq(got.deployed, 4);
	ck_assert_uint_eq(got.noticed, 5);
	ck_assert(got.replaced && got.together && got.gone);
}
END_TEST

START_TEST(each_cut_of_a_frame_is_broken)
{
	own(frame) struct frame f = FRAME(0);
	docker_frames_news(&f, &whole);
	for (size_t len = 0; len < f.data.len; len++) {
		own(frame) struct frame cut = FRAME(DOCKER_NEWS);
		struct container_news got;
		buf_add(&cut.data, f.data.data, len);
		ck_assert_int_eq(
			docker_frames_get_news(&cut, &got, NULL), -EBADMSG);
		ck_assert_ptr_null(got.id);
	}
}
END_TEST

START_TEST(what_may_not_be_shown_is_escaped_on_arrival)
{
	own(frame) struct frame f = FRAME(0), g = FRAME(0);
	own(str) char *text = NULL;
	bool speaks = true;
	docker_frames_link(&f, false, "a\033[2Jb\nc");
	ck_assert_int_eq(docker_frames_get_link(&f, &speaks, &text, NULL), 0);
	ck_assert(!speaks);
	ck_assert_str_eq(text, "a\\x1b[2Jb\\x0ac");
	own(str) char *id = NULL;
	docker_frames_gone(&g, "c\a1");
	ck_assert_int_eq(docker_frames_get_gone(&g, &id, NULL), 0);
	ck_assert_str_eq(id, "c\\x071");
}
END_TEST

START_TEST(a_long_text_is_cut_and_a_missing_one_breaks)
{
	own(frame) struct frame f = FRAME(0), g = FRAME(0);
	own(container_news) struct container_news got = { 0 };
	own(buf) struct buf name = { 0 };
	for (int i = 0; i < 1000; i++)
		buf_add_char(&name, 'x');
	struct container_news n = whole;
	n.name = name.data;
	docker_frames_news(&f, &n);
	ck_assert_int_eq(docker_frames_get_news(&f, &got, NULL), 0);
	ck_assert_uint_eq(strlen(got.name), NEWS_TEXT);
	n.service = NULL;
	docker_frames_news(&g, &n);
	struct container_news none;
	ck_assert_int_eq(docker_frames_get_news(&g, &none, NULL), -EBADMSG);
}
END_TEST

START_TEST(labels_arrive_as_they_were_sent)
{
	own(strings) char **list = NULL;
	strings_add(&list, "logmend.mode=report");
	strings_add(&list, "logmend.a\033=b");
	const struct service_labels sent = { .service = (char *)"shop",
		.state = LABELS_TOLD,
		.labels = list,
		.cut = true,
		.none_wanted = true };
	own(frame) struct frame f = FRAME(0), name = FRAME(0);
	own(service_labels) struct service_labels l = { 0 };
	docker_frames_labels(&f, &sent);
	for (size_t len = 0; len < f.data.len; len++) {
		own(frame) struct frame cut = FRAME(DOCKER_LABELS);
		struct service_labels none;
		buf_add(&cut.data, f.data.data, len);
		ck_assert_int_eq(
			docker_frames_get_labels(&cut, &none, NULL), -EBADMSG);
	}
	ck_assert_int_eq(docker_frames_get_labels(&f, &l, NULL), 0);
	ck_assert_str_eq(l.service, "shop");
	ck_assert(l.cut && l.none_wanted && l.state == LABELS_TOLD);
	ck_assert_uint_eq(strings_count(l.labels), 2);
	ck_assert_str_eq(l.labels[0], "logmend.mode=report");
	ck_assert_str_eq(l.labels[1], "logmend.a\\x1b=b");
	own(str) char *service = NULL;
	docker_frames_service(&name, "srv-captain--shop");
	ck_assert_int_eq(docker_frames_get_service(&name, &service, NULL), 0);
	ck_assert_str_eq(service, "srv-captain--shop");
}
END_TEST

CHECK_MAIN("docker-frames", labels_arrive_as_they_were_sent,
	news_arrive_as_they_were_sent, each_cut_of_a_frame_is_broken,
	what_may_not_be_shown_is_escaped_on_arrival,
	a_long_text_is_cut_and_a_missing_one_breaks)
