/* What head (or a command) tells eyes about a log to read. */
#pragma once

#include "wire/batch.h"

enum source_format {
	FORMAT_AUTO,   /* by the first line's content; .gz by its magic */
	FORMAT_DOCKER, /* json-file: one JSON object a line */
	FORMAT_PLAIN,  /* lines as they were written */
};

#define RULES_MAX 1024u

struct source {
	uint32_t id;
	uint32_t generation; /* grows whenever head sets a new position */
	enum source_format format;
	struct position from;
	uint64_t base; /* offset of the first byte of the file that is given */
	int watch;   /* inotify's wd of the log in the instance eyes have; -1 */
	bool follow; /* wait for more at the end; else end there */
	bool whole;  /* end of the file closes its last record at once */
	bool numbered; /* faults tell their line */
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

/* The descriptor travels in the same frame. */
void source_put(struct frame *to, const struct source *s);
int source_get(struct frame *from, struct source *ret, struct why *why);

/* A log was rotated: its next file. */
struct more {
	uint32_t id;
	uint64_t base; /* as struct source has it */
	int watch;     /* from now on */
};

void more_put(struct frame *to, const struct more *m);
int more_get(struct frame *from, struct more *ret, struct why *why);
