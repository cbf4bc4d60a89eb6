/* The two outputs of a program in a container, which Docker mixes into one
 * stream: before each piece stand 8 bytes, the number of the output, three
 * zeroes and the piece's length, most significant byte first. Any bytes may
 * come, cut anywhere; nothing is kept of a piece:
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define OUTPUT_HEAD 8u

/* Zeroed at the beginning of a stream. */
struct output_frames {
	unsigned char head[OUTPUT_HEAD];
	size_t have;   /* bytes of the next head */
	uint32_t left; /* bytes of the piece that are still to come */
};

/* Takes bytes of standard output, or of standard error; a negative errno ends
 * it. */
typedef int (*output_sink)(void *arg, bool is_error, struct span bytes);

/* Passes on what is in these next bytes of the stream: 0, what the sink
 * returned, or -EBADMSG: that is no head of a piece. */
int output_frames_take(struct output_frames *f, struct span bytes,
	output_sink sink, void *arg);
/* Whether the stream may end here: behind a piece. */
bool output_frames_is_whole(const struct output_frames *f);
