#include "config.h"
#include "cli/local/installed-unit.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io/file.h"

#define UNIT_MAX (256u << 10)

/* systemd.unit(5): an earlier folder's unit hides a later one's. */
static const char *const folders[] = { "/etc/systemd/system",
	"/run/systemd/system", "/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system", "/lib/systemd/system" };

static bool
is_yes(struct span value)
{
	return span_is(value, "yes") || span_is(value, "true") ||
		span_is(value, "1") || span_is(value, "on");
}

static void
set(char **field, struct span value)
{
	free(*field);
	*field = value.len ? xstrndup(value.data, value.len) : NULL;
}

/* A list grows; an empty value begins it anew. A path may have marks before it:
 * `-`, `+`. */
static void
add_words(char ***list, struct span value)
{
	struct span word;
	if (!value.len) {
		strings_free(*list);
		*list = NULL;
	}
	while (span_cut(&value, ' ', &word)) {
		while (word.len && strchr("-+", word.data[0]))
			word = span_from(word, 1);
		own(str) char *copy = xstrndup(word.data, word.len);
		if (*copy)
			strings_add(list, copy);
	}
}

static void
take_key(struct installed_unit *u, struct span key, struct span value)
{
	struct span program = value;
	if (span_is(key, "User")) {
		set(&u->user, value);
	} else if (span_is(key, "ExecStart")) {
		(void)span_cut(&program, ' ', &value);
		set(&u->program, value);
	} else if (span_is(key, "Environment")) {
		u->roles |= span_starts(value, SPAN("LOGMEND_ROLES="));
	} else if (span_is(key, "ProtectSystem")) {
		u->strict = span_is(value, "strict");
	} else if (span_is(key, "PrivateTmp")) {
		u->private_tmp = is_yes(value);
	} else if (span_is(key, "ProtectHome")) {
		u->hidden_homes = is_yes(value) || span_is(value, "tmpfs");
	} else if (span_is(key, "ReadWritePaths")) {
		add_words(&u->writable, value);
	} else if (span_is(key, "InaccessiblePaths")) {
		add_words(&u->hidden, value);
	} else if (span_is(key, "CapabilityBoundingSet")) {
		add_words(&u->rights, value);
	} else if (span_is(key, "AmbientCapabilities")) {
		add_words(&u->ambient, value);
	} else if (span_is(key, "RestrictNamespaces")) {
		add_words(&u->namespaces, value);
	} else if (span_is(key, "StateDirectory") ||
		span_is(key, "RuntimeDirectory")) {
		own(str) char *path = xprintf("/%s/" SPAN_FMT,
			span_is(key, "StateDirectory") ? "var/lib" : "run",
			SPAN_ARG(value));
		strings_add(&u->writable, path);
	}
}

static bool
read_file(struct installed_unit *u, const char *path)
{
	own(buf) struct buf text = { 0 };
	if (file_read(path, UNIT_MAX, &text, NULL) < 0)
		return false;
	struct span rest = buf_span(&text), line;
	while (span_cut(&rest, '\n', &line)) {
		struct span key, value = span_trim(line);
		if (!value.len || strchr("#;[", value.data[0]) ||
			!span_cut(&value, '=', &key) || !value.data)
			continue;
		take_key(u, span_trim(key), span_trim(value));
	}
	return true;
}

static void
read_drop_ins(struct installed_unit *u, const char *root, const char *folder,
	const char *name)
{
	own(str) char *pattern =
		xprintf("%s%s/%s.d/*.conf", root, folder, name);
	glob_t found = { 0 };
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			(void)read_file(u, found.gl_pathv[i]);
	globfree(&found);
}

/* The link that `systemctl enable` makes. It leads to the unit on the host. */
static bool
is_enabled(const char *root, const char *name)
{
	own(str) char *link = xprintf(
		"%s/etc/systemd/system/multi-user.target.wants/%s", root, name);
	char to[256];
	return readlink(link, to, sizeof(to)) > 0;
}

void
installed_unit_read(
	const char *root, const char *name, struct installed_unit *ret)
{
	*ret = (struct installed_unit){ 0 };
	for (size_t i = 0; !ret->path && i < ELEMENTS(folders); i++) {
		own(str) char *path =
			xprintf("%s%s/%s", root, folders[i], name);
		if (read_file(ret, path))
			ret->path = take(path);
	}
	if (!ret->path)
		return;
	for (size_t i = ELEMENTS(folders); i-- > 0;)
		read_drop_ins(ret, root, folders[i], name);
	ret->enabled = is_enabled(root, name);
}

void
installed_unit_free(struct installed_unit *u)
{
	free(u->path);
	free(u->program);
	free(u->user);
	strings_free(u->writable);
	strings_free(u->hidden);
	strings_free(u->rights);
	strings_free(u->ambient);
	strings_free(u->namespaces);
	*u = (struct installed_unit){ 0 };
}

/* Whether the path is the folder or lies in it. */
static bool
lies_in(const char *path, const char *folder)
{
	size_t len = strlen(folder);
	while (len && folder[len - 1] == '/')
		len--;
	return strncmp(path, folder, len) == 0 &&
		(path[len] == '/' || !path[len]);
}

static bool
lies_in_any(const char *path, char *const *list)
{
	for (; list && *list; list++)
		if (lies_in(path, *list))
			return true;
	return false;
}

bool
installed_unit_sees(const struct installed_unit *u, const char *path)
{
	bool tmp = lies_in(path, "/tmp") || lies_in(path, "/var/tmp");
	bool home = lies_in(path, "/home") || lies_in(path, "/root") ||
		lies_in(path, "/run/user");
	return !(u->private_tmp && tmp) && !(u->hidden_homes && home) &&
		!lies_in_any(path, u->hidden);
}

bool
installed_unit_writes(const struct installed_unit *u, const char *path)
{
	return installed_unit_sees(u, path) &&
		(!u->strict || lies_in_any(path, u->writable));
}

static bool
has_word(char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (strcasecmp(*list, word) == 0)
			return true;
	return false;
}

/* Root has what the bounding set leaves; others have what is given to them,
 * too.
 */
static bool
has_right(const struct installed_unit *u, const char *name)
{
	bool bound = !u->rights || has_word(u->rights, name);
	bool root = !u->user || strcmp(u->user, "root") == 0;
	return bound && (root || has_word(u->ambient, name));
}

/* `yes` forbids all namespaces, and a kind behind it allows that one again. */
bool
installed_unit_enters(const struct installed_unit *u)
{
	bool may = !u->namespaces || has_word(u->namespaces, "net") ||
		has_word(u->namespaces, "no") ||
		has_word(u->namespaces, "false");
	return may && has_right(u, "CAP_SYS_ADMIN");
}

bool
installed_unit_reads_all(const struct installed_unit *u)
{
	return has_right(u, "CAP_DAC_READ_SEARCH");
}
