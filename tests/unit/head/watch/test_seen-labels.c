/* What Docker said of labels becomes what an app may do. */
#include "config.h"
#include "head/watch/seen-labels.h"

#include <fcntl.h>

#include "base/io/file.h"
#include "config/labels.h"
#include "config/load-settings.h"
#include "support/check_main.h"

static struct settings *
settings_with(const char *agent)
{
	own(str) char *text = xprintf("[agent]\n%s[app shop]\npolicy = p\n"
				      "[app blog]\npolicy = p\n"
				      "[policy p]\nmode = act\n",
		agent);
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/logmend.conf", folder);
	struct settings *s = NULL;
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	ck_assert_int_eq(load_settings(path, &s, NULL), 0);
	return s;
}

static struct settings *
settings_new(void)
{
	return settings_with("");
}

static void
put(struct seen_labels *seen, const char *service, enum labels_state state,
	const char *label)
{
	own(strings) char **list = NULL;
	if (label)
		strings_add(&list, label);
	seen_labels_put(seen,
		&(struct service_labels){ .service = (char *)service,
			.state = state,
			.labels = list });
}

START_TEST(labels_are_awaited_until_each_service_was_told)
{
	own(settings) struct settings *s = settings_new();
	own(seen_labels) struct seen_labels *seen = seen_labels_new();
	struct app *a = &s->apps[0];
	ck_assert(!seen_labels_apply(seen, s, a, true));
	ck_assert(a->labels_awaited);
	put(seen, "shop", LABELS_TOLD, NULL);
	ck_assert(!seen_labels_apply(seen, s, a, true));
	ck_assert(a->labels_awaited);
	put(seen, "srv-captain--shop", LABELS_NO_SERVICE, NULL);
	ck_assert(!seen_labels_apply(seen, s, a, true));
	ck_assert(!a->labels_awaited);
	/* Nobody asks Docker: nothing is awaited. */
	ck_assert(!seen_labels_apply(seen, s, &s->apps[1], false));
	ck_assert(!s->apps[1].labels_awaited);
}
END_TEST

START_TEST(an_app_is_scaled_to_none_if_each_service_is_that_docker_has)
{
	own(settings) struct settings *s = settings_new();
	own(seen_labels) struct seen_labels *seen = seen_labels_new();
	struct app *a = &s->apps[0];
	struct service_labels l = { .service = (char *)"srv-captain--shop",
		.none_wanted = true };
	put(seen, "shop", LABELS_NO_SERVICE, NULL);
	(void)seen_labels_apply(seen, s, a, true);
	ck_assert(!a->scaled_to_none);
	seen_labels_put(seen, &l);
	(void)seen_labels_apply(seen, s, a, true);
	ck_assert(a->scaled_to_none);
	/* The other one has containers. */
	put(seen, "shop", LABELS_TOLD, NULL);
	(void)seen_labels_apply(seen, s, a, true);
	ck_assert(!a->scaled_to_none);
	put(seen, "shop", LABELS_NO_SERVICE, NULL);
	l.none_wanted = false;
	seen_labels_put(seen, &l);
	(void)seen_labels_apply(seen, s, a, true);
	ck_assert(!a->scaled_to_none);
}
END_TEST

