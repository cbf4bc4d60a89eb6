/* Breaks lines for a terminal between words. A terminal would break them inside
 * a word and continue at its left edge; here the further lines begin below
 * where the text of the first began. */
#pragma once

#include "base/buf.h"

/* A mark inside a line: its further lines begin in this column. escape() writes
 * the character as \x1f, so no foreign text can hold it. Without the mark they
 * begin two columns behind the line's own indentation. */
#define WRAP_HERE '\x1f'
/* A terminal with fewer columns is treated as if it had these. */
#define WRAP_LEAST 40u

/* The columns of standard output if it is a terminal, else 0. */
unsigned wrap_width(void);
/* Adds the lines of `text` without the marks. Colours take no column. With
 * width 0 no line is broken: the reader is a file or a program. */
void wrap(struct buf *to, struct span text, unsigned width);
/* The columns of a text: a character is one, a colour none. Wide characters
 * (CJK) count as one too, so lines with them may be too long. */
size_t wrap_columns(struct span text);
