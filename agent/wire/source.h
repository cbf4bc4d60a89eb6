/* A log to read: what head, or a command, tells eyes about it. */
#pragma once

#include "wire/batch.h"

enum source_format {
	FORMAT_AUTO,   /* eyes tell by the first line, gzip by its magic */
	FORMAT_DOCKER, /* json-file: one JSON object a line */
	FORMAT_PLAIN,  /* lines as they were written */
};

#define RULES_MAX 1024u

struct source {
	uint32_t id;
	uint32_t generation; /* head counts it up whenever it sets a new
				position, and drops batches that eyes sent
				before they heard of it */
	enum source_format format;
	struct position from;
	uint64_t base; /* offset of the first byte of the file that is given */
	int watch;     /* inotify's watch descriptor of the log, in the instance
			  that eyes got (EYES_WATCHES); -1: none */
	bool follow;   /* wait for more at the end; else end there */
	bool whole;    /* the end of the file closes its last record at once */
	bool numbered; /* count lines, and put their numbers into faults */
	bool fold;     /* equal faults within a second may become one */
	uint64_t rules[RULES_MAX / 64]; /* bit i: rule i applies */
};

static inline bool
source_has_rule(const struct source *s, uint32_t rule)
{
	return rule < RULES_MAX && s->rules[rule / 64] >> (rule % 64) & 1;
}

static inline void
source_add_rule(struct source *s, uint32_t rule)
{
	s->rules[rule / 64] |= (uint64_t)1 << (rule % 64);
}

/* Write and read a source; the descriptor travels in the same frame.
 * source_get() checks that the frame ends: 0 or -EBADMSG. */
void source_put(struct frame *to, const struct source *s);
int source_get(struct frame *from, struct source *ret, struct why *why);

/* The next file of a log that was rotated. */
struct more {
	uint32_t id;
	uint64_t base; /* as struct source has it */
	int watch;     /* as struct source has it; replaces the old one */
};

/* Write and read it; more_get() returns 0 or -EBADMSG. */
void more_put(struct frame *to, const struct more *m);
int more_get(struct frame *from, struct more *ret, struct why *why);
