/* A page: what a command prints for people. Functions add to it, page_print()
 * writes it at once, so a command that fails half way prints nothing. Texts go
 * in through page_add() and its kin, which escape them: they come from logs,
 * and must not steer the terminal. Colours only where they are wanted. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

struct json_t;

struct page {
	struct buf out;
	bool colours;
	unsigned width; /* of the terminal; 0: it is none */
};

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_GOOD, COLOUR_BAD, COLOUR_WARN };

/* An empty page for standard output. */
struct page page_new(void);
void page_free(struct page *p);
static inline void
page_let_go(struct page *p)
{
	page_free(p);
}

/* Adds a text, escaped and cut at 16 KiB; NULL adds nothing. */
void page_add(struct page *p, enum colour shade, const char *text);
/* Adds a text as it is: for our own words, numbers and blanks. */
void page_printf(struct page *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds `label text`, with the text's further lines below its first; nothing if
 * the text is NULL or empty. */
void page_field(struct page *p, const char *label, const char *text);
/* Marks a column: where the line is too long for the terminal, its further
 * lines begin there. */
void page_mark_column(struct page *p);
/* Adds the label of a field; the caller adds its text. */
void page_label(struct page *p, const char *label);
/* Adds a blank line and a heading. */
void page_heading(struct page *p, const char *text);
/* Adds each line of the text behind `before`. */
void page_lines(struct page *p, const char *before, const char *text);
/* Adds lines, escaped and never cut: for what people must be able to read to
 * its last byte. */
void page_whole(struct page *p, const char *text);
/* Adds rows of n cells, the first row the headings; columns are as wide as
 * their cells. Where that is too wide for the terminal, column `below` gets a
 * line of its own for each row. */
void page_table(struct page *p, char *const *cells, size_t rows, size_t n,
	size_t below);
/* The colour that a state is shown in. */
enum colour page_colour(const char *state);

/* Writes the page to standard output: EXIT_DONE, or EXIT_UNABLE and an error
 * when that failed. */
int page_print(struct page *p);

/* A string of an object; NULL if it is none. Borrowed. */
const char *page_json_text(const struct json_t *object, const char *key);
/* Writes one JSON value and a newline to standard output; as page_print(). */
int page_print_json(const struct json_t *value);
