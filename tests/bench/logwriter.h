/* Writes a log as Docker's json-file driver leaves it to standard output, for
 * benches: the same rolls, and so the same bytes, each time. */
#pragma once

#include "base/buf.h"

struct log_writer {
	struct buf out;
	uint64_t state, written, lines;
	int64_t time_ns;
};

#define LOG_WRITER                                         \
	{                                                  \
		.state = 1, .time_ns = 1795404000000000000 \
	}

/* A number below `sides`. */
uint32_t log_writer_roll(struct log_writer *w, uint32_t sides);
/* Writes a line of the stream, in pieces of 16 KiB where it is long. Ends the
 * process if it cannot. */
void
log_writer_line(struct log_writer *w, const char *stream, struct span text);
/* The bytes so far. */
uint64_t log_writer_bytes(const struct log_writer *w);
/* Writes what is left; the exit status of a program that ends with it. */
int log_writer_end(struct log_writer *w);
