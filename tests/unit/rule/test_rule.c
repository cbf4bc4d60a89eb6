#include "config.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io/file.h"
#include "rule/pattern.h"
#include "rule/rule.h"
#include "rule/shapes.h"
#include "support/check_main.h"

static int
add(struct rules *rules, const char *text, struct why *why)
{
	own(file) FILE *f = fmemopen((char *)text, strlen(text), "r");
	ck_assert_ptr_nonnull(f);
	return rules_add(rules, f, "x.rules", why);
}

#define GOOD                      \
	"[rule a]\n"              \
	"class = missing-table\n" \
	"match = no (?<table>\\w+) here\n"

START_TEST(a_rule_is_read_with_its_samples)
{
	own(rules) struct rules *rules = rules_new();
	struct why why;
	ck_assert_msg(add(rules,
			      GOOD "also = sign\nunless = never\n"
				   "stream = stderr\n"
				   "[match a 1]\ntext =\n\t|no X here\n\t|\n"
				   "\t|  end\nexpect = table=X\n"
				   "[no-match a 2]\ntext = |nothing\n",
			      &why) == 0,
		"%s", why.text);
	ck_assert_uint_eq(rules_count(rules), 1);
	const struct rule *r = rules_at(rules, 0);
	ck_assert_str_eq(r->name, "a");
	ck_assert_str_eq(r->pack, "x");
	ck_assert_int_eq(r->class, CLASS_MISSING_TABLE);
	ck_assert_int_eq(r->stream, STREAM_STDERR);
	ck_assert_str_eq(r->also, "sign");
	ck_assert_str_eq(r->literal, " here");
	ck_assert_uint_eq(r->n_samples, 2);
	ck_assert_str_eq(r->samples[0].text, "no X here\n\n  end\n");
	ck_assert_str_eq(r->samples[0].expect.value[OBJECT_TABLE], "X");
	ck_assert(!r->samples[1].matches);
}
END_TEST

START_TEST(a_mistake_names_file_line_and_what)
{
	static const struct {
		const char *text, *says;
	} mistakes[] = {
		{ "[rule a]\nmatch = abcd\n", "x.rules:1: no class" },
		{ "[rule a]\nclass = missing-table\n", "x.rules:1: no match" },
		{ "[rule a]\nclass = none\n",
			"x.rules:2: there is no class 'none': the classes are "
			"missing-table, " },
		{ "[rule a b]\n", "x.rules:1: a rule's name" },
		{ "[rules a]\n", "x.rules:1: a rule file has" },
		{ GOOD "colour = red\n", "x.rules:4: a rule has no key" },
		{ GOOD "severity = 1\n", "x.rules:4: severity: not built" },
		{ GOOD "stream = in\n", "x.rules:4: stream is stdout" },
		{ GOOD "literal = abc\n", "x.rules:4: rule 'a': the literal" },
		{ GOOD "literal = a`bcd\n", "x.rules:4: rule 'a': the lit" },
		{ GOOD "also = (\n", "x.rules:4: rule 'a': also:" },
		{ GOOD "[match b 1]\ntext = |x\n", "x.rules:4: [match b 1]" },
		{ GOOD "[match a]\ntext = |x\n", "x.rules:4: [match a]" },
		{ GOOD "[match a 1]\ntext = x\n", "x.rules:5: [match a 1]" },
		{ GOOD "[match a 1]\n", "x.rules:4: [match a 1]: a sample" },
		{ GOOD "[match a 1]\ntext = |x\nexpect = host=x\n",
			"x.rules:6: [match a 1]: expect" },
		{ GOOD "[no-match a 1]\ntext = |x\nexpect = table=x\n",
			"x.rules:6: [no-match a 1]" },
	};
	for (size_t i = 0; i < ELEMENTS(mistakes); i++) {
		own(rules) struct rules *rules = rules_new();
		struct why why = { "" };
		ck_assert_int_lt(add(rules, mistakes[i].text, &why), 0);
		ck_assert_msg(strncmp(why.text, mistakes[i].says,
				      strlen(mistakes[i].says)) == 0,
			"'%s' instead of '%s'", why.text, mistakes[i].says);
		ck_assert_uint_eq(rules_count(rules), 0);
	}
}
END_TEST

