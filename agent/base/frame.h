/* Frames between roles: one SOCK_SEQPACKET message each, a type and fields in a
 * fixed order, little endian, every length checked by the reader. No frame is
 * larger than FRAME_MAX; a field that would not fit is the writer's mistake, so
 * writers cut what the outside can make large before they put it in.
 *
 * Reading never fails in the middle: after the first field that is not there
 * every further one reads as 0 or empty, and frame_end() tells. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/why.h"

#define FRAME_MAX 65536u
#define FRAME_FDS 4u

struct frame {
	uint16_t type;
	struct buf data;
	int fds[FRAME_FDS]; /* owned after frame_recv, else see `lent` */
	size_t n_fds;
	bool lent; /* the descriptors are somebody else's */
	/* reading */
	size_t at;
	bool broken;
};

#define FRAME(frame_type)                                       \
	{                                                       \
		.type = (frame_type), .fds = { -1, -1, -1, -1 } \
	}

/* Frees, and closes descriptors that were received and not taken. */
void frame_free(struct frame *f);
static inline void
frame_let_go(struct frame *f)
{
	frame_free(f);
}

void frame_put_u32(struct frame *f, uint32_t v);
void frame_put_u64(struct frame *f, uint64_t v);
void frame_put_bool(struct frame *f, bool v);
/* Adds a descriptor to send, which stays the caller's. */
void frame_lend_fd(struct frame *f, int fd);
/* NULL data is kept apart from empty. */
void frame_put_span(struct frame *f, struct span s);
void frame_put_str(struct frame *f, const char *s);

uint32_t frame_get_u32(struct frame *f);
uint64_t frame_get_u64(struct frame *f);
bool frame_get_bool(struct frame *f);
/* Borrowed from the frame. Longer than max breaks the frame. */
struct span frame_get_span(struct frame *f, size_t max);
/* Owned; NULL for none. A NUL inside breaks the frame. */
char *frame_get_str(struct frame *f, size_t max);
/* A number that must be below `end`: enums and counts. */
uint32_t frame_get_below(struct frame *f, uint32_t end);
/* The next received descriptor, now the caller's; breaks the frame if none. */
int frame_get_fd(struct frame *f);

/* 0 if everything was read, nothing is left and nothing was broken. */
int frame_end(struct frame *f, struct why *why);

/* 0, or -EAGAIN when the peer does not read, -EPIPE when it is gone. */
int frame_send(int sock, const struct frame *f);
/* 1: a frame; 0: the peer is gone; -EAGAIN: nothing yet; -EBADMSG: not one;
 * -EMFILE: its descriptors are more than this process may have. */
int frame_recv(int sock, struct frame *f);
/* A connected pair, close-on-exec; both ends block unless told otherwise. */
int frame_pair(int ret[2], struct why *why);
