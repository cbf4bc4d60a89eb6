#include "config.h"
#include "hands/prisma/inside-image.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io/file.h"
#include "hands/container/docker-app.h"

#define PACKAGE_MAX (1u << 20)

/* What folder.c, stray-files.c and schema-prisma.c read, and what names it. */
const char *const prisma_inside_files[] = { ".sql", ".prisma", ".toml",
	"package.json", NULL };

struct inside_search {
	struct container_files *files;
	const char *workdir; /* without a slash at its end; "" is the root */
	char *folder;        /* of the migrations; NULL: none yet */
	char *around;        /* what was copied: it, or the one above */
};

/* `/a/b` of `/a/b/c`; "" is the root. */
static char *
above(const char *path)
{
	const char *slash = strrchr(path, '/');
	return xstrndup(path, slash ? (size_t)(slash - path) : 0);
}

/* What may be there; an error is one that is none of a missing file. */
static int
copy_if_there(struct inside_search *s, const char *path, struct why *why)
{
	int r = container_files_copy(s->files, path, why);
	return r == -ESRCH ? 0 : r;
}

/* What Prisma and its users keep around a folder that was copied: the schema,
 * and SQL beside it. Where that would be the whole application, the schema
 * alone. */
static int
copy_beside(struct inside_search *s, const char *folder, struct why *why)
{
	own(str) char *over = above(folder);
	own(str) char *schema = xprintf("%s/schema.prisma", over);
	bool all = !*over || strcmp(over, s->workdir) == 0;
	s->folder = xstrdup(folder);
	s->around = xstrdup(all ? folder : over);
	int r = container_files_has(s->files, schema, S_IFREG)
		? 0
		: copy_if_there(s, schema, why);
	return r < 0 || all ? r
			    : container_files_copy_near(s->files, over, why);
}

static int
copy_around(struct inside_search *s, const char *folder, struct why *why)
{
	int r = copy_if_there(s, folder, why);
	return r < 0 ? r : copy_beside(s, folder, why);
}

/* Without `./` before it; NULL: it is no path below a folder. Borrowed. */
static const char *
below_path(const char *path)
{
	while (path && strncmp(path, "./", 2) == 0)
		path += 2;
	if (!path || !*path)
		return NULL;
	struct span rest = span_of(path), piece;
	while (span_cut(&rest, '/', &piece))
		if (!piece.len || span_is(piece, ".") || span_is(piece, ".."))
			return NULL;
	return path;
}

/* `prisma.schema` of package.json is a file or, of newer ones, a folder. The
 * folder of migrations that belongs to it, owned; NULL: it names none. */
static char *
named_by(const struct inside_search *s, const char *package)
{
	own(buf) struct buf text = { 0 };
	if (file_read_beneath(
		    s->files->root, package + 1, PACKAGE_MAX, &text, NULL) < 0)
		return NULL;
	json_t *json = json_loads(buf_str(&text), 0, NULL);
	const char *schema = below_path(
		json_string_value(json_at(json, "prisma", "schema", NULL)));
	own(str) char *whole =
		schema ? xprintf("%s/%s", s->workdir, schema) : NULL;
	json_decref(json);
	if (!whole)
		return NULL;
	own(str) char *over = span_ends(span_of(whole), SPAN(".prisma"))
		? above(whole)
		: xstrdup(whole);
	return xprintf("%s/migrations", over);
}

static int
look_further(struct inside_search *s, struct why *why)
{
	own(str) char *schema = xprintf("%s/schema.prisma", s->workdir);
	own(str) char *package = xprintf("%s/package.json", s->workdir);
	int r = copy_if_there(s, schema, why);
	if (r == 0 && container_files_has(s->files, schema, S_IFREG)) {
		own(str) char *beside = xprintf("%s/migrations", s->workdir);
		return copy_around(s, beside, why);
	}
	if (r == 0)
		r = copy_if_there(s, package, why);
	own(str) char *named = r == 0 ? named_by(s, package) : NULL;
	return named ? copy_around(s, named, why) : r;
}

/* Where Prisma itself looks: prisma/, then schema.prisma, then package.json. */
static int
look_for(struct inside_search *s, struct why *why)
{
	own(str) char *usual = xprintf("%s/prisma/migrations", s->workdir);
	int r = copy_if_there(s, usual, why);
	if (r < 0 || !container_files_has(s->files, usual, S_IFDIR))
		return r < 0 ? r : look_further(s, why);
	return copy_beside(s, usual, why);
}

int
prisma_copy_inside(struct container_files *f, const char *workdir,
	const char *given, char **ret_folder, char **ret_around,
	struct why *why)
{
	struct inside_search s = { .files = f, .workdir = workdir };
	int r = given ? copy_around(&s, given, why) : look_for(&s, why);
	*ret_folder = s.folder;
	*ret_around = s.around;
	return r;
}