START_TEST(a_pattern_that_could_hang_or_lie_is_refused)
{
	static const char *const patterns[] = { "(*UTF)abcd", "ab\\Ccd",
		"a.*b.*cdef", "a.+b.*cdef", "(?<host>abcd)", "abcd(",
		"(?<table>abcd)(?<tables>efgh)" };
	for (size_t i = 0; i < ELEMENTS(patterns); i++) {
		own(rules) struct rules *rules = rules_new();
		own(str) char *text =
			xprintf("[rule a]\nclass = missing-table\nmatch = %s\n",
				patterns[i]);
		struct why why = { "" };
		ck_assert_msg(
			add(rules, text, &why) == -EINVAL, "%s", patterns[i]);
		ck_assert_ptr_nonnull(strstr(why.text, "x.rules:3"));
	}
}
END_TEST

START_TEST(the_literal_is_what_no_match_can_lack)
{
	static const struct {
		const char *pattern, *literal;
	} table[] = {
		{ "^The table `(?<table>.*)` does not exist",
			" does not exist" },
		{ "abcd|efgh", NULL },
		{ "(?:abcd|efgh)", NULL },
		{ "abcde?fgh", "abcd" },
		{ "abcdef*", "abcde" },
		{ "abcdef+gh", "abcdef" },
		{ "abcdef{0,2}xyz", "abcde" },
		{ "P1001: \\(x\\) ok", "P1001: (x) ok" },
		{ "abcd\\d+efghi", "efghi" },
		{ "(?i)abcd", NULL },
		{ "[abcd]efgh[]x]ijklm", "ijklm" },
		{ "abc", NULL },
		{ "a`b`c`d`", NULL },
		{ "x(?:(?:a)b\\)c)longest", "longest" },
		{ "abcd.efghij", "efghij" },
	};
	for (size_t i = 0; i < ELEMENTS(table); i++) {
		own(str) char *literal = pattern_literal(table[i].pattern);
		if (table[i].literal)
			ck_assert_msg(literal &&
					strcmp(literal, table[i].literal) == 0,
				"%s: %s", table[i].pattern,
				literal ? literal : "none");
		else
			ck_assert_msg(
				!literal, "%s: %s", table[i].pattern, literal);
	}
}
END_TEST

START_TEST(a_name_stands_for_one_rule_only)
{
	own(rules) struct rules *rules = rules_new();
	struct why why;
	ck_assert_int_eq(add(rules, GOOD, &why), 0);
	ck_assert_int_eq(add(rules, GOOD, &why), -EINVAL);
	ck_assert_uint_eq(rules_count(rules), 1);
	ck_assert_uint_eq(rules_files(rules), 1);
}
END_TEST

static void
put(const char *folder, const char *name, const char *text)
{
	own(str) char *path = xprintf("%s/%s", folder, name);
	own(file) FILE *f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
}

START_TEST(a_later_folder_replaces_a_pack)
{
	own(str) char *ours = scratch_folder();
	own(str) char *theirs = scratch_folder();
	put(ours, "b.rules", GOOD);
	put(ours, "a.rules",
		"[rule z]\nclass = disk-full\nmatch = no space left\n");
	put(ours, "a.rules.orig", "nonsense");
	put(theirs, "b.rules",
		"[rule own]\nclass = disk-full\nmatch = disk is full\n");
	char nowhere[] = "/nowhere/at/all";
	char *folders[] = { ours, nowhere, theirs, NULL };
	own(rules) struct rules *rules = NULL;
	struct why why;
	ck_assert_msg(rules_load(folders, &rules, &why) == 0, "%s", why.text);
	ck_assert_uint_eq(rules_count(rules), 2);
	ck_assert_str_eq(rules_at(rules, 0)->name, "z");
	ck_assert_str_eq(rules_at(rules, 1)->name, "own");
	ck_assert_ptr_nonnull(strstr(rules_file(rules, 1), theirs));
}
END_TEST

