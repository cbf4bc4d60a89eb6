#include "config.h"
#include "hands/sql/rules/part.h"

#include <stdlib.h>

#include "base/own.h"

#define NAME_MOST 1024u
#define SQL_MOST 16384u
#define KEYS_MOST 64u

const struct guard_rule *
part_rule(const struct guard_part *p)
{
	return rule_at(p->row);
}

void
part_free(struct guard_part *p)
{
	free(p->schema);
	free(p->table);
	free(p->to_schema);
	free(p->to_table);
	free(p->name);
	free(p->sql);
	free(p->type);
	free(p->value);
	strings_free(p->keys);
	strings_free(p->to_keys);
	*p = (struct guard_part){ 0 };
}

static void
put_list(struct frame *to, char *const *list)
{
	size_t n = strings_count(list);
	frame_put_u32(to, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		frame_put_str(to, list[i]);
}

static char **
get_list(struct frame *from)
{
	char **list = NULL;
	uint32_t n = frame_get_below(from, KEYS_MOST + 1);
	for (uint32_t i = 0; i < n && !from->broken; i++) {
		own(str) char *one = frame_get_str(from, NAME_MOST);
		strings_add(&list, one ? one : "");
	}
	return list;
}

/* What is too long for the gate to ask is left out: then it cannot be measured.
 */
static const char *
short_enough(const char *sql)
{
	return sql && strlen(sql) <= SQL_MOST ? sql : NULL;
}

void
part_put(struct frame *to, const struct guard_part *p)
{
	bool few = strings_count(p->keys) <= KEYS_MOST &&
		strings_count(p->to_keys) <= KEYS_MOST;
	frame_put_u32(to, p->row);
	frame_put_str(to, p->schema);
	frame_put_str(to, p->table);
	frame_put_str(to, p->to_schema);
	frame_put_str(to, p->to_table);
	frame_put_str(to, p->name);
	frame_put_str(to, short_enough(p->sql));
	frame_put_str(to, short_enough(p->type));
	frame_put_str(to, short_enough(p->value));
	put_list(to, few ? p->keys : NULL);
	put_list(to, few ? p->to_keys : NULL);
	frame_put_bool(to, p->unless_there);
	frame_put_bool(to, p->only);
}

void
part_get(struct frame *from, struct guard_part *ret)
{
	*ret = (struct guard_part){ 0 };
	ret->row = frame_get_below(from, (uint32_t)rule_count());
	ret->schema = frame_get_str(from, NAME_MOST);
	ret->table = frame_get_str(from, NAME_MOST);
	ret->to_schema = frame_get_str(from, NAME_MOST);
	ret->to_table = frame_get_str(from, NAME_MOST);
	ret->name = frame_get_str(from, NAME_MOST);
	ret->sql = frame_get_str(from, SQL_MOST);
	ret->type = frame_get_str(from, SQL_MOST);
	ret->value = frame_get_str(from, SQL_MOST);
	ret->keys = get_list(from);
	ret->to_keys = get_list(from);
	ret->unless_there = frame_get_bool(from);
	ret->only = frame_get_bool(from);
}
