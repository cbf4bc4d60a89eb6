/* Values as util.inspect, logfmt, console.table and pino-pretty print them:
 * `key: 'text\n' +`, `key="text"`. */
#pragma once

#include "eyes/match/fields.h"

struct key_values {
	struct buf text; /* a string that goes on in the next line */
	struct buf key;
	bool open;
	size_t foreign; /* indentation of a block that is left out, plus 1; or 0
			 */
};

void key_values_free(struct key_values *values);
static inline void
key_values_let_go(struct key_values *values)
{
	key_values_free(values);
}
/* Adds a line, and then the strings in it, each as a value. */
void key_values_line(
	struct key_values *values, const struct fields *to, struct span line);
/* Adds the string that is still open, if one is. */
void key_values_end(struct key_values *values, const struct fields *to);