/* Each change, joined; owned. */
static char *
changes(const struct rules *rules, char *const *folders)
{
	own(strings) char **list = rules_changes(rules, folders);
	struct buf all = { 0 };
	for (char **c = list; c && *c; c++) {
		const char *slash = strrchr(*c, '/');
		buf_printf(&all, "%s;", slash ? slash + 1 : *c);
	}
	return buf_take_str(&all);
}

#define expect_changes(rules, folders, expected)               \
	do {                                                   \
		own(str) char *text = changes(rules, folders); \
		ck_assert_str_eq(text, expected);              \
	} while (0)

START_TEST(what_changed_on_disk_since_the_rules_were_loaded_is_named)
{
	own(str) char *ours = scratch_folder();
	own(str) char *theirs = scratch_folder();
	put(ours, "a.rules", GOOD);
	put(ours, "b.shapes", "[line a]\nshape = error\nends = \"Oops:\"\n");
	char *folders[] = { ours, theirs, NULL };
	own(rules) struct rules *rules = NULL;
	struct why why;
	ck_assert_msg(rules_load(folders, &rules, &why) == 0, "%s", why.text);
	ck_assert(span_eq(rules_text(rules, 0), SPAN(GOOD)));
	expect_changes(rules, folders, "");
	put(ours, "a.rules", GOOD "\n");
	expect_changes(rules, folders, "a.rules changed;");
	put(ours, "a.rules", GOOD);
	expect_changes(rules, folders, "");
	put(theirs, "c.rules", GOOD);
	expect_changes(rules, folders, "c.rules is new;");
	put(theirs, "a.rules", GOOD);
	expect_changes(rules, folders,
		"a.rules is new;c.rules is new;a.rules is gone;");
	own(str) char *path = xprintf("%s/b.shapes", ours);
	ck_assert_int_eq(unlink(path), 0);
	expect_changes(rules, folders,
		"a.rules is new;c.rules is new;a.rules is gone;b.shapes is "
		"gone;");
}
END_TEST

START_TEST(a_folders_shapes_are_read_with_its_rules)
{
	own(str) char *folder = scratch_folder();
	put(folder, "a.rules", GOOD);
	put(folder, "a.shapes", "[line a]\nshape = error\nends = \"Oops:\"\n");
	char *folders[] = { folder, NULL };
	own(rules) struct rules *rules = NULL;
	struct why why;
	ck_assert_msg(rules_load(folders, &rules, &why) == 0, "%s", why.text);
	ck_assert_uint_eq(rules_count(rules), 1);
	/* Eyes get a descriptor of each. */
	ck_assert_uint_eq(rules_files(rules), 2);
	ck_assert_ptr_nonnull(strstr(rules_file(rules, 1), "a.shapes"));
	ck_assert(shapes_fit(rules_shapes(rules), FORM_ERROR, SPAN("Oops:")));
	put(folder, "a.shapes", "[line a]\nshape = error\n");
	own(rules) struct rules *none = NULL;
	ck_assert_int_eq(rules_load(folders, &none, &why), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, "a.shapes:1: no word in"));
}
END_TEST

START_TEST(a_pack_that_is_no_file_is_refused_and_not_waited_for)
{
	own(str) char *folder = scratch_folder();
	own(str) char *fifo = xprintf("%s/a.rules", folder);
	char *folders[] = { folder, NULL };
	own(rules) struct rules *rules = NULL;
	struct why why;
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert_int_eq(rules_load(folders, &rules, &why), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, "a.rules: is not a regular"));
}
END_TEST

