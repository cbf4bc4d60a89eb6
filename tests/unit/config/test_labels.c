#include "config.h"
#include "config/labels.h"

#include <fcntl.h>
#include <string.h>

#include "base/io/file.h"
#include "config/load-settings.h"
#include "support/check_main.h"

static struct settings *
settings_with(const char *agent, const char *app, const char *policy)
{
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/logmend.conf", folder);
	own(str) char *text = xprintf(
		"[agent]\n%s[app shop]\npolicy = p\nnotify = ops, dev\n%s"
		"[policy p]\n%s[notify ops]\nurl-file = /o\n"
		"[notify dev]\nurl-file = /v\n[notify boss]\nurl-file = /b\n",
		agent, app, policy);
	struct settings *s = NULL;
	struct why why = { "" };
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	ck_assert_msg(load_settings(path, &s, &why) == 0, "%s", why.text);
	return s;
}

static struct settings *
settings_of(const char *app, const char *policy)
{
	own(str) char *both = xprintf("database-url-file = /u\n%s", app);
	return settings_with("docker-socket = /d\n", both, policy);
}

/* Applies one label of the service `shop`. */
static struct app *
apply(struct settings *s, const char *label)
{
	own(strings) char **list = NULL;
	strings_add(&list, label);
	labels_apply(&s->apps[0], "shop", list);
	return &s->apps[0];
}

/* The label changes nothing, with this in its sentence. */
static void
refused(struct settings *s, const char *label, const char *why)
{
	struct app *a = apply(s, label);
	ck_assert_ptr_nonnull(a->labels);
	ck_assert_msg(a->labels->n_troubles == 1, "%s: taken", label);
	const char *text = a->labels->troubles[0].text;
	ck_assert_msg(strstr(text, why), "%s: %s", label, text);
	ck_assert_ptr_nonnull(strstr(text, "service shop changes nothing"));
	ck_assert_ptr_null(a->labels->lowered);
	ck_assert_ptr_null(a->labels->mode_by);
	ck_assert_int_eq(a->policy->mode, a->labels->file_policy->mode);
	ck_assert_uint_eq(a->n_notify, 2);
	labels_clear(a);
}

START_TEST(a_label_lowers_the_mode)
{
	own(settings) struct settings *s = settings_of("", "mode = act\n");
	const struct policy *file = s->apps[0].policy;
	struct app *a = apply(s, "logmend.mode=ask");
	ck_assert_int_eq(a->policy->mode, MODE_ASK);
	own(str) char *text = labels_mode_text(a);
	ck_assert_str_eq(text,
		"ask (lowered by the label logmend.mode of service shop; the "
		"file allows act)");
	/* Another service of the app lowers it further, and raises nothing. */
	own(strings) char **more = NULL;
	strings_add(&more, "logmend.mode=report");
	labels_apply(a, "srv-captain--shop", more);
	(void)apply(s, "logmend.mode=act");
	ck_assert_int_eq(a->policy->mode, MODE_REPORT);
	own(str) char *further = labels_mode_text(a);
	ck_assert_ptr_nonnull(strstr(further, "service srv-captain--shop"));
	ck_assert_uint_eq(a->labels->n_troubles, 0);
	labels_clear(a);
	ck_assert_ptr_eq(a->policy, file);
	own(str) char *cleared = labels_mode_text(a);
	ck_assert_str_eq(cleared, "act");
}
END_TEST

