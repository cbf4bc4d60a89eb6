#include "config.h"
#include "head/store/sqlite/stored.h"

#include <jansson.h>
#include <stdlib.h>

char *
object_dump(enum fault_class c, const struct object *o)
{
	json_t *json = object_json(c, o);
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(json);
	if (!text) /* values are UTF-8, so only memory can be missing */
		abort();
	return text;
}

void
object_load(struct span text, struct object *ret)
{
	json_t *json = json_loadb(text.data, text.len, 0, NULL);
	object_from_json(json, ret);
	json_decref(json);
}

char *
sample_load(struct query *q, int column)
{
	struct span s = query_get_span(q, column);
	return s.data ? xstrndup(s.data, s.len) : NULL;
}
