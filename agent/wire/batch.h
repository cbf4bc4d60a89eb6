/* A batch: how far eyes read in one source, and the faults they met there. Head
 * takes it only whole, and only if the stored position still is `from`. */
#pragma once

#include "wire/fault.h"

/* Where reading goes on: for each stream the first byte of its first record
 * that is not closed yet. Bytes in between that belong to the other stream
 * alone are read again and ignored. Plain files keep both offsets equal. */
struct position {
	uint64_t offset[STREAMS];
	uint64_t before; /* hash64() of the up to 256 bytes before the smaller
			    one */
};

#define POSITION_BEFORE 256u

uint64_t position_least(const struct position *p);
uint64_t position_most(const struct position *p);
bool position_eq(const struct position *a, const struct position *b);
void position_put(struct frame *to, const struct position *p);
void position_get(struct frame *from, struct position *ret);

#define BATCH_FAULTS 16u /* so that a full batch fits in a frame */

struct batch {
	uint32_t source;
	uint32_t generation; /* of the source, as head numbers them */
	struct position from, to;
	int64_t time_ns; /* newest log time seen; 0: none */
	uint64_t bytes;  /* read beyond `from`, for counting */
	uint32_t broken; /* lines that were not what the format says */
	bool end;        /* a finished source was read to its end */
	size_t n_faults;
	struct fault faults[BATCH_FAULTS];
};

_Static_assert(BATCH_FAULTS *FAULT_WIRE_MAX + 256 < FRAME_MAX,
	"a full batch fits in a frame");

void batch_free(struct batch *b);
static inline void
batch_let_go(struct batch *b)
{
	batch_free(b);
}
void batch_put(struct frame *to, const struct batch *b);
/* 0 or -EBADMSG; free in any case. */
int batch_get(
	struct frame *from, uint32_t rules, struct batch *ret, struct why *why);