START_TEST(a_label_comes_and_goes)
{
	own(settings) struct settings *s = settings_new();
	own(seen_labels) struct seen_labels *seen = seen_labels_new();
	struct app *a = &s->apps[0];
	put(seen, "srv-captain--shop", LABELS_NO_SERVICE, NULL);
	put(seen, "shop", LABELS_TOLD, "logmend.mode=report");
	ck_assert(seen_labels_apply(seen, s, a, true));
	ck_assert_int_eq(a->policy->mode, MODE_REPORT);
	ck_assert_int_eq(s->apps[1].policy->mode, MODE_ACT);
	ck_assert(!seen_labels_apply(seen, s, a, true));
	/* What is no word about labels raises nothing. */
	put(seen, "shop", LABELS_NO_MANAGER, NULL);
	ck_assert(!seen_labels_apply(seen, s, a, true));
	ck_assert(!seen_labels_apply(seen, s, a, false));
	ck_assert_int_eq(a->policy->mode, MODE_REPORT);
	put(seen, "shop", LABELS_TOLD, NULL);
	ck_assert(seen_labels_apply(seen, s, a, true));
	ck_assert_int_eq(a->policy->mode, MODE_ACT);
	put(seen, "shop", LABELS_TOLD, "logmend.mode=ask");
	ck_assert(seen_labels_apply(seen, s, a, true));
	put(seen, "shop", LABELS_NO_SERVICE, NULL);
	ck_assert(seen_labels_apply(seen, s, a, true));
	ck_assert_int_eq(a->policy->mode, MODE_ACT);
}
END_TEST

START_TEST(other_settings_have_what_was_known)
{
	own(seen_labels) struct seen_labels *seen = seen_labels_new();
	put(seen, "shop", LABELS_TOLD, "logmend.mode=report");
	put(seen, "srv-captain--shop", LABELS_TOLD, "logmend.nonsense=1");
	for (int i = 0; i < 2; i++) {
		own(settings) struct settings *s = settings_new();
		ck_assert(seen_labels_apply(seen, s, &s->apps[0], true));
		ck_assert_int_eq(s->apps[0].policy->mode, MODE_REPORT);
		ck_assert_uint_eq(s->apps[0].labels->n_troubles, 1);
	}
}
END_TEST

START_TEST(too_many_labels_only_report)
{
	own(settings) struct settings *s = settings_new();
	own(seen_labels) struct seen_labels *seen = seen_labels_new();
	seen_labels_put(seen,
		&(struct service_labels){
			.service = (char *)"shop", .cut = true });
	ck_assert(seen_labels_apply(seen, s, &s->apps[0], true));
	own(str) char *mode = labels_mode_text(&s->apps[0]);
	ck_assert_str_eq(mode,
		"report (lowered by too many labels of service shop; the file "
		"allows act)");
	ck_assert_uint_eq(s->apps[0].labels->n_troubles, 1);
}
END_TEST

/* A reload may turn Docker off, and on again. */
START_TEST(with_docker_off_the_file_alone_holds)
{
	own(settings) struct settings *on = settings_new();
	own(settings) struct settings *off =
		settings_with("docker-socket = off\n");
	own(seen_labels) struct seen_labels *seen = seen_labels_new();
	const struct service_labels none = { .service = (char *)"shop",
		.none_wanted = true };
	put(seen, "srv-captain--shop", LABELS_TOLD, "logmend.mode=report");
	seen_labels_put(seen, &none);
	for (int i = 0; i < 2; i++) {
		struct app *a = &off->apps[i];
		a->scaled_to_none = true;
		ck_assert(!seen_labels_apply(seen, off, a, i == 1));
		ck_assert_int_eq(a->policy->mode, MODE_ACT);
		ck_assert_ptr_null(a->labels);
		ck_assert(!a->scaled_to_none);
		ck_assert(!a->labels_awaited);
	}
	ck_assert(seen_labels_apply(seen, on, &on->apps[0], true));
	seen_labels_forget(seen);
	ck_assert(seen_labels_apply(seen, on, &on->apps[0], true));
	ck_assert(on->apps[0].labels_awaited);
	ck_assert_int_eq(on->apps[0].policy->mode, MODE_ACT);
}
END_TEST

CHECK_MAIN("seen-labels", labels_are_awaited_until_each_service_was_told,
	an_app_is_scaled_to_none_if_each_service_is_that_docker_has,
	a_label_comes_and_goes, other_settings_have_what_was_known,
	too_many_labels_only_report, with_docker_off_the_file_alone_holds)
