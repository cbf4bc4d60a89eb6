/* Lines for a terminal: broken between words, the further ones below where the
 * text of the first began. */
#pragma once

#include "base/buf.h"

/* Stands in a line where its further lines begin; is no character that a text
 * which was escaped can hold. Without it they begin two columns behind the
 * line's own indentation. */
#define WRAP_HERE '\x1f'
#define WRAP_LEAST                                                 \
	40u /* columns; a narrower terminal is taken for this wide \
	     */

/* The columns of standard output if it is a terminal, else 0. */
unsigned wrap_width(void);
/* Adds the lines of `text`, without the marks. Colours take no room. Width 0:
 * no line is broken, whoever reads it is no terminal. */
void wrap(struct buf *to, struct span text, unsigned width);
/* Characters as a terminal counts them, but for wide ones. */
size_t wrap_columns(struct span text);
