/* The frames between eyes and whoever starts them, head or a command: writes
 * those that eyes get, reads those that eyes send. role.h has the types of the
 * frames, source.h and batch.h the values. Each function that writes takes a
 * frame that is FRAME(0). */
#pragma once

#include "base/io/frame.h"
#include "base/why.h"
#include "wire/role.h"
#include "wire/source.h"

/* A file of rules: the bytes that were loaded go into a sealed file in memory,
 * whose descriptor the frame owns; `name` is for messages. What became of the
 * file itself since then is of no account. A negative errno if there is no room
 * for it. */
int eyes_frames_rules(
	struct frame *f, const char *name, struct span bytes, struct why *why);
/* A log to read; the descriptor stays the caller's. */
void eyes_frames_source(struct frame *f, const struct source *s, int fd);
/* The file that continues the log; the descriptor stays the caller's. */
void eyes_frames_more(struct frame *f, const struct more *m, int fd);
/* EYES_FINISH, EYES_DROP or EYES_ACK of one source. */
void eyes_frames_id(struct frame *f, enum eyes_frame type, uint32_t id);

/* Reads EYES_READY. -EBADMSG: it is none, or eyes loaded another number of
 * rules than we did; faults name rules by number, so both must have the same.
 */
int eyes_frames_ready(struct frame *f, size_t n_rules, struct why *why);
/* Reads EYES_TROUBLE: the source, whether its data is broken (else reading it
 * failed, which may pass), and a sentence, owned and escaped. -EBADMSG: the
 * frame is broken. */
int eyes_frames_trouble(struct frame *f, uint32_t *ret_id, bool *ret_broken,
	char **ret_text, struct why *why);
