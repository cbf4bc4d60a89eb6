#include "config.h"
#include "config/options.h"
#include "config/values.h"

#include <errno.h>
#include <string.h>

#include "support/check_main.h"

static int
read_key(enum section_kind s, const char *key, const char *value, void *to,
	struct why *why)
{
	const struct option *o = option_find(s, key);
	ck_assert_msg(o && o->read, "%s", key);
	return o->read(value, (char *)to + o->field, why);
}

START_TEST(every_section_has_a_name)
{
	for (int s = 0; s < SECTIONS; s++)
		ck_assert_int_eq(section_by_name(span_of(
					 section_name((enum section_kind)s))),
			s);
	ck_assert_int_eq(section_by_name(SPAN("apps")), -1);
}
END_TEST

START_TEST(every_key_of_the_design_is_known)
{
	static const struct {
		enum section_kind section;
		const char *keys;
	} rows[] = {
		{ SECTION_AGENT,
			"store, socket, docker-root, docker-socket, rules, "
			"freeze-file, approvers, keep, storm" },
		{ SECTION_APP,
			"source, service, start, stream, database-url, "
			"database-url-file, "
			"database-url-env, migrate-url-file, network, "
			"migrations, schema-file, proposals, packs, rules.off, "
			"policy, notify, silence" },
		{ SECTION_POLICY,
			"mode, attempts, cooldown, quiet, window, approval, "
			"breaker, dry-run" },
		{ SECTION_REMEDY,
			"kind, command, workdir, user, url-env, rehearsable, "
			"rehearse, pg-dump, history-table, probe, file, "
			"lock-timeout, statement-timeout, deadline, before, "
			"after" },
		{ SECTION_NOTIFY, "kind, url-file, events, private" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(strings) char **keys = values_split(rows[i].keys);
		for (size_t k = 0; keys[k]; k++)
			ck_assert_msg(option_find(rows[i].section, keys[k]),
				"%s", keys[k]);
	}
	ck_assert_ptr_null(option_find(SECTION_AGENT, "mode"));
}
END_TEST

START_TEST(what_is_not_built_is_refused_as_such)
{
	struct remedy remedy = { 0 };
	struct notify notify = { 0 };
	struct app app = { 0 };
	struct why why;
	ck_assert_int_eq(
		read_key(SECTION_REMEDY, "kind", "exec", &remedy, &why),
		-EOPNOTSUPP);
	ck_assert_ptr_nonnull(strstr(why.text, "not built yet"));
	ck_assert_int_eq(
		read_key(SECTION_NOTIFY, "kind", "discord", &notify, &why),
		-EOPNOTSUPP);
	ck_assert_int_eq(read_key(SECTION_APP, "source", "file:/x", &app, &why),
		-EOPNOTSUPP);
	ck_assert_ptr_null(option_find(SECTION_POLICY, "window")->read);
	ck_assert_ptr_null(option_find(SECTION_AGENT, "storm")->read);
}
END_TEST

START_TEST(what_lies_in_a_container_is_named_so)
{
	static const char *const fine[] = { "container", "container:/x",
		"container:/usr/src/app/prisma/migrations", "/srv/migrations" };
	static const char *const wrong[] = { "container:", "container:/",
		"container:x", "container:/a/../b", "container:/a//b",
		"container:/a/", "container:/./a", "containers", "" };
	struct app app = { 0 };
	struct why why;
	for (size_t i = 0; i < ELEMENTS(fine); i++)
		ck_assert_msg(read_key(SECTION_APP, "migrations", fine[i], &app,
				      &why) == 0,
			"%s", fine[i]);
	for (size_t i = 0; i < ELEMENTS(wrong); i++)
		ck_assert_msg(read_key(SECTION_APP, "migrations", wrong[i],
				      &app, &why) == -EINVAL,
			"%s", wrong[i]);
	ck_assert_int_eq(
		read_key(SECTION_APP, "database-url", "container", &app, &why),
		0);
	ck_assert(app.database_in_container && app_has_database(&app));
	ck_assert_int_eq(read_key(SECTION_APP, "database-url",
				 "postgresql://u:seCret99x@h/d", &app, &why),
		-EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, "`database-url-file`"));
	ck_assert_ptr_null(strstr(why.text, "seCret99x"));
	ck_assert_int_eq(read_key(SECTION_APP, "database-url-env",
				 "postgresql://u:seCret99x@h/d", &app, &why),
		-EINVAL);
	free(app.migrations);
}
END_TEST

