#include "config.h"
#include "hands/container/image-changes.h"

#include <string.h>

#include "base/escape.h"
#include "hands/container/docker-app.h"

#define NAMES_SHOWN 5u
#define NAME_SHOWN 150

static const char *
path_of(const json_t *change)
{
	return json_text(json_object_get(change, "Path"));
}

/* `path` is `folder`, or lies below it. */
static bool
is_within(const char *path, const char *folder)
{
	size_t len = strlen(folder);
	return strcmp(folder, "/") == 0 ||
		(strncmp(path, folder, len) == 0 &&
			(path[len] == '/' || !path[len]));
}

/* The Engine lists each folder above a change as changed itself. */
static bool
is_parent(const json_t *changes, const char *path)
{
	size_t i;
	json_t *one;
	json_array_foreach (changes, i, one)
		if (strcmp(path_of(one), path) != 0 &&
			is_within(path_of(one), path))
			return true;
	return false;
}

static const char *
kind_of(const json_t *change)
{
	static const char *const kinds[] = { "changed", "added", "deleted" };
	json_int_t kind = json_integer_value(json_object_get(change, "Kind"));
	return kind >= 0 && kind < 3 ? kinds[kind] : "changed";
}

static void
add_changes(struct buf *to, const json_t *changes, const char *folder)
{
	own(buf) struct buf names = { 0 };
	size_t i, n = 0;
	json_t *one;
	json_array_foreach (changes, i, one) {
		const char *path = path_of(one);
		if (!*path || !is_within(path, folder) ||
			is_parent(changes, path))
			continue;
		own(str) char *shown =
			escape_str(span_of(path), NAME_SHOWN, ESCAPE_LINE);
		if (n++ < NAMES_SHOWN)
			buf_printf(&names, "%s%s (%s)", n > 1 ? ", " : "",
				shown, kind_of(one));
	}
	if (n)
		buf_printf(to,
			"the container's files differ from its image, where "
			"the migrations are: %s%s",
			buf_str(&names), n > NAMES_SHOWN ? ", ..." : "");
}

static void
add_mounts(struct buf *to, const json_t *mounts, const char *folder)
{
	size_t i;
	json_t *one;
	json_array_foreach (mounts, i, one) {
		const char *at =
			json_string_value(json_object_get(one, "Destination"));
		if (!at || !(is_within(folder, at) || is_within(at, folder)))
			continue;
		own(str) char *shown =
			escape_str(span_of(at), NAME_SHOWN, ESCAPE_LINE);
		buf_printf(to,
			"%s%s in the container is a volume or a folder of the "
			"host, and not of its image",
			to->len ? "; " : "", shown);
		return;
	}
}

char *
image_changes_text(
	const json_t *changes, const json_t *mounts, const char *folder)
{
	own(buf) struct buf text = { 0 };
	add_changes(&text, changes, folder);
	add_mounts(&text, mounts, folder);
	return text.len ? buf_take_str(&text) : NULL;
}
