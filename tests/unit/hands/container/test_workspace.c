/* Which folders have the packages of a monorepo. */
#include "config.h"
#include "hands/container/workspace.h"

#include <string.h>

#include "base/buf.h"
#include "support/check_main.h"

/* `wanted`: the folders, each with a blank behind it. */
static void
ck_folders(const char *package, const char *pnpm, const char *wanted)
{
	own(strings) char **list = NULL;
	own(buf) struct buf is = { 0 };
	workspace_folders(span_of(package), span_of(pnpm), &list);
	for (char **f = list; f && *f; f++)
		buf_printf(&is, "%s ", *f);
	ck_assert_msg(strcmp(buf_str(&is), wanted) == 0, "%s%s: %s", package,
		pnpm, buf_str(&is));
}

START_TEST(they_are_named_by_lists_with_stars)
{
	ck_folders("{\"workspaces\":[\"packages/*\",\"apps/**\",\"./db\"]}", "",
		"packages apps db ");
	ck_folders("{\"workspaces\":{\"packages\":[\"packages/*\"]}}", "",
		"packages ");
	ck_folders("{\"workspaces\":[\"*\",\"a/b/*\",\"a/*/c\",\"a*\"]}", "",
		". a/b a ");
	ck_folders("{\"workspaces\":[\"a/*\",\"!a/x\",\"/etc\",\"\",7]}", "",
		"a ");
	ck_folders("",
		"# packages:\npackages:\n  - 'apps/*'\n  - \"packages/*\"\n"
		"\n  # - no\n  - tools # said\n- db\ncatalog:\n  - no\n",
		"apps packages tools db ");
	ck_folders("{\"workspaces\":[\"a/*\"]}", "packages:\r\n  - 'a/*'\r\n",
		"a ");
}
END_TEST

START_TEST(any_text_names_at_most_so_many)
{
	static const char *const texts[] = { "", "{", "[]", "7",
		"{\"workspaces\":7}", "{\"workspaces\":{}}",
		"{\"workspaces\":[[]]}", "{\"workspaces\":null}" };
	for (size_t i = 0; i < ELEMENTS(texts); i++)
		ck_folders(texts[i], "", "");
	ck_folders("", "packages:\n  -\n  - '\n  - \"\n -'", "");
	own(buf) struct buf many = { 0 };
	own(strings) char **list = NULL;
	buf_add_str(&many, "packages:\n");
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&many, "  - p%u/*\n", i);
	workspace_folders(SPAN_NONE, buf_span(&many), &list);
	ck_assert_uint_eq(strings_count(list), 16);
}
END_TEST

CHECK_MAIN("workspace", they_are_named_by_lists_with_stars,
	any_text_names_at_most_so_many)