START_TEST(what_would_raise_changes_nothing)
{
	own(settings) struct settings *s = settings_of("silence = 1h\n",
		"mode = ask\nattempts = 2/h, 4/d\ncooldown = 1h\n"
		"quiet = 10m\napproval = 30m\n");
	static const char *const rows[][2] = {
		{ "logmend.mode=act", "the file says ask" },
		{ "logmend.attempts=3/h", "the file says 2/h, 4/d" },
		{ "logmend.attempts=1/h, 5/d", "allow more attempts" },
		{ "logmend.cooldown=59m", "it is shorter" },
		{ "logmend.quiet=1m", "the file says 10m" },
		{ "logmend.approval=31m", "it is longer" },
		{ "logmend.silence=2h", "it is longer" },
		{ "logmend.silence=0s", "longer than 0" },
		{ "logmend.notify=boss", "`notify` of [app shop]" },
		{ "logmend.notify=ops, boss", "`notify` of [app shop]" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		refused(s, rows[i][0], rows[i][1]);
}
END_TEST

START_TEST(what_is_no_label_or_no_value_changes_nothing)
{
	own(settings) struct settings *s = settings_of("", "mode = ask\n");
	static const char *const rows[][2] = {
		{ "logmend.mdoe=report", "is logmend.mode meant" },
		{ "logmend.database-url-file=/x", "knows no such label" },
		{ "logmend.database-url=container", "is set in the file" },
		{ "logmend.remedy.missing-table=x", "knows no such label" },
		{ "logmend.policy=p", "knows no such label" },
		{ "logmend.schema-file=/etc/shadow", "knows no such label" },
		{ "logmend.proposals=/etc", "knows no such label" },
		{ "logmend.mode=", "expects off, report, ask or act" },
		{ "logmend.mode=Report", "expects off, report" },
		{ "logmend.mode", "too long" },
		{ "logmend.attempts=some", "expects attempts" },
		{ "logmend.cooldown=x", "expects a duration" },
		{ "logmend.notify=", "names no receiver" },
		{ "logmend.notify=,", "names no receiver" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		refused(s, rows[i][0], rows[i][1]);
	/* A key that may be anything is not shown, and no command has it. */
	struct app *a = apply(s, "logmend.$(reboot)=report");
	ck_assert_ptr_null(strstr(a->labels->troubles[0].text, "reboot"));
	ck_assert_str_eq(a->labels->troubles[0].command,
		"sudo docker service inspect shop");
	/* Others' labels are nobody's business. */
	labels_clear(a);
	(void)apply(s, "traefik.enable=true");
	ck_assert_ptr_null(a->labels);
	(void)apply(s, "logmend.=x");
	ck_assert_ptr_null(a->labels);
}
END_TEST

START_TEST(limits_become_smaller)
{
	own(settings) struct settings *s = settings_of(
		"", "mode = ask\nattempts = 2/h, 4/d\ncooldown = 1h\n");
	struct app *a = apply(s, "logmend.attempts=1/h");
	(void)apply(s, "logmend.cooldown=2h");
	(void)apply(s, "logmend.quiet=1h");
	(void)apply(s, "logmend.approval=1m");
	(void)apply(s, "logmend.silence=3h");
	ck_assert_uint_eq(a->policy->attempts.hour, 1);
	ck_assert_uint_eq(a->policy->attempts.day, 4);
	ck_assert_uint_eq(a->policy->cooldown, 2 * USEC_HOUR);
	ck_assert_uint_eq(a->policy->quiet, USEC_HOUR);
	ck_assert_uint_eq(a->policy->approval, USEC_MINUTE);
	ck_assert_uint_eq(a->silence, 3 * USEC_HOUR);
	ck_assert_uint_eq(strings_count(a->labels->lowered), 5);
	ck_assert_str_eq(a->labels->lowered[0],
		"attempts 1/h, 4/d instead of 2/h, 4/d, by the label "
		"logmend.attempts of service shop");
	ck_assert_uint_eq(a->labels->n_troubles, 0);
	/* What is the same as in the file lowers nothing. */
	labels_clear(a);
	ck_assert_uint_eq(a->silence, 0);
	(void)apply(s, "logmend.cooldown=1h");
	ck_assert_ptr_null(a->labels->lowered);
}
END_TEST

START_TEST(receivers_become_fewer)
{
	own(settings) struct settings *s = settings_of("", "mode = ask\n");
	struct app *a = apply(s, "logmend.notify=dev");
	ck_assert_uint_eq(a->n_notify, 1);
	ck_assert_str_eq(a->notify[0]->name, "dev");
	(void)apply(s, "logmend.mode=off");
	ck_assert_uint_eq(a->n_notify, 0);
	ck_assert_int_eq(a->policy->mode, MODE_REPORT);
	own(str) char *text = labels_mode_text(a);
	ck_assert_ptr_nonnull(strstr(text, "report, and nobody is told"));
	labels_clear(a);
	ck_assert_uint_eq(a->n_notify, 2);
	/* Also where the mode is report anyway. */
	own(settings) struct settings *report = settings_of("", "");
	a = apply(report, "logmend.mode=off");
	ck_assert_uint_eq(a->n_notify, 0);
	ck_assert_ptr_nonnull(a->labels->mode_by);
}
END_TEST

/* Labels of both services, and who is told then. */
START_TEST(only_off_leaves_nobody_who_is_told)
{
	static const struct {
		const char *first, *second;
		const char *told; /* the one receiver; NULL: none */
		const char *trouble;
	} rows[] = {
		{ "logmend.notify=ops", "logmend.notify=dev", "ops",
			"service srv-captain--shop changes nothing: another "
			"service's label logmend.notify leaves none" },
		{ "logmend.notify=dev", "logmend.notify=ops,ops", "dev",
			"only logmend.mode=off leaves nobody" },
		{ "logmend.notify=ops", "logmend.notify=ops, dev", "ops",
			NULL },
		{ "logmend.notify=ops, dev", "logmend.notify=dev", "dev",
			NULL },
		{ "logmend.mode=off", "logmend.notify=dev", NULL, NULL },
		{ "logmend.notify=dev", "logmend.mode=off", NULL, NULL },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(settings) struct settings *s = settings_of("", "");
		own(strings) char **more = NULL;
		struct app *a = apply(s, rows[i].first);
		strings_add(&more, rows[i].second);
		labels_apply(a, "srv-captain--shop", more);
		ck_assert_uint_eq(a->n_notify, rows[i].told ? 1 : 0);
		if (rows[i].told)
			ck_assert_str_eq(a->notify[0]->name, rows[i].told);
		ck_assert_uint_eq(
			a->labels->n_troubles, rows[i].trouble ? 1 : 0);
		if (rows[i].trouble)
			ck_assert_ptr_nonnull(strstr(
				a->labels->troubles[0].text, rows[i].trouble));
	}
}
END_TEST

START_TEST(migrations_come_out_of_the_image_alone)
{
	static const char *const files[] = { "", "migrations = container\n" };
	for (size_t i = 0; i < ELEMENTS(files); i++) {
		own(settings) struct settings *s =
			settings_of(files[i], "mode = report\n");
		struct app *a = apply(s, "logmend.migrations=container:/a/b");
		ck_assert_str_eq(a->migrations, "container:/a/b");
		ck_assert_str_eq(a->docker_socket, "/d");
		ck_assert_str_eq(labels_migrations(a), "container:/a/b");
		labels_clear(a);
		ck_assert_ptr_null(labels_migrations(a));
		refused(s, "logmend.migrations=/etc", "folders of the host");
		refused(s, "logmend.migrations=container:/a/../b",
			"without ..");
		refused(s, "logmend.migrations=container:a", "expects");
	}
	own(settings) struct settings *other =
		settings_of("migrations = container:/x\n", "mode = report\n");
	refused(other, "logmend.migrations=container:/a",
		"the file names a folder");
	own(settings) struct settings *host =
		settings_of("migrations = /m\n", "mode = report\n");
	refused(host, "logmend.migrations=container",
		"the file names a folder");
}
END_TEST

/* Names in a URL file are the host's unless the file says otherwise: a label
 * that had them asked of Docker could send the password to any container. */
START_TEST(a_label_lets_nobody_ask_docker_for_the_app)
{
	static const struct {
		const char *agent, *app;
		const char *refused; /* with this; NULL: the label is taken */
	} rows[] = {
		{ "", "database-url-file = /u\n",
			"set `docker-socket` in [agent], or `migrations = "
			"container` in [app shop]" },
		{ "", "", "let logmend ask Docker for [app shop]" },
		{ "docker-socket = off\n", "database-url-file = /u\n",
			"set `docker-socket`" },
		{ "", "database-url-file = /u\nmigrations = container\n",
			NULL },
		{ "", "database-url = container\n", NULL },
		{ "docker-socket = /d\n", "database-url-file = /u\n", NULL },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(settings) struct settings *s = settings_with(
			rows[i].agent, rows[i].app, "mode = report\n");
		struct app *a = &s->apps[0];
		const char *socket = a->docker_socket;
		const char *label = "logmend.migrations=container:/a";
		if (rows[i].refused)
			refused(s, label, rows[i].refused);
		(void)apply(s, label);
		ck_assert_ptr_eq(a->docker_socket, socket);
		ck_assert(!rows[i].refused == !!labels_migrations(a));
	}
}
END_TEST

CHECK_MAIN("labels", a_label_lowers_the_mode, what_would_raise_changes_nothing,
	what_is_no_label_or_no_value_changes_nothing, limits_become_smaller,
	receivers_become_fewer, only_off_leaves_nobody_who_is_told,
	migrations_come_out_of_the_image_alone,
	a_label_lets_nobody_ask_docker_for_the_app)
