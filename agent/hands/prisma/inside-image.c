#include "config.h"
#include "hands/prisma/inside-image.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "base/io/file.h"
#include "hands/container/container-path.h"
#include "hands/container/docker-app.h"
#include "hands/container/workspace.h"
#include "hands/prisma/config-file.h"

/* Prisma writes it into each folder of migrations. */
#define LOCK_FILE "migration_lock.toml"
#define TEXT_MAX (1u << 20)
#define SHOWN 200
#define NAMES_SHOWN 5u
#define LEVELS                                                         \
	4u /* folders from WORKDIR upwards in which a workspace may be \
	    */

/* What folder.c, stray-files.c and schema-prisma.c read, and what names it. */
const char *const prisma_inside_files[] = { ".sql", ".prisma", ".toml",
	"package.json", "pnpm-workspace.yaml", "prisma.config.ts",
	"prisma.config.mts", "prisma.config.cts", "prisma.config.js",
	"prisma.config.mjs", "prisma.config.cjs", NULL };

struct inside_search {
	struct container_files *files;
	const char *workdir; /* without a slash at its end; "" is the root */
	char **found; /* folders that it may be, without links, as a list */
	struct inside_place *to;
};

/* `/a/b` of `/a/b/c`; "" is the root. */
static char *
above(const char *path)
{
	const char *slash = strrchr(path, '/');
	return xstrndup(path, slash ? (size_t)(slash - path) : 0);
}

static char *
join(const char *folder, const char *path)
{
	return *path == '/' ? xstrdup(path) : xprintf("%s/%s", folder, path);
}

/* 1: something of this kind is there, and *ret, owned, its path without links;
 * 0: it is not. */
static int
find(struct inside_search *s, const char *path, mode_t kind, char **ret,
	struct why *why)
{
	own(container_path) struct container_path p = { 0 };
	int r = container_path_find(
		s->files->containers, s->files->id, path, &p, why);
	if (r < 0 || p.kind != kind)
		return r == -ESRCH ? 0 : r;
	for (char **link = p.links; link && *link; link++)
		strings_add(&s->to->through, *link);
	*ret = take(p.real);
	return 1;
}

static int
copy(struct inside_search *s, const char *path, struct why *why)
{
	return container_files_has(s->files, path, S_IFREG)
		? 0
		: container_files_copy(s->files, path, why);
}

/* 1: the text of a file is in `to`; 0: there is none. */
static int
read_text(struct inside_search *s, const char *path, struct buf *to,
	struct why *why)
{
	own(str) char *real = NULL;
	int r = find(s, path, S_IFREG, &real, why);
	if (r <= 0)
		return r;
	strings_add(&s->to->through, real);
	r = copy(s, real, why);
	if (r == 0)
		r = file_read_beneath(
			s->files->root, real + 1, TEXT_MAX, to, why);
	return r < 0 ? r : 1;
}

/* A folder in which the migrations may be. */
static int
add(struct inside_search *s, const char *path, struct why *why)
{
	own(str) char *real = NULL;
	int r = find(s, path, S_IFDIR, &real, why);
	if (r > 0 && !strings_have(s->found, real))
		strings_add(&s->found, real);
	return MIN(r, 0);
}

/* Where somebody says it is: a sentence names that where it is not there. */
static int
add_named(struct inside_search *s, const char *path, struct why *why)
{
	if (!s->to->folder)
		s->to->folder = xstrdup(path);
	return add(s, path, why);
}

/* The schema is a file or a folder of files, and the migrations lie beside the
 * file that has the datasource. Older versions had the folder's beside it. */
static int
add_beside_schema(struct inside_search *s, const char *schema, struct why *why)
{
	bool file = span_ends(span_of(schema), SPAN(".prisma"));
	own(str) char *over = above(schema);
	own(str) char *beside = xprintf("%s/migrations", over);
	own(str) char *inside = xprintf("%s/migrations", schema);
	own(str) char *real = NULL;
	int r = file ? 0 : add_named(s, inside, why);
	if (r == 0)
		r = add_named(s, beside, why);
	if (r == 0)
		r = find(s, schema, file ? S_IFREG : S_IFDIR, &real, why);
	if (r <= 0)
		return r;
	r = file ? copy(s, real, why)
		 : container_files_copy_near(s->files, real, why);
	s->to->schema = take(real);
	return r;
}

