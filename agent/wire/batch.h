/* A batch: how far eyes read in one source, and the faults they found on the
 * way. Head stores position and faults in one transaction, and only if the
 * stored position still is `from`: so a line counts exactly once, also when
 * eyes are killed and read the same bytes again. */
#pragma once

#include "wire/fault.h"

/* Where reading goes on: for each stream the offset in the log of the first
 * byte of its first record that is not closed yet. stdout and stderr have an
 * offset each, because Docker mixes their lines in one file and half a stack
 * trace on one stream may be open while the other goes on. Reading begins at
 * the smaller offset and ignores the lines of the stream that is further on.
 * Plain files keep both offsets equal. */
struct position {
	uint64_t offset[STREAMS];
	uint64_t before; /* hash64() of the up to POSITION_BEFORE bytes before
			    the smaller offset: tells a file that was truncated
			    and grew again, which its size does not show
			    (https://github.com/grafana/loki/pull/924) */
};

#define POSITION_BEFORE 256u

/* The smaller and the larger offset. */
uint64_t position_least(const struct position *p);
uint64_t position_most(const struct position *p);
/* Whether offsets and bytes before are the same. */
bool position_eq(const struct position *a, const struct position *b);
/* Write and read a position as part of a frame. */
void position_put(struct frame *to, const struct position *p);
void position_get(struct frame *from, struct position *ret);

#define BATCH_FAULTS 64u
/* What all faults of a batch may take of a frame: fault_wire_size(). */
#define BATCH_ROOM (FRAME_MAX - 256u)

struct batch {
	uint32_t source;
	uint32_t generation; /* of the source when eyes got it: head drops the
				batches of earlier ones (source.h) */
	struct position from, to;
	int64_t time_ns; /* newest log time seen; 0: none */
	uint64_t bytes;  /* read beyond `from`, for counting */
	uint32_t broken; /* lines that are not in the log's format */
	uint32_t
		undecided; /* times that a rule could not tell about a record */
	bool end;          /* eyes read a finished source to its end */
	size_t n_faults;
	struct fault faults[BATCH_FAULTS];
};

/* Takes secrets out of all faults: fault_redact(). */
void batch_redact(struct batch *b);
/* Frees the faults. */
void batch_free(struct batch *b);
static inline void
batch_let_go(struct batch *b)
{
	batch_free(b);
}
/* Writes the batch into a frame: FRAME(EYES_BATCH). */
void batch_put(struct frame *to, const struct batch *b);
/* Reads a batch; `rules` is the number of loaded rules, which bounds the rule
 * of each fault. 0 or -EBADMSG; free *ret in any case. */
int batch_get(
	struct frame *from, uint32_t rules, struct batch *ret, struct why *why);
