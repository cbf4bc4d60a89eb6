#include "config.h"
#include "eyes/batcher.h"

#include "wire/batch.h"
#include "wire/fault.h"

#define BATCH_BYTES (8u << 20)
#define BATCH_EVERY (5 * USEC_SECOND)

void
batcher_open(struct batcher *b, const struct source *source)
{
	*b = (struct batcher){
		.batch = { .source = source->id,
			.generation = source->generation },
		.sent = source->from,
		.told = position_least(&source->from),
		.fold = source->fold,
	};
}

void
batcher_close(struct batcher *b)
{
	batch_free(&b->batch);
}

bool
batcher_fits(const struct batcher *b, const struct fault *faults, size_t n)
{
	size_t room = b->room;
	for (size_t i = 0; i < n; i++)
		room += fault_wire_size(&faults[i]);
	return b->batch.n_faults + n <= BATCH_FAULTS && room <= BATCH_ROOM;
}

/* The fault is a repetition of an older one if rule, stream and object are
 * equal and a second at most lies between them. A flood of one fault then costs
 * head one row a second, and the count says how many there were. */
static bool
folds(struct fault *old, const struct fault *f)
{
	if (old->rule != f->rule || old->stream != f->stream ||
		!object_eq(&old->object, &f->object))
		return false;
	int64_t apart = f->first_ns - old->first_ns;
	if (apart < 0 || apart > NSEC_SECOND)
		return false;
	old->count += f->count;
	old->last_ns = f->last_ns;
	return true;
}

bool
batcher_add(struct batcher *b, struct fault *f, struct fault **ret)
{
	for (size_t i = 0; b->fold && i < b->batch.n_faults; i++)
		if (folds(&b->batch.faults[i], f)) {
			fault_free(f);
			return false;
		}
	*ret = &b->batch.faults[b->batch.n_faults++];
	**ret = *f;
	b->room += fault_wire_size(f);
	return true;
}

/* How many bytes before `end` no batch has told of yet. After another log had
 * the window, the reader goes on at an open record, which lies before the end
 * of the last batch: those bytes must not be counted twice. */
static uint64_t
untold(const struct batcher *b, uint64_t end)
{
	return end > b->told ? end - b->told : 0;
}

bool
batcher_is_full(const struct batcher *b, uint64_t end)
{
	return b->batch.n_faults || untold(b, end) >= BATCH_BYTES;
}

bool
batcher_is_due(const struct batcher *b, uint64_t end, bool moved, usec now)
{
	return batcher_is_full(b, end) ||
		(now - b->since >= BATCH_EVERY && (moved || untold(b, end)));
}

void
batcher_send(struct batcher *b, const struct position *to, uint64_t end,
	usec now, struct batch *ret)
{
	struct batch next = { .source = b->batch.source,
		.generation = b->batch.generation };
	/* Head takes a batch only if its stored position still is `from`: so no
	 * fault is lost and none counts twice (promise 1). */
	b->batch.from = b->sent;
	b->batch.to = *to;
	b->batch.bytes = untold(b, end);
	b->told = MAX(end, b->told);
	b->since = now;
	b->room = 0;
	b->sent = *to;
	*ret = b->batch;
	b->batch = next;
}
