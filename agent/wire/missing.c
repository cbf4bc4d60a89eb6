#include "config.h"
#include "wire/missing.h"

#include <stdlib.h>

/* An entry has six values of 255 bytes at most, so that 32 always fit. */
#define FRAME_ENTRIES 32u

_Static_assert(FRAME_ENTRIES *(OBJECT_KEYS *(OBJECT_VALUE_MAX + 4) + 8) + 4 <
		FRAME_MAX,
	"the entries of one frame fit into it");

void
missing_free(struct missing_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		object_free(&l->list[i].object);
	free(l->list);
	*l = (struct missing_list){ 0 };
}

void
missing_add(struct missing_list *l, enum fault_class class,
	struct object *object, bool awaited)
{
	if (l->n == MISSING_MOST) {
		object_free(object);
		return;
	}
	l->list = xrealloc(l->list, l->n + 1, sizeof(*l->list));
	l->list[l->n++] = (struct missing){ class, *object, awaited };
	*object = (struct object){ 0 };
}

size_t
missing_put(struct frame *to, const struct missing_list *l, size_t at)
{
	size_t end = MIN(l->n, at + FRAME_ENTRIES);
	frame_put_u32(to, (uint32_t)(end - at));
	for (; at < end; at++) {
		frame_put_u32(to, l->list[at].class);
		object_put(to, &l->list[at].object);
		frame_put_bool(to, l->list[at].awaited);
	}
	return end;
}

int
missing_get(struct frame *from, struct missing_list *to, struct why *why)
{
	uint32_t n = frame_get_below(from, FRAME_ENTRIES + 1);
	for (uint32_t i = 0; i < n && !from->broken; i++) {
		struct object object;
		enum fault_class class = frame_get_below(from, CLASSES);
		object_get(from, &object);
		missing_add(to, class, &object, frame_get_bool(from));
	}
	return frame_end(from, why);
}