static int
unclear(const struct inside_search *s, const char *path, struct why *why)
{
	own(str) char *shown = escape_str(span_of(path), SHOWN, ESCAPE_LINE);
	return because(why, -EINVAL,
		"%s of the image says where the migrations are in a way that "
		"only running it would tell%s",
		shown,
		s->files->beside ? ""
				 : ": give their folder, as in `migrations = "
				   "container:/usr/src/app/prisma/migrations`");
}

static int
follow_config(struct inside_search *s, const char *path, struct span text,
	struct why *why)
{
	own(config_file) struct config_file c;
	config_file_read(text, &c);
	own(str) char *schema = c.schema ? join(s->workdir, c.schema) : NULL;
	own(str) char *folder =
		c.migrations ? join(s->workdir, c.migrations) : NULL;
	if (c.unclear)
		return unclear(s, path, why);
	int r = folder ? add_named(s, folder, why) : 0;
	if (r < 0 || !schema)
		return r;
	own(strings) char **found = take(s->found);
	r = add_beside_schema(s, schema, why);
	if (folder) {
		strings_free(s->found);
		s->found = take(found);
	}
	return r;
}

/* prisma.config.ts goes before everything else. */
static int
look_by_config(struct inside_search *s, struct why *why)
{
	static const char *const ends[] = { "ts", "mts", "cts", "js", "mjs",
		"cjs" };
	for (size_t i = 0; i < ELEMENTS(ends); i++) {
		own(buf) struct buf text = { 0 };
		own(str) char *path =
			xprintf("%s/prisma.config.%s", s->workdir, ends[i]);
		int r = read_text(s, path, &text, why);
		if (r != 0)
			return r < 0
				? r
				: follow_config(s, path, buf_span(&text), why);
	}
	return 0;
}

/* `prisma.schema` of package.json. */
static int
look_by_package(struct inside_search *s, struct why *why)
{
	own(buf) struct buf text = { 0 };
	own(str) char *path = xprintf("%s/package.json", s->workdir);
	int r = read_text(s, path, &text, why);
	if (r <= 0)
		return r;
	json_t *json = json_loads(buf_str(&text), 0, NULL);
	const char *schema =
		json_string_value(json_at(json, "prisma", "schema", NULL));
	own(str) char *whole =
		schema && *schema ? join(s->workdir, schema) : NULL;
	json_decref(json);
	return whole ? add_beside_schema(s, whole, why) : 0;
}

/* Where Prisma itself looks, without being told. */
static int
look_as_usual(struct inside_search *s, struct why *why)
{
	own(str) char *usual = xprintf("%s/prisma/migrations", s->workdir);
	own(str) char *several =
		xprintf("%s/prisma/schema/migrations", s->workdir);
	own(str) char *schema = xprintf("%s/schema.prisma", s->workdir);
	own(str) char *beside = xprintf("%s/migrations", s->workdir);
	own(str) char *real = NULL;
	int r = add(s, usual, why);
	if (r == 0)
		r = add(s, several, why);
	if (r == 0)
		r = find(s, schema, S_IFREG, &real, why);
	return r > 0 ? add(s, beside, why) : r;
}

/* The packages of a workspace whose root is this folder. */
static int
look_in_packages(struct inside_search *s, const char *root, struct why *why)
{
	own(buf) struct buf package = { 0 }, pnpm = { 0 };
	own(str) char *one = xprintf("%s/package.json", root);
	own(str) char *other = xprintf("%s/pnpm-workspace.yaml", root);
	own(strings) char **folders = NULL, **list = NULL;
	int r = read_text(s, one, &package, why);
	if (r >= 0)
		r = read_text(s, other, &pnpm, why);
	workspace_folders(buf_span(&package), buf_span(&pnpm), &folders);
	for (char **f = folders; r >= 0 && f && *f; f++) {
		own(str) char *whole = join(root, *f);
		own(str) char *real = NULL;
		r = find(s, whole, S_IFDIR, &real, why);
		if (r > 0)
			r = workspace_search(s->files, real, LOCK_FILE, &list,
				&s->to->doubt, why);
	}
	for (char **l = list; r >= 0 && l && *l; l++)
		r = add(s, *l, why);
	return MIN(r, 0);
}

