#include "config.h"
#include "config/options.h"

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
			"source, service, start, stream, database-url-file, "
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
		own(strings) char **keys = options_list(rows[i].keys);
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
	ck_assert_int_eq(
		read_key(SECTION_APP, "migrations", "container:/x", &app, &why),
		-EOPNOTSUPP);
	ck_assert_ptr_null(option_find(SECTION_POLICY, "window")->read);
	ck_assert_ptr_null(option_find(SECTION_AGENT, "storm")->read);
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

START_TEST(a_list_drops_blanks_and_empty_words)
{
	own(strings) char **list = options_list(" a ,, b c,");
	ck_assert_uint_eq(strings_count(list), 2);
	ck_assert_str_eq(list[0], "a");
	ck_assert_str_eq(list[1], "b c");
	ck_assert_ptr_null(options_list(""));
}
END_TEST

CHECK_MAIN("options", every_section_has_a_name,
	every_key_of_the_design_is_known, what_is_not_built_is_refused_as_such,
	values_of_the_wrong_kind_are_refused,
	rates_keep_the_default_where_nothing_is_said,
	a_list_drops_blanks_and_empty_words)
