#include "config.h"
#include "config/ini.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "support/check_main.h"

static int
read_text(
	struct span text, enum ini_join join, struct ini **ret, struct why *why)
{
	own(file) FILE *f = text.len
		? fmemopen((void *)text.data, text.len, "r")
		: fopen("/dev/null", "r");
	ck_assert_ptr_nonnull(f);
	return ini_read_stream(f, "x.conf", join, ret, why);
}

static void
refused(struct span text, const char *reason)
{
	struct ini *conf = NULL;
	struct why why = { "" };
	int r = read_text(text, INI_JOIN_SPACE, &conf, &why);
	ck_assert_msg(r < 0, "accepted: %s", text.data);
	ck_assert_ptr_null(conf);
	ck_assert_msg(strncmp(why.text, reason, strlen(reason)) == 0,
		"said '%s' instead of '%s'", why.text, reason);
}

static struct ini *
accepted(struct span text, enum ini_join join)
{
	struct ini *conf = NULL;
	struct why why = { "" };
	int r = read_text(text, join, &conf, &why);
	ck_assert_msg(r == 0, "%s", why.text);
	return conf;
}

static const char *
value(const struct ini *conf, size_t section, const char *key)
{
	const struct ini_entry *e = ini_find(&conf->sections[section], key);
	return e ? e->value : NULL;
}

START_TEST(sections_and_values_are_read_in_order)
{
	own(ini) struct ini *conf = accepted(
		SPAN("\xef\xbb\xbf; comment\n# another\n\n[agent]\nstore = /x\n"
		     "[app  moverz-v4]\r\nmode=act\r\n  \nrules.off = a, b"),
		INI_JOIN_SPACE);
	ck_assert_uint_eq(conf->n_sections, 2);
	ck_assert_str_eq(conf->sections[0].name, "agent");
	ck_assert_uint_eq(conf->sections[0].line, 4);
	ck_assert_str_eq(value(conf, 0, "store"), "/x");
	ck_assert_str_eq(conf->sections[1].name, "app moverz-v4");
	ck_assert_str_eq(value(conf, 1, "mode"), "act");
	ck_assert_str_eq(value(conf, 1, "rules.off"), "a, b");
	ck_assert_uint_eq(ini_find(&conf->sections[1], "rules.off")->line, 9);
	ck_assert_ptr_null(value(conf, 1, "store"));
}
END_TEST

START_TEST(a_value_keeps_what_inih_would_cut)
{
	own(ini) struct ini *conf =
		accepted(SPAN("[a]\nx = 1 ;not a comment\ny = a=b # c\nz =\n"),
			INI_JOIN_SPACE);
	ck_assert_str_eq(value(conf, 0, "x"), "1 ;not a comment");
	ck_assert_str_eq(value(conf, 0, "y"), "a=b # c");
	ck_assert_str_eq(value(conf, 0, "z"), "");
}
END_TEST

START_TEST(a_long_line_never_becomes_a_key)
{
	own(buf) struct buf text = { 0 };
	buf_add_str(&text, "[a]\nlong = ");
	for (int i = 0; i < 1000; i++)
		buf_add_str(&text, "store = /evil ");
	buf_add_str(&text, "\nnext = 1\n");
	own(ini) struct ini *conf = accepted(buf_span(&text), INI_JOIN_SPACE);
	ck_assert_uint_eq(conf->sections[0].n_entries, 2);
	ck_assert_uint_eq(strlen(value(conf, 0, "long")), 13999);
	ck_assert_ptr_null(value(conf, 0, "store"));
}
END_TEST

START_TEST(an_indented_line_continues_the_value)
{
	static const char text[] = "[a]\nx = one\n\ttwo\n ;three\n|\n";
	struct span s = { text, sizeof(text) - 3 };
	own(ini) struct ini *conf = accepted(s, INI_JOIN_NEWLINE);
	ck_assert_str_eq(value(conf, 0, "x"), "one\ntwo\n;three");
	own(ini) struct ini *spaced = accepted(s, INI_JOIN_SPACE);
	ck_assert_str_eq(value(spaced, 0, "x"), "one two ;three");
	refused(SPAN("[a]\n  alone\n"), "x.conf:2: an indented line");
}
END_TEST

