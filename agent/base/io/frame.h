/* Frames between roles: a type and fields in a fixed order, little endian. Each
 * frame is one message on a SOCK_SEQPACKET socket, because the kernel keeps the
 * borders of those messages (unix(7)): a reader needs no framing of its own,
 * never sees half a frame, and a peer that lies about a length cannot shift
 * where the next frame begins. The reader checks every length. No frame is
 * larger than FRAME_MAX; a field that does not fit is a mistake of the writer,
 * so writers cut what the outside can make large before they put it in.
 *
 * Reading does not fail field by field: after the first field that is missing
 * or out of range every further one reads as 0 or empty, and frame_end() says
 * so. A caller therefore reads a whole frame, then checks once. */
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
	bool lent; /* the caller keeps the descriptors and closes them */
	/* reading */
	size_t at;
	bool broken;
};

#define FRAME(frame_type)                                       \
	{                                                       \
		.type = (frame_type), .fds = { -1, -1, -1, -1 } \
	}

/* Frees the data and closes the descriptors that came with the frame and that
 * nobody took. Those that were lent stay open. */
void frame_free(struct frame *f);
/* Does the same, but keeps the memory of the data for the next frame. */
void frame_reset(struct frame *f, uint16_t type);
static inline void
frame_let_go(struct frame *f)
{
	frame_free(f);
}

void frame_put_u32(struct frame *f, uint32_t v);
void frame_put_u64(struct frame *f, uint64_t v);
void frame_put_bool(struct frame *f, bool v);
/* Adds a descriptor to send (SCM_RIGHTS). It stays the caller's and must be
 * open until the frame is sent. At most FRAME_FDS. */
void frame_lend_fd(struct frame *f, int fd);
/* Adds bytes. A span whose data is NULL arrives as NULL, an empty one as
 * empty. */
void frame_put_span(struct frame *f, struct span s);
void frame_put_str(struct frame *f, const char *s);

uint32_t frame_get_u32(struct frame *f);
uint64_t frame_get_u64(struct frame *f);
bool frame_get_bool(struct frame *f);
/* Borrowed from the frame. More than `max` bytes break the frame. */
struct span frame_get_span(struct frame *f, size_t max);
/* Owned; NULL if none was sent. A NUL inside breaks the frame: a string that
 * is shorter for C than for its writer could pass a check and then name
 * something else. */
char *frame_get_str(struct frame *f, size_t max);
/* A number that must be below `end`, as enums and counts are; breaks the frame
 * and returns 0 if it is not. */
uint32_t frame_get_below(struct frame *f, uint32_t end);
/* The next descriptor that came with the frame, which the caller owns from
 * then on; -1 and a broken frame if there is none. */
int frame_get_fd(struct frame *f);

/* 0 if every field was there, in range, and none is left; else -EBADMSG. */
int frame_end(struct frame *f, struct why *why);

/* Sends one frame. 0; -EAGAIN: the socket does not block and the peer has not
 * read what was sent before; -EPIPE: the peer is gone; or another negative
 * errno. */
int frame_send(int sock, const struct frame *f);
/* Receives one frame into `f`, which is reset first. 1: a frame came; 0: the
 * peer is gone; -EAGAIN: none is there yet; -EBADMSG: the message is no frame;
 * -EMFILE: this process has no room for the descriptors in it. */
int frame_recv(int sock, struct frame *f);
/* A connected pair of sockets, close-on-exec; both ends block unless the
 * caller changes that. */
int frame_pair(int ret[2], struct why *why);