START_TEST(values_of_the_wrong_kind_are_refused)
{
	struct policy policy = { 0 };
	struct remedy remedy = { 0 };
	struct app app = { 0 };
	struct notify notify = { 0 };
	struct why why;
	static const char *const rates[] = { "", "3", "3/m", "-1/h", "3/h;",
		"x/h", "9999999/h" };
	for (size_t i = 0; i < ELEMENTS(rates); i++)
		ck_assert_msg(read_key(SECTION_POLICY, "attempts", rates[i],
				      &policy, &why) == -EINVAL,
			"'%s'", rates[i]);
	ck_assert_int_eq(
		read_key(SECTION_POLICY, "mode", "auto", &policy, &why),
		-EINVAL);
	ck_assert_int_eq(
		read_key(SECTION_POLICY, "cooldown", "10", &policy, &why),
		-EINVAL);
	ck_assert_int_eq(
		read_key(SECTION_POLICY, "approval", "0s", &policy, &why),
		-EINVAL);
	ck_assert_int_eq(
		read_key(SECTION_REMEDY, "deadline", "2d", &remedy, &why),
		-EINVAL);
	ck_assert_int_eq(
		read_key(SECTION_REMEDY, "rehearse", "yes", &remedy, &why),
		-EINVAL);
	ck_assert_int_eq(
		read_key(SECTION_APP, "database-url-file", "url", &app, &why),
		-EINVAL);
	ck_assert_int_eq(
		read_key(SECTION_APP, "packs", " , ", &app, &why), -EINVAL);
	ck_assert_int_eq(
		read_key(SECTION_NOTIFY, "private", "true", &notify, &why),
		-EINVAL);
}
END_TEST

START_TEST(rates_keep_the_default_where_nothing_is_said)
{
	struct policy p = { 0 };
	struct why why;
	ck_assert_int_eq(
		read_key(SECTION_POLICY, "attempts", "0/h", &p, &why), 0);
	ck_assert_uint_eq(p.attempts.hour, 0);
	ck_assert_uint_eq(p.attempts.day, 10);
	ck_assert_int_eq(
		read_key(SECTION_POLICY, "attempts", "5/d, 2/h", &p, &why), 0);
	ck_assert_uint_eq(p.attempts.hour, 2);
	ck_assert_uint_eq(p.attempts.day, 5);
}
END_TEST

/* What a configuration without the key means. */
START_TEST(each_section_has_its_defaults)
{
	struct policy policy = { .mode = MODE_ACT };
	struct remedy remedy = { .rehearse = REHEARSE_OFF };
	struct notify notify = { .private = true };
	struct app app = { 0 };
	struct settings agent = { 0 };
	options_set_defaults(SECTION_POLICY, &policy);
	ck_assert_int_eq(policy.mode, MODE_REPORT);
	ck_assert_uint_eq(policy.attempts.hour, 3);
	ck_assert_uint_eq(policy.attempts.day, 10);
	ck_assert_uint_eq(policy.cooldown, 10 * USEC_MINUTE);
	ck_assert_uint_eq(policy.quiet, 5 * USEC_MINUTE);
	ck_assert_uint_eq(policy.approval, 30 * USEC_MINUTE);
	options_set_defaults(SECTION_REMEDY, &remedy);
	ck_assert_uint_eq(remedy.lock_timeout, USEC_SECOND / 2);
	ck_assert_uint_eq(remedy.statement_timeout, USEC_MINUTE);
	ck_assert_uint_eq(remedy.deadline, 2 * USEC_MINUTE);
	ck_assert_int_eq(remedy.rehearse, REHEARSE_SAME_SERVER);
	options_set_defaults(SECTION_NOTIFY, &notify);
	ck_assert(!notify.private);
	options_set_defaults(SECTION_APP, &app);
	ck_assert_int_eq(app.start.kind, START_SINCE);
	ck_assert_uint_eq(app.start.since, USEC_DAY);
	ck_assert_ptr_null(app.packs);
	ck_assert_str_eq(app.database_url_env, "DATABASE_URL");
	str_free(app.database_url_env);
	options_set_defaults(SECTION_AGENT, &agent);
	ck_assert_str_eq(agent.store, "/var/lib/logmend/logmend.db");
	ck_assert_uint_eq(strings_count(agent.rules), 2);
	ck_assert_str_eq(agent.approvers[0], "root");
	str_free(agent.store);
	str_free(agent.socket);
	str_free(agent.docker_root);
	str_free(agent.freeze_file);
	strings_free(agent.rules);
	strings_free(agent.approvers);
}
END_TEST

START_TEST(a_log_is_read_from_where_it_is_said)
{
	struct app app = { 0 };
	struct why why;
	ck_assert_int_eq(read_key(SECTION_APP, "start", "tail", &app, &why), 0);
	ck_assert_int_eq(app.start.kind, START_TAIL);
	ck_assert_int_eq(read_key(SECTION_APP, "start", "head", &app, &why), 0);
	ck_assert_int_eq(app.start.kind, START_HEAD);
	ck_assert_int_eq(read_key(SECTION_APP, "start", "90m", &app, &why), 0);
	ck_assert_int_eq(app.start.kind, START_SINCE);
	ck_assert_uint_eq(app.start.since, 90 * USEC_MINUTE);
	ck_assert_int_eq(
		read_key(SECTION_APP, "start", "yesterday", &app, &why),
		-EINVAL);
}
END_TEST

