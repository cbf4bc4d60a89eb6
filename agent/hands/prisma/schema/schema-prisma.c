#include "config.h"
#include "hands/prisma/schema/schema-prisma.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io/file.h"
#include "base/io/owned-path.h"
#include "hands/prisma/schema/schema-models.h"

#define SCHEMA_MAX (4u << 20)
#define FILES_MOST 500u
#define ENTRIES_MOST 5000u
#define DEPTH 3u
#define VARIABLE_MAX 128u

struct schema_files {
	struct schema_models *models;
	size_t files, entries;
	size_t bytes;
};

static void
read_one(struct schema_files *s, int dir, const char *name)
{
	own(buf) struct buf text = { 0 };
	if (s->files >= FILES_MOST || s->bytes > SCHEMA_MAX ||
		file_read_beneath(dir, name, SCHEMA_MAX, &text, NULL) < 0)
		return;
	s->files++;
	s->bytes += text.len;
	if (s->bytes <= SCHEMA_MAX)
		schema_models_read(s->models, buf_span(&text));
}

/* Hidden folders and installed packages have schemas of their own. Takes the
 * descriptor. */
static void
read_folder(struct schema_files *s, int fd, unsigned depth)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	if (!d)
		fd_close(fd);
	while (d && (e = readdir(d)) && s->entries++ < ENTRIES_MOST) {
		struct stat st;
		if (e->d_name[0] == '.' ||
			strcmp(e->d_name, "node_modules") == 0 ||
			fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISREG(st.st_mode) &&
			span_ends(span_of(e->d_name), SPAN(".prisma")))
			read_one(s, fd, e->d_name);
		int below = S_ISDIR(st.st_mode) && depth
			? file_open_beneath(
				  fd, e->d_name, O_RDONLY | O_DIRECTORY)
			: -1;
		if (below >= 0)
			read_folder(s, below, depth - 1);
	}
	if (d)
		closedir(d);
}

/* False: it cannot be read, or the folder has no such file. */
static bool
read_models(const char *schema, struct schema_models *ret)
{
	struct schema_files s = { .models = ret };
	own(buf) struct buf text = { 0 };
	int fd = owned_path_open(schema, O_RDONLY | O_DIRECTORY, NULL);
	if (fd >= 0)
		read_folder(&s, fd, DEPTH);
	else if (owned_path_read(schema, SCHEMA_MAX, &text, NULL) < 0)
		return false;
	schema_models_read(ret, buf_span(&text));
	schema_models_link(ret);
	return fd < 0 || s.files > 0;
}

bool
schema_prisma_tables(const char *schema, char ***ret)
{
	own(schema_models) struct schema_models m = { 0 };
	bool read = read_models(schema, &m);
	for (size_t i = 0; i < m.n; i++)
		if (!m.list[i].schema ||
			strcmp(m.list[i].schema, "public") == 0)
			strings_add(ret, m.list[i].table);
	return read;
}

enum answer
schema_prisma_knows(const char *schema, const char *table, const char *column)
{
	own(schema_models) struct schema_models m = { 0 };
	if (!read_models(schema, &m))
		return ANSWER_UNKNOWN;
	return schema_models_have(&m, table, column) ? ANSWER_YES : ANSWER_NO;
}

/* The name in `env("NAME")`, if it is one of a variable; owned, else NULL. */
static char *
variable_in(struct span rest)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	rest = span_trim(rest);
	struct span name = span_starts(rest, SPAN("env(")) ? schema_quoted(rest)
							   : SPAN_NONE;
	own(str) char *text =
		name.len ? xstrndup(name.data, name.len) : xstrdup("");
	bool plain = name.len && name.len <= VARIABLE_MAX &&
		strspn(text, fine) == name.len;
	return plain ? take(text) : NULL;
}

static void
read_datasource(struct span text, char **ret_url, char **ret_direct)
{
	struct span line, key;
	bool within = false;
	while (span_cut(&text, '\n', &line)) {
		struct span rest = line;
		(void)span_cut(&rest, '=', &key);
		key = span_trim(key);
		if (span_is(schema_word(&line), "datasource"))
			within = true;
		else if (span_starts(key, SPAN("}")))
			within = false;
		else if (within && span_is(key, "url") && !*ret_url)
			*ret_url = variable_in(rest);
		else if (within && span_is(key, "directUrl") && !*ret_direct)
			*ret_direct = variable_in(rest);
	}
}

void
schema_prisma_variables(int dir, char **ret_url, char **ret_direct)
{
	own(buf) struct buf text = { 0 };
	own(fd) int above = openat(dir, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	*ret_url = *ret_direct = NULL;
	if (above >= 0 &&
		file_read_beneath(
			above, "schema.prisma", SCHEMA_MAX, &text, NULL) >= 0)
		read_datasource(buf_span(&text), ret_url, ret_direct);
}