START_TEST(an_app_has_the_rules_of_its_packs_less_those_off)
{
	own(rules) struct rules *rules = rules_new();
	struct why why;
	struct source source;
	ck_assert_int_eq(add(rules,
				 GOOD "[rule b]\nclass = disk-full\n"
				      "match = disk is full\n",
				 &why),
		0);
	char x[] = "x", y[] = "y", a[] = "a";
	char *packs[] = { x, NULL }, *none[] = { y, NULL };
	char *off[] = { a, NULL };
	ck_assert_int_eq(rules_select(rules, packs, off, &source, &why), 0);
	ck_assert(!source_has_rule(&source, 0));
	ck_assert(source_has_rule(&source, 1));
	ck_assert_int_eq(rules_select(rules, NULL, NULL, &source, &why), 0);
	ck_assert(source_has_rule(&source, 0));
	ck_assert_int_eq(
		rules_select(rules, none, NULL, &source, &why), -ENOENT);
	ck_assert_int_eq(
		rules_select(rules, NULL, none, &source, &why), -ENOENT);
}
END_TEST

START_TEST(shipped_rules_have_literals_and_samples_of_both_kinds)
{
	char *folders[] = { (char *)TEST_RULES, NULL };
	own(rules) struct rules *rules = NULL;
	struct why why;
	ck_assert_msg(rules_load(folders, &rules, &why) == 0, "%s", why.text);
	ck_assert_uint_gt(rules_count(rules), 20);
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *r = rules_at(rules, i);
		size_t kinds[2] = { 0 };
		for (size_t k = 0; k < r->n_samples; k++)
			kinds[r->samples[k].matches]++;
		ck_assert_msg(
			r->literal && kinds[0] && kinds[1], "%s", r->name);
	}
}
END_TEST

/* A file whose disk fails once, in its middle. */
static ssize_t
read_with_failure(void *cookie, char *to, size_t len)
{
	struct span *rest = cookie;
	static bool failed;
	if (rest->len == strlen(GOOD) - 20 && !failed) {
		failed = true;
		errno = EIO;
		return -1;
	}
	size_t n = MIN(len, rest->len == strlen(GOOD) ? 20 : rest->len);
	memcpy(to, rest->data, n);
	*rest = span_from(*rest, n);
	return (ssize_t)n;
}

START_TEST(a_disk_that_fails_is_no_mistake_in_a_rule)
{
	own(rules) struct rules *rules = rules_new();
	struct span rest = SPAN(GOOD);
	struct why why = { "" };
	own(file) FILE *f = fopencookie(&rest, "r",
		(cookie_io_functions_t){ .read = read_with_failure });
	ck_assert_int_eq(rules_add(rules, f, "x.rules", &why), -EIO);
	ck_assert_ptr_nonnull(
		strstr(why.text, "x.rules: cannot be read: Input/output"));
	ck_assert_ptr_nonnull(strstr(why.text, "dmesg"));
	ck_assert_uint_eq(rules_count(rules), 0);
}
END_TEST

START_TEST(a_folder_that_cannot_be_listed_is_no_empty_one)
{
	own(str) char *folder = scratch_folder();
	char *folders[] = { folder, NULL };
	own(rules) struct rules *rules = NULL;
	struct why why = { "" };
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	ck_assert_int_eq(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EIO),
				 SCMP_SYS(getdents64), 0),
		0);
	ck_assert_int_eq(seccomp_load(filter), 0);
	seccomp_release(filter);
	ck_assert_int_eq(rules_load(folders, &rules, &why), -EIO);
	ck_assert_ptr_nonnull(strstr(why.text, folder));
}
END_TEST

CHECK_MAIN("rule", a_disk_that_fails_is_no_mistake_in_a_rule,
	a_folder_that_cannot_be_listed_is_no_empty_one,
	a_rule_is_read_with_its_samples, a_mistake_names_file_line_and_what,
	a_pattern_that_could_hang_or_lie_is_refused,
	the_literal_is_what_no_match_can_lack, a_name_stands_for_one_rule_only,
	a_later_folder_replaces_a_pack,
	what_changed_on_disk_since_the_rules_were_loaded_is_named,
	a_folders_shapes_are_read_with_its_rules,
	a_pack_that_is_no_file_is_refused_and_not_waited_for,
	an_app_has_the_rules_of_its_packs_less_those_off,
	shipped_rules_have_literals_and_samples_of_both_kinds)
