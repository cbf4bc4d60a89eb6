/* Values as util.inspect, logfmt, console.table and pino-pretty print them:
 * `key: 'text\n' +`, `key="text"`. */
#pragma once

#include "base/buf.h"

struct inspect {
	struct buf text; /* a string that goes on in the next line */
	struct buf key;
	bool open;
	size_t foreign; /* indentation of a block to be left out, plus 1 */
};

void inspect_free(struct inspect *i);
static inline void
inspect_let_go(struct inspect *i)
{
	inspect_free(i);
}
/* Adds a line and, each on lines of their own, the strings in it. */
void inspect_line(struct inspect *i, struct buf *to, struct span line);
/* Adds what is still open. */
void inspect_end(struct inspect *i, struct buf *to);