START_TEST(an_empty_section_and_an_empty_file_are_seen)
{
	own(ini) struct ini *conf =
		accepted(SPAN("[a]\n[b]\n"), INI_JOIN_SPACE);
	ck_assert_uint_eq(conf->n_sections, 2);
	ck_assert_uint_eq(conf->sections[0].n_entries, 0);
	own(ini) struct ini *none = accepted(SPAN(""), INI_JOIN_SPACE);
	ck_assert_uint_eq(none->n_sections, 0);
}
END_TEST

START_TEST(a_mistake_is_told_with_file_and_line)
{
	refused(SPAN("x = 1\n"), "x.conf:1: a key stands before");
	refused(SPAN("[a]\n\nnonsense\n"), "x.conf:3: expected `key = value`");
	refused(SPAN("[a]\n= 1\n"), "x.conf:2: expected `key = value`");
	refused(SPAN("[a]\nke y = 1\n"), "x.conf:2: a key is made of");
	refused(SPAN("[a\n"), "x.conf:1: a section is written");
	refused(SPAN("[a] b\n"), "x.conf:1: a section is written");
	refused(SPAN("[]\n"), "x.conf:1: a section's name");
	refused(SPAN("[a]\nx = \x1b[31m\n"),
		"x.conf:2: the line has a control");
	refused(SPAN("[a]\nx = a\0b\n"), "x.conf:2: the line has a control");
}
END_TEST

START_TEST(nothing_may_stand_twice)
{
	refused(SPAN("[a]\nx = 1\nx = 1\n"),
		"x.conf:3: `x` was already set in line 2");
	refused(SPAN("[a]\n[b]\n[a]\n"),
		"x.conf:3: section [a] was already opened in line 1");
	refused(SPAN("[app x]\n[app   x]\n"),
		"x.conf:2: section [app x] was already opened in line 1");
}
END_TEST

START_TEST(sizes_have_a_limit)
{
	own(buf) struct buf text = { 0 };
	buf_add_str(&text, "[a]\nx = ");
	for (int i = 0; i < 70000; i++)
		buf_add_char(&text, 'x');
	refused(buf_span(&text), "x.conf:2: the line is over 64 KiB");
	refused(SPAN("[a234567890123456789012345678901234567890123456789]\n"
		     "[b2345678901234567890123456789012345678901234567890]\n"),
		"x.conf:2: a section's name has 1 to 49 bytes");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
	struct ini *conf = NULL;
	own(strings) char **mistakes = NULL;
	ck_assert_int_eq(
		ini_read("/nowhere/x.conf", INI_JOIN_SPACE, &conf, &mistakes),
		-ENOENT);
	ck_assert_ptr_null(conf);
	ck_assert_ptr_nonnull(strstr(mistakes[0], "/nowhere/x.conf"));
}
END_TEST

/* A file whose disk fails behind the text. */
static ssize_t
read_then_fail(void *cookie, char *to, size_t len)
{
	struct span *rest = cookie;
	size_t n = MIN(len, rest->len);
	if (!n) {
		errno = EIO;
		return -1;
	}
	memcpy(to, rest->data, n);
	*rest = span_from(*rest, n);
	return (ssize_t)n;
}

START_TEST(a_disk_that_fails_is_no_mistake_in_the_file)
{
	/* getline() gives the part of the line that came before the error. */
	static const char *const texts[] = { "", "[a]\n", "[a]\nkey = va", "[a",
		"[a]\nke", "[a]\nkey = value\n\tgoes o" };
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		struct span rest = span_of(texts[i]);
		struct ini *conf = NULL;
		struct why why = { "" };
		own(file) FILE *f = fopencookie(&rest, "r",
			(cookie_io_functions_t){ .read = read_then_fail });
		ck_assert_int_eq(ini_read_stream(f, "x.conf", INI_JOIN_SPACE,
					 &conf, &why),
			-EIO);
		ck_assert_str_eq(why.text,
			"x.conf: cannot be read: Input/output error; look for "
			"errors of its disk in `dmesg`");
	}
}
END_TEST

CHECK_MAIN("conf", sections_and_values_are_read_in_order,
	a_value_keeps_what_inih_would_cut, a_long_line_never_becomes_a_key,
	an_indented_line_continues_the_value,
	an_empty_section_and_an_empty_file_are_seen,
	a_mistake_is_told_with_file_and_line, nothing_may_stand_twice,
	sizes_have_a_limit, a_disk_that_fails_is_no_mistake_in_the_file,
	a_file_that_is_not_there_is_named)