/* An application that is one package of several has its schema in another. */
static int
look_around(struct inside_search *s, struct why *why)
{
	own(str) char *at = xstrdup(s->workdir);
	int r = 0;
	for (unsigned n = 0; n < LEVELS && *at && r == 0 && !s->found; n++) {
		own(str) char *usual = xprintf("%s/prisma/migrations", at);
		r = n ? add(s, usual, why) : 0;
		if (r == 0)
			r = look_in_packages(s, at, why);
		char *slash = strrchr(at, '/');
		*(slash ? slash : at) = '\0';
	}
	return r;
}

/* Where one way names something, the next one does not count. */
static int
look_for(struct inside_search *s, struct why *why)
{
	int r = look_by_config(s, why);
	if (r == 0 && !s->found && !s->to->folder)
		r = look_by_package(s, why);
	if (r == 0 && !s->found && !s->to->folder)
		r = look_as_usual(s, why);
	if (r == 0 && !s->found && !s->to->folder)
		r = look_around(s, why);
	return r;
}

static int
several(const struct inside_search *s, struct why *why)
{
	own(buf) struct buf names = { 0 };
	size_t n = strings_count(s->found);
	for (size_t i = 0; i < MIN(n, NAMES_SHOWN); i++) {
		own(str) char *shown =
			escape_str(span_of(s->found[i]), SHOWN, ESCAPE_LINE);
		buf_printf(&names, "%s%s", i ? ", " : "", shown);
	}
	own(str) char *first =
		escape_str(span_of(s->found[0]), SHOWN, ESCAPE_LINE);
	own(str) char *advice = s->files->beside
		? NULL
		: xprintf(": say which is meant, as in `migrations = "
			  "container:%s`",
			  first);
	return because(why, -ENOTUNIQ,
		"the image has %zu folders that may be its migrations: %s%s%s",
		n, buf_str(&names), n > NAMES_SHOWN ? ", ..." : "",
		advice ? advice : "");
}

/* The folder, and what Prisma and its users keep around it: the schema, and SQL
 * beside it. Where that would be the whole application, the schema alone. */
static int
copy_around(struct inside_search *s, const char *folder, struct why *why)
{
	own(str) char *over = above(folder);
	own(str) char *schema = xprintf("%s/schema.prisma", over);
	own(str) char *real = NULL, *root = NULL;
	int r = container_files_copy(s->files, folder, why);
	if (r == 0)
		r = find(
			s, *s->workdir ? s->workdir : "/", S_IFDIR, &root, why);
	bool all = !*over || (root && strcmp(over, root) == 0);
	s->to->around = xstrdup(all ? folder : over);
	if (r >= 0)
		r = find(s, schema, S_IFREG, &real, why);
	if (r > 0)
		r = copy(s, real, why);
	if (real && !s->to->schema && strcmp(real, schema) != 0)
		s->to->schema = take(real);
	return r < 0 || all ? MIN(r, 0)
			    : container_files_copy_near(s->files, over, why);
}

int
prisma_copy_inside(struct container_files *f, const char *workdir,
	const char *given, struct inside_place *ret, struct why *why)
{
	struct inside_search s = { .files = f, .workdir = workdir, .to = ret };
	int r = given ? add_named(&s, given, why) : look_for(&s, why);
	if (r == 0 && strings_count(s.found) > 1)
		r = several(&s, why);
	if (r == 0 && s.found) {
		free(ret->folder);
		ret->folder = xstrdup(s.found[0]);
		r = copy_around(&s, ret->folder, why);
	}
	strings_free(s.found);
	return r;
}