START_TEST(the_socket_of_docker_is_where_it_is_said)
{
	struct settings agent = { 0 };
	struct why why;
	own(buf) struct buf deep = { 0 };
	for (int i = 0; i < 30; i++)
		buf_add_str(&deep, "/deep");
	ck_assert_str_eq(settings_docker_socket(&agent), "/run/docker.sock");
	static const struct {
		const char *value, *socket;
	} rows[] = { { "/var/run/docker.sock", "/var/run/docker.sock" },
		{ "off", NULL } };
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		ck_assert_int_eq(read_key(SECTION_AGENT, "docker-socket",
					 rows[i].value, &agent, &why),
			0);
		ck_assert_pstr_eq(
			settings_docker_socket(&agent), rows[i].socket);
	}
	ck_assert_int_eq(read_key(SECTION_AGENT, "docker-socket",
				 "unix:///run/docker.sock", &agent, &why),
		-EINVAL);
	ck_assert_int_eq(read_key(SECTION_AGENT, "docker-socket",
				 buf_str(&deep), &agent, &why),
		-EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, "107 bytes"));
	ck_assert_ptr_null(settings_docker_socket(&agent));
	str_free(agent.docker_socket);
}
END_TEST

START_TEST(a_rehearsal_is_where_it_is_said)
{
	struct remedy remedy = { 0 };
	struct why why;
	ck_assert_int_eq(
		read_key(SECTION_REMEDY, "rehearse", "off", &remedy, &why), 0);
	ck_assert_int_eq(remedy.rehearse, REHEARSE_OFF);
	ck_assert_ptr_null(remedy.rehearse_url_file);
	ck_assert_int_eq(
		read_key(SECTION_REMEDY, "rehearse", "/a.url", &remedy, &why),
		0);
	ck_assert_int_eq(remedy.rehearse, REHEARSE_URL);
	ck_assert_str_eq(remedy.rehearse_url_file, "/a.url");
	str_free(remedy.rehearse_url_file);
}
END_TEST

/* A relative one would depend on where the daemon was started. */
START_TEST(only_absolute_paths_are_taken)
{
	struct settings agent = { 0 };
	struct why why;
	ck_assert_int_eq(
		read_key(SECTION_AGENT, "rules", "/a, b", &agent, &why),
		-EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, "not 'b'"));
	ck_assert_ptr_null(agent.rules);
	ck_assert_int_eq(
		read_key(SECTION_AGENT, "store", "logmend.db", &agent, &why),
		-EINVAL);
	ck_assert_int_eq(read_key(SECTION_AGENT, "store",
				 "postgresql://u:secret@h/d", &agent, &why),
		-EOPNOTSUPP);
	ck_assert_ptr_null(strstr(why.text, "secret"));
	ck_assert_int_eq(
		read_key(SECTION_AGENT, "rules", "/a, /b", &agent, &why), 0);
	ck_assert_uint_eq(strings_count(agent.rules), 2);
	strings_free(agent.rules);
}
END_TEST

/* A number that overflows is told with the largest that is taken. */
START_TEST(what_is_too_large_is_refused_with_the_largest)
{
	static const struct {
		enum section_kind section;
		const char *key, *value, *says;
	} rows[] = {
		{ SECTION_POLICY, "cooldown", "999999999999d", "10000d" },
		{ SECTION_POLICY, "quiet", "213503982334602d", "10000d" },
		{ SECTION_POLICY, "approval", "999999999999d", "1d" },
		{ SECTION_REMEDY, "deadline", "18446744073709551616s", "1d" },
		{ SECTION_APP, "start", "99999999999999999999d", "10000d" },
		{ SECTION_POLICY, "attempts", "1000001/h", "1000000" },
		{ SECTION_POLICY, "attempts", "3/h, 99999999999999999999/d",
			"1000000" },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		union {
			struct policy policy;
			struct remedy remedy;
			struct app app;
		} to = { 0 };
		struct why why = { "" };
		ck_assert_int_eq(read_key(rows[i].section, rows[i].key,
					 rows[i].value, &to, &why),
			-EINVAL);
		ck_assert_msg(strstr(why.text, rows[i].says) != NULL,
			"%s = %s: %s", rows[i].key, rows[i].value, why.text);
	}
}
END_TEST

START_TEST(a_list_drops_blanks_and_empty_words)
{
	own(strings) char **list = values_split(" a ,, b c,");
	ck_assert_uint_eq(strings_count(list), 2);
	ck_assert_str_eq(list[0], "a");
	ck_assert_str_eq(list[1], "b c");
	ck_assert_ptr_null(values_split(""));
}
END_TEST

CHECK_MAIN("options", every_section_has_a_name,
	every_key_of_the_design_is_known, what_is_not_built_is_refused_as_such,
	what_lies_in_a_container_is_named_so,
	values_of_the_wrong_kind_are_refused,
	rates_keep_the_default_where_nothing_is_said,
	each_section_has_its_defaults, a_log_is_read_from_where_it_is_said,
	the_socket_of_docker_is_where_it_is_said,
	a_rehearsal_is_where_it_is_said, only_absolute_paths_are_taken,
	what_is_too_large_is_refused_with_the_largest,
	a_list_drops_blanks_and_empty_words)
