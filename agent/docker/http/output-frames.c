#include "config.h"
#include "docker/http/output-frames.h"

#include <errno.h>

#include "base/own.h"

enum { STANDARD_OUTPUT = 1, STANDARD_ERROR = 2 };

static int
read_head(struct output_frames *f)
{
	const unsigned char *h = f->head;
	bool known = h[0] == STANDARD_OUTPUT || h[0] == STANDARD_ERROR;
	if (!known || h[1] || h[2] || h[3])
		return -EBADMSG;
	f->left = (uint32_t)h[4] << 24 | (uint32_t)h[5] << 16 |
		(uint32_t)h[6] << 8 | h[7];
	f->have = 0;
	return 0;
}

static struct span
take_head(struct output_frames *f, struct span bytes)
{
	size_t n = MIN(OUTPUT_HEAD - f->have, bytes.len);
	memcpy(f->head + f->have, bytes.data, n);
	f->have += n;
	return span_from(bytes, n);
}

int
output_frames_take(
	struct output_frames *f, struct span bytes, output_sink sink, void *arg)
{
	int r = 0;
	while (r == 0 && bytes.len) {
		if (!f->left) {
			bytes = take_head(f, bytes);
			if (f->have == OUTPUT_HEAD)
				r = read_head(f);
			continue;
		}
		struct span piece = span_first(bytes, f->left);
		f->left -= (uint32_t)piece.len;
		bytes = span_from(bytes, piece.len);
		r = sink(arg, f->head[0] == STANDARD_ERROR, piece);
	}
	return r;
}

bool
output_frames_is_whole(const struct output_frames *f)
{
	return f->left == 0 && f->have == 0;
}
