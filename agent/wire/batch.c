#include "config.h"
#include "wire/batch.h"

uint64_t
position_least(const struct position *p)
{
	return MIN(p->offset[STREAM_STDOUT], p->offset[STREAM_STDERR]);
}

uint64_t
position_most(const struct position *p)
{
	return MAX(p->offset[STREAM_STDOUT], p->offset[STREAM_STDERR]);
}

/* Compares the bytes before, too: the same offset in a file that was truncated
 * and grew again is another position. */
bool
position_eq(const struct position *a, const struct position *b)
{
	return a->offset[STREAM_STDOUT] == b->offset[STREAM_STDOUT] &&
		a->offset[STREAM_STDERR] == b->offset[STREAM_STDERR] &&
		a->before == b->before;
}

void
position_put(struct frame *to, const struct position *p)
{
	for (int s = 0; s < STREAMS; s++)
		frame_put_u64(to, p->offset[s]);
	frame_put_u64(to, p->before);
}

void
position_get(struct frame *from, struct position *ret)
{
	for (int s = 0; s < STREAMS; s++)
		ret->offset[s] = frame_get_u64(from);
	ret->before = frame_get_u64(from);
}

void
batch_redact(struct batch *b)
{
	for (size_t i = 0; i < b->n_faults; i++)
		fault_redact(&b->faults[i]);
}

void
batch_free(struct batch *b)
{
	for (size_t i = 0; i < b->n_faults; i++)
		fault_free(&b->faults[i]);
	b->n_faults = 0;
}

/* The order of the fields is the format; batch_get() has the same. */
void
batch_put(struct frame *to, const struct batch *b)
{
	frame_put_u32(to, b->source);
	frame_put_u32(to, b->generation);
	position_put(to, &b->from);
	position_put(to, &b->to);
	frame_put_u64(to, (uint64_t)b->time_ns);
	frame_put_u64(to, b->bytes);
	frame_put_u32(to, b->broken);
	frame_put_u32(to, b->undecided);
	frame_put_bool(to, b->end);
	frame_put_u32(to, (uint32_t)b->n_faults);
	for (size_t i = 0; i < b->n_faults; i++)
		fault_put(to, &b->faults[i]);
}

/* The frame comes from the role that reads hostile text: every number that
 * later indexes something (rule, class, stream, number of faults) is bounded
 * here. */
int
batch_get(
	struct frame *from, uint32_t rules, struct batch *ret, struct why *why)
{
	*ret = (struct batch){ 0 };
	ret->source = frame_get_u32(from);
	ret->generation = frame_get_u32(from);
	position_get(from, &ret->from);
	position_get(from, &ret->to);
	ret->time_ns = (int64_t)frame_get_u64(from);
	ret->bytes = frame_get_u64(from);
	ret->broken = frame_get_u32(from);
	ret->undecided = frame_get_u32(from);
	ret->end = frame_get_bool(from);
	ret->n_faults = frame_get_below(from, BATCH_FAULTS + 1);
	for (size_t i = 0; i < ret->n_faults; i++)
		fault_get(from, rules, &ret->faults[i]);
	return frame_end(from, why);
}
