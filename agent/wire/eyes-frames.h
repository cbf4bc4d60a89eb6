/* The frames between eyes and whoever starts them, head or a command: writes
 * those that eyes get, reads those that eyes send. role.h has the types of the
 * frames, source.h and batch.h the values. Each function that writes takes a
 * frame that is FRAME(0). */
#pragma once

#include "base/io/frame.h"
#include "base/why.h"
#include "wire/role.h"
#include "wire/source.h"

/* Opens a rule file and puts it into the frame, which owns the descriptor:
 * eyes open nothing themselves. A negative errno if it cannot be opened. */
int eyes_frames_rules(struct frame *f, const char *path, struct why *why);
/* A log to read; the descriptor stays the caller's. */
void eyes_frames_source(struct frame *f, const struct source *s, int fd);
/* The file that continues the log; the descriptor stays the caller's. */
void eyes_frames_more(struct frame *f, const struct more *m, int fd);
/* EYES_FINISH, EYES_DROP or EYES_ACK of one source. */
void eyes_frames_id(struct frame *f, enum eyes_frame type, uint32_t id);

/* Reads EYES_READY. -EBADMSG: it is none. -EAGAIN: eyes loaded another number
 * of rules than we did, so somebody changed a file in between; faults name
 * rules by number, so both must have the same. */
int eyes_frames_ready(struct frame *f, size_t n_rules, struct why *why);
/* Reads EYES_TROUBLE: the source, and a sentence, owned and escaped. -EBADMSG:
 * the frame is broken. */
int eyes_frames_trouble(
	struct frame *f, uint32_t *ret_id, char **ret_text, struct why *why);
