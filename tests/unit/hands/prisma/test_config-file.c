/* prisma.config.ts, which is read and never run. */
#include "config.h"
#include "hands/prisma/config-file.h"

#include <string.h>

#include "base/buf.h"
#include "support/check_main.h"

static void
ck_path(const char *text, const char *is, const char *wanted)
{
	if (!wanted)
		ck_assert_msg(!is, "%s: %s", text, is);
	else
		ck_assert_msg(is && strcmp(is, wanted) == 0, "%s: %s", text,
			is ? is : "nothing");
}

static void
ck_read(const char *text, const char *schema, const char *migrations,
	bool unclear)
{
	own(config_file) struct config_file c;
	config_file_read(span_of(text), &c);
	ck_assert_msg(c.unclear == unclear, "%s", text);
	ck_path(text, c.schema, schema);
	ck_path(text, c.migrations, migrations);
}

START_TEST(paths_are_found_in_what_is_exported)
{
	/* As Prisma's own manual has it. */
	ck_read("import 'dotenv/config'\n"
		"import { defineConfig, env } from \"prisma/config\";\n"
		"export default defineConfig({\n"
		"  schema: \"prisma/schema.prisma\",\n"
		"  migrations: {\n    path: 'db/migrations',\n"
		"    seed: 'tsx prisma/seed.ts',\n  },\n"
		"  datasource: { url: env(\"DATABASE_URL\") },\n});\n",
		"prisma/schema.prisma", "db/migrations", false);
	ck_read("import path from 'node:path'\n"
		"import type { PrismaConfig } from 'prisma'\n"
		"export default {\n  earlyAccess: true,\n"
		"  schema: path.join('prisma', 'schema'),\n"
		"} satisfies PrismaConfig\n",
		"prisma/schema", NULL, false);
	ck_read("const config: PrismaConfig = { schema: `a`, };\n"
		"export default config;\n",
		"a", NULL, false);
	ck_read("module.exports = { migrations: { path: resolve(__dirname, "
		"\"..\", \"db\", ) } }",
		NULL, "../db", false);
	ck_read("export default defineConfig({ 'schema': path.resolve("
		"import.meta.dirname, 'x'), \"migrations\": { \"path\": "
		"path.join(process.cwd(), 'm') } })",
		"x", "m", false);
	ck_read("export default defineConfig({})", NULL, NULL, false);
	ck_read("export default defineConfig({ views: { path: 'v' }, a: [1, "
		"{ schema: 'no' }], f: (x) => { return { schema: 'no' } } })",
		NULL, NULL, false);
}
END_TEST

START_TEST(comments_and_strings_are_no_properties)
{
	ck_read("// export default { schema: 'no' }\n"
		"/* export default { schema: 'no' } */\n"
		"/*/ export default { schema: 'no' } */\n"
		"const s = \"export default { schema: 'no' }\"\n"
		"export default { // schema: 'no',\n"
		"  schema /* : 'no' */ : 'it\\'s', }",
		"it's", NULL, false);
	ck_read("export default { schema: '//x', migrations: { path: '/*' } }",
		"//x", "/*", false);
}
END_TEST

START_TEST(what_only_running_it_would_tell_is_unclear)
{
	static const char *const texts[] = {
		"",
		"const x = 1",
		"export default",
		"export default config",
		"export default defineConfig(config)",
		"export default defineConfig({ schema: process.env.SCHEMA })",
		"export default defineConfig({ schema: 'a' + b })",
		"export default defineConfig({ schema: x ? 'a' : 'b' })",
		"export default defineConfig({ schema: `${root}/a` })",
		"export default defineConfig({ schema: 'a\\u0062' })",
		"export default defineConfig({ schema: path.join(root, 'a') })",
		"export default defineConfig({ schema: path.join('a', root) })",
		"export default defineConfig({ schema: path.dirname('a') })",
		"export default defineConfig({ schema: path.join('a') + 'b' })",
		"export default defineConfig({ schema })",
		"export default defineConfig({ schema() { return 'a' } })",
		"export default defineConfig({ schema: '' })",
		"export default defineConfig({ migrations })",
		"export default defineConfig({ migrations: other })",
		"export default defineConfig({ migrations: { path } })",
		"export default defineConfig({ migrations: { ...other } })",
		"export default defineConfig({ ...base })",
		"export default defineConfig({ ['schema']: 'a' })",
		"export default defineConfig({ a: 1",
		"export default defineConfig({ a: '1",
	};
	for (size_t i = 0; i < ELEMENTS(texts); i++)
		ck_read(texts[i], NULL, NULL, true);
}
END_TEST

/* Anybody may have written it. */
START_TEST(any_text_comes_to_an_end)
{
	static const char all[] = "{}()[],:.'\"`\\/*=$ \nexport default schema "
				  "migrations path join module exports";
	uint64_t seed = 7;
	for (unsigned i = 0; i < 200000; i++) {
		char text[64];
		size_t len = 0;
		while (len < sizeof(text) - 24) {
			seed = seed * 6364136223846793005u +
				1442695040888963407u;
			size_t at = (size_t)(seed >> 33) % (sizeof(all) - 1);
			size_t n = at < 20 ? 1 : strcspn(all + at, " ");
			n = MIN(n, 16u);
			memcpy(text + len, all + at, n);
			len += n;
		}
		own(config_file) struct config_file c;
		config_file_read((struct span){ text, len }, &c);
	}
	own(buf) struct buf deep = { 0 };
	buf_add_str(&deep, "export default { a: ");
	for (unsigned i = 0; i < 200000; i++)
		buf_add_char(&deep, '[');
	own(config_file) struct config_file c;
	config_file_read(buf_span(&deep), &c);
	ck_assert(c.unclear);
}
END_TEST

CHECK_MAIN("config-file", paths_are_found_in_what_is_exported,
	comments_and_strings_are_no_properties,
	what_only_running_it_would_tell_is_unclear, any_text_comes_to_an_end)
