#include "config.h"
#include "wire/eyes-frames.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/descriptors.h"
#include "base/own.h"

#define TROUBLE_MAX 1024u

int
eyes_frames_rules(struct frame *f, const char *path, struct why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return because(why, -errno, "%s: cannot be opened: %s", path,
			descriptors_error(-errno));
	f->type = EYES_RULES;
	frame_put_str(f, path);
	f->fds[f->n_fds++] = fd;
	return 0;
}

void
eyes_frames_source(struct frame *f, const struct source *s, int fd)
{
	f->type = EYES_SOURCE;
	source_put(f, s);
	frame_lend_fd(f, fd);
}

void
eyes_frames_more(struct frame *f, const struct more *m, int fd)
{
	f->type = EYES_MORE;
	more_put(f, m);
	frame_lend_fd(f, fd);
}

void
eyes_frames_id(struct frame *f, enum eyes_frame type, uint32_t id)
{
	f->type = (uint16_t)type;
	frame_put_u32(f, id);
}

int
eyes_frames_ready(struct frame *f, size_t n_rules, struct why *why)
{
	uint32_t n = frame_get_u32(f);
	if (f->type != EYES_READY || frame_end(f, why) < 0)
		return because(why, -EBADMSG,
			"the reading process said something else than ready");
	if (n != n_rules)
		return because(why, -EAGAIN,
			"the rules changed while they were read; try again");
	return 0;
}

int
eyes_frames_trouble(
	struct frame *f, uint32_t *ret_id, char **ret_text, struct why *why)
{
	uint32_t id = frame_get_u32(f);
	own(str) char *text = frame_get_str(f, TROUBLE_MAX);
	if (frame_end(f, why) < 0 || !text)
		return because(why, -EBADMSG,
			"the reading process sent something broken");
	*ret_id = id;
	*ret_text = escape_str(span_of(text), TROUBLE_MAX, ESCAPE_LINE);
	return 0;
}
