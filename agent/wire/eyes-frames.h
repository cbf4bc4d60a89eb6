/* What eyes are told and what they answer, for whoever starts them: head and
 * the command line. The types of the frames are in role.h, the values in
 * source.h and batch.h. Each function that writes takes a frame that is
 * FRAME(0). */
#pragma once

#include "base/frame.h"
#include "base/why.h"
#include "wire/role.h"
#include "wire/source.h"

/* A rule file, opened here; the frame owns the descriptor. */
int eyes_frames_rules(struct frame *f, const char *path, struct why *why);
/* A log; the descriptor stays the caller's. */
void eyes_frames_source(struct frame *f, const struct source *s, int fd);
/* The file that goes on where the last one ended. */
void eyes_frames_more(struct frame *f, const struct more *m, int fd);
/* EYES_FINISH, EYES_DROP or EYES_ACK of one log. */
void eyes_frames_id(struct frame *f, enum eyes_frame type, uint32_t id);

/* EYES_READY. -EAGAIN: they loaded other rules than we did, so a file was
 * changed in between. */
int eyes_frames_ready(struct frame *f, size_t n_rules, struct why *why);
/* EYES_TROUBLE: `ret_text` is owned and escaped. */
int eyes_frames_trouble(
	struct frame *f, uint32_t *ret_id, char **ret_text, struct why *why);
