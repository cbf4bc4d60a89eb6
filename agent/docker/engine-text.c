#include "config.h"
#include "docker/engine-text.h"

#include <stdlib.h>
#include <string.h>

#include "docker/engine.h"

#define LETTERS                      \
	"abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"0123456789"

bool
engine_is_id(const char *id)
{
	size_t len = strlen(id);
	return len > 0 && len <= 128 && strspn(id, LETTERS "._-") == len &&
		id[0] != '.';
}

char *
engine_plain(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));
	size_t len = s ? strlen(s) : 0;
	return len && len <= ENGINE_TEXT && strspn(s, LETTERS "._-/:") == len
		? xstrdup(s)
		: NULL;
}

char *
engine_shown(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));
	return s && *s ? escape_str(span_of(s), ENGINE_TEXT, ESCAPE_LINE)
		       : NULL;
}

char *
engine_filtered(
	const char *path, const char *key, const char *value, const char *other)
{
	json_t *values = json_pack("[s]", value);
	if (other)
		json_array_append_new(values, json_string(other));
	json_t *filters = json_pack("{s:o}", key, values);
	char *text = json_dumps(filters, JSON_COMPACT);
	struct buf b = { 0 };
	buf_printf(&b, "%s%cfilters=", path, strchr(path, '?') ? '&' : '?');
	engine_add_part(&b, span_of(text));
	free(text);
	json_decref(filters);
	return buf_take_str(&b);
}

usec
engine_time(const json_t *text)
{
	int64_t ns = 0;
	const char *s = json_string_value(text);
	return s && clock_parse(span_of(s), &ns) && ns > 0
		? (usec)(ns / NSEC_USEC)
		: 0;
}
