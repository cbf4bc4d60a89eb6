#include "config.h"
#include "wire/source.h"

/* A watch of -1 travels as a u32 and is -1 again on the other side. */
void
source_put(struct frame *to, const struct source *s)
{
	frame_put_u32(to, s->id);
	frame_put_u32(to, s->generation);
	frame_put_u32(to, s->format);
	position_put(to, &s->from);
	frame_put_u64(to, s->base);
	frame_put_u32(to, (uint32_t)s->watch);
	frame_put_bool(to, s->follow);
	frame_put_bool(to, s->whole);
	frame_put_bool(to, s->numbered);
	frame_put_bool(to, s->fold);
	for (size_t i = 0; i < ELEMENTS(s->rules); i++)
		frame_put_u64(to, s->rules[i]);
}

/* A set of rules is a bit for each, so its size does not depend on how many
 * rules there are. */
int
source_get(struct frame *from, struct source *ret, struct why *why)
{
	*ret = (struct source){ 0 };
	ret->id = frame_get_u32(from);
	ret->generation = frame_get_u32(from);
	ret->format = frame_get_below(from, FORMAT_PLAIN + 1);
	position_get(from, &ret->from);
	ret->base = frame_get_u64(from);
	ret->watch = (int)frame_get_u32(from);
	ret->follow = frame_get_bool(from);
	ret->whole = frame_get_bool(from);
	ret->numbered = frame_get_bool(from);
	ret->fold = frame_get_bool(from);
	for (size_t i = 0; i < ELEMENTS(ret->rules); i++)
		ret->rules[i] = frame_get_u64(from);
	return frame_end(from, why);
}

void
more_put(struct frame *to, const struct more *m)
{
	frame_put_u32(to, m->id);
	frame_put_u64(to, m->base);
	frame_put_u32(to, (uint32_t)m->watch);
}

int
more_get(struct frame *from, struct more *ret, struct why *why)
{
	ret->id = frame_get_u32(from);
	ret->base = frame_get_u64(from);
	ret->watch = (int)frame_get_u32(from);
	return frame_end(from, why);
}
