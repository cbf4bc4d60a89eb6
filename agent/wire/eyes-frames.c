#include "config.h"
#include "wire/eyes-frames.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/descriptors.h"
#include "base/io/file.h"
#include "base/own.h"

#define TROUBLE_MAX 1024u

/* Sealed, so that eyes read what head loaded, and whoever gets hold of them
 * cannot change what the next ones would read either (memfd_create(2)). */
int
eyes_frames_rules(
	struct frame *f, const char *name, struct span bytes, struct why *why)
{
	own(fd) int fd = memfd_create("rules", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int r = fd < 0 ? -errno : write_all(fd, bytes);
	if (r >= 0 &&
		(lseek(fd, 0, SEEK_SET) < 0 ||
			fcntl(fd, F_ADD_SEALS,
				F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE |
					F_SEAL_SEAL) < 0))
		r = -errno;
	if (r < 0)
		return because(why, r, "%s: cannot be handed to eyes: %s", name,
			descriptors_error(r));
	f->type = EYES_RULES;
	frame_put_str(f, name);
	f->fds[f->n_fds++] = take(fd);
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
		return because(why, -EBADMSG,
			"the reading process loaded %u rules of %zu", n,
			n_rules);
	return 0;
}

/* Escapes the sentence although eyes wrote it: they are the role that reads
 * hostile text, and whatever got hold of them gets to no terminal through
 * this. */
int
eyes_frames_trouble(struct frame *f, uint32_t *ret_id, bool *ret_broken,
	char **ret_text, struct why *why)
{
	uint32_t id = frame_get_u32(f);
	bool broken = frame_get_bool(f);
	own(str) char *text = frame_get_str(f, TROUBLE_MAX);
	if (frame_end(f, why) < 0 || !text)
		return because(why, -EBADMSG,
			"the reading process sent something broken");
	*ret_id = id;
	*ret_broken = broken;
	*ret_text = escape_str(span_of(text), TROUBLE_MAX, ESCAPE_LINE);
	return 0;
}
