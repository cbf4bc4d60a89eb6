#include "config.h"
#include "config/caprover.h"
#include "config/load-settings.h"
#include "config/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/check_main.h"

static char *
config(const char *text)
{
	own(str) char *folder = scratch_folder();
	char *path = xprintf("%s/logmend.conf", folder);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	return path;
}

static struct settings *
accepted(const char *text)
{
	own(str) char *path = config(text);
	struct settings *c = NULL;
	struct why why = { "" };
	int r = load_settings(path, &c, &why);
	ck_assert_msg(r == 0, "%s", why.text);
	return c;
}

static void
refused(const char *text, int code, const char *reason)
{
	own(str) char *path = config(text);
	struct settings *c = NULL;
	struct why why = { "" };
	int r = load_settings(path, &c, &why);
	ck_assert_ptr_null(c);
	ck_assert_msg(r == code, "%d: %s", r, why.text);
	ck_assert_msg(span_starts(span_of(why.text), span_of(path)),
		"no file in: %s", why.text);
	ck_assert_msg(strstr(why.text, reason), "said '%s' without '%s'",
		why.text, reason);
}

START_TEST(the_defaults_do_nothing_dangerous)
{
	own(settings) struct settings *c = load_settings_default();
	ck_assert_str_eq(c->store, "/var/lib/logmend/logmend.db");
	ck_assert_str_eq(c->socket, "/run/logmend/control");
	ck_assert_str_eq(c->docker_root, "/var/lib/docker");
	ck_assert_uint_eq(strings_count(c->approvers), 1);
	ck_assert_str_eq(c->approvers[0], "root");
	ck_assert_uint_eq(c->n_apps, 0);
	const struct policy *p = &c->policies[0];
	ck_assert_int_eq(p->mode, MODE_REPORT);
	ck_assert_uint_eq(p->attempts.hour, 3);
	ck_assert_uint_eq(p->attempts.day, 10);
	ck_assert_uint_eq(p->cooldown, 10 * USEC_MINUTE);
	ck_assert_uint_eq(p->quiet, 5 * USEC_MINUTE);
	ck_assert_uint_eq(p->approval, 30 * USEC_MINUTE);
}
END_TEST

START_TEST(the_readmes_kind_of_configuration_is_read)
{
	own(settings) struct settings *c = accepted(
		"[app moverz-v4]\n"
		"database-url-file = /etc/logmend/moverz-v4.url\n"
		"migrations = /captain/apps/moverz-v4/prisma/migrations\n"
		"packs = prisma\npolicy = careful\nstart = tail\n"
		"remedy.missing-table = prisma\nnotify = ops\n"
		"[policy careful]\nmode = ask\nattempts = 1/h\n"
		"[remedy prisma]\nlock-timeout = 500ms\nrehearse = off\n"
		"[notify ops]\nkind = slack\nurl-file = /etc/logmend/url\n");
	const struct app *a = settings_app(c, "moverz-v4");
	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_null(settings_app(c, "moverz"));
	ck_assert_int_eq(a->policy->mode, MODE_ASK);
	ck_assert_uint_eq(a->policy->attempts.hour, 1);
	ck_assert_uint_eq(a->policy->attempts.day, 10);
	ck_assert_int_eq(a->start.kind, START_TAIL);
	const struct remedy *r = a->remedy[CLASS_MISSING_TABLE];
	ck_assert_ptr_nonnull(r);
	ck_assert_ptr_null(a->remedy[CLASS_MISSING_COLUMN]);
	ck_assert_uint_eq(r->lock_timeout, 500000);
	ck_assert_uint_eq(r->statement_timeout, 60 * USEC_SECOND);
	ck_assert_int_eq(r->rehearse, REHEARSE_OFF);
	ck_assert_uint_eq(a->n_notify, 1);
	ck_assert_str_eq(a->notify[0]->name, "ops");
	ck_assert(!a->notify[0]->private);
}
END_TEST

START_TEST(an_app_without_a_policy_only_reports)
{
	own(settings) struct settings *c = accepted("[app a]\n[app b]\n");
	ck_assert_uint_eq(c->n_apps, 2);
	ck_assert_int_eq(settings_app(c, "b")->policy->mode, MODE_REPORT);
	ck_assert_uint_eq(settings_app(c, "a")->start.since, USEC_DAY);
}
END_TEST

START_TEST(mistakes_name_line_and_key)
{
	refused("[agent]\n\ncolour = red\n", -EINVAL, ":3: colour: is no key");
	refused("[agent]\nstore = db\n", -EINVAL, ":2: store: expects an abs");
	refused("[apps x]\n", -EINVAL, ":1: [apps x]");
	refused("[agent x]\n", -EINVAL, ":1: [agent x]");
	refused("[app]\n", -EINVAL, ":1: [app]");
	refused("[app a b]\n", -EINVAL, ":1: [app a b]");
	refused("[policy p]\nmode = \n", -EINVAL, ":2: mode: expects");
	refused("[app a]\nremedy.bad-luck = x\n", -EINVAL,
		":2: remedy.bad-luck: there is no class 'bad-luck': those with "
		"a remedy are missing-table, missing-column");
	refused("[app a]\npolicy = p\n", -EINVAL,
		":2: [app a] policy: there is no section [policy p]: the file "
		"has no [policy NAME]");
	refused("[app a]\npolicy = Qx77881Zk\n[policy p]\n[policy q2]\n[policy "
		"Zk99112Qx]\n",
		-EINVAL,
		":2: [app a] policy: there is no section [policy ...]: the "
		"file has p, q2 and 1 other");
	refused("[app a]\nnotify = n\n", -EINVAL,
		":2: [app a] notify: there is no section [notify n]");
	refused("[app a]\nremedy.missing-table = r\n", -EINVAL,
		":2: [app a] remedy.missing-table: there is no section");
	refused("[notify n]\n", -EINVAL, ":1: [notify n]: `url-file`");
	refused("[agent]\nstore = /a\nstore = /b\n", -EEXIST, ":3: `store`");
}
END_TEST

START_TEST(the_unbuilt_is_refused_with_its_line)
{
	refused("[agent]\nstorm = 3\n", -EOPNOTSUPP,
		":2: storm: is not built yet");
	refused("[remedy r]\nkind = exec\n", -EOPNOTSUPP, "not built yet");
	refused("[agent]\nstore = postgresql://x/y\n", -EOPNOTSUPP,
		"not built yet");
}
END_TEST

START_TEST(a_remedy_must_be_able_to_work)
{
	static const char ask[] = "[policy p]\nmode = ask\n[remedy r]\n"
				  "[app a]\npolicy = p\n";
	own(str) char *class = xprintf("%sremedy.db-unreachable = r\n", ask);
	refused(class, -EINVAL, "can only be reported");
	own(str) char *database = xprintf("%sremedy.missing-table = r\n", ask);
	refused(database, -EINVAL, "needs `database-url-file`");
	own(str) char *inside = xprintf("%sremedy.missing-table = r\n"
					"database-url = container\n"
					"migrations = container\n",
		ask);
	own(str) char *off =
		xprintf("[agent]\ndocker-socket = off\n%s", inside);
	refused(off, -EINVAL,
		":9: [app a] database-url: needs `docker-socket` in [agent], "
		"which is off");
	own(str) char *both = xprintf("[agent]\ndocker-socket = /d\n[app a]\n"
				      "database-url-file = /u\n"
				      "database-url = container\n");
	refused(both, -EINVAL, ":5: [app a] database-url: `database-url-file`");
	own(str) char *fine =
		xprintf("[agent]\ndocker-socket = /d\n%s", inside);
	own(settings) struct settings *with = accepted(fine);
	ck_assert_str_eq(with->apps[0].docker_socket, "/d");
	ck_assert_str_eq(with->apps[0].database_url_env, "DATABASE_URL");
	ck_assert(app_migrations_are_inside(&with->apps[0]));
	own(settings) struct settings *c =
		accepted("[remedy r]\n[app a]\nremedy.db-unreachable = r\n");
	ck_assert_uint_eq(c->n_remedies, 1);
}
END_TEST

/* A sentence goes to terminals and logs, and a value may be a secret. */
START_TEST(hostile_values_are_not_shown)
{
	refused("[policy p]\nmode = \xe2\x80\xae"
		"act\n",
		-EINVAL, "mode: expects report, ask or act");
	refused("[app \xe2\x80\xaeshop]\n", -EINVAL, "[...]: a name");
	refused("[app shop]\nnotify = \xe2\x80\xaeops\n", -EINVAL,
		"[notify ...]");
}
END_TEST

START_TEST(a_service_is_the_apps_with_or_without_the_prefix)
{
	own(settings) struct settings *c =
		accepted("[app shop]\n[app other]\nservice = my-service\n");
	const struct app *shop = settings_app(c, "shop");
	ck_assert(caprover_is_service(shop, "srv-captain--shop"));
	ck_assert(caprover_is_service(shop, "shop"));
	ck_assert(!caprover_is_service(shop, "srv-captain--shop2"));
	ck_assert(!caprover_is_service(shop, "captain-shop"));
	const struct app *other = settings_app(c, "other");
	ck_assert(caprover_is_service(other, "my-service"));
	ck_assert(!caprover_is_service(other, "other"));
}
END_TEST

START_TEST(a_missing_file_is_named)
{
	struct settings *c = NULL;
	struct why why;
	ck_assert_int_eq(load_settings("/nowhere/l.conf", &c, &why), -ENOENT);
	ck_assert_ptr_nonnull(strstr(why.text, "/nowhere/l.conf"));
}
END_TEST

CHECK_MAIN("settings", the_defaults_do_nothing_dangerous,
	the_readmes_kind_of_configuration_is_read,
	an_app_without_a_policy_only_reports, mistakes_name_line_and_key,
	the_unbuilt_is_refused_with_its_line, a_remedy_must_be_able_to_work,
	hostile_values_are_not_shown,
	a_service_is_the_apps_with_or_without_the_prefix,
	a_missing_file_is_named)
