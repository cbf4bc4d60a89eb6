/* What commands print for people: built whole, every text escaped on its way,
 * colours only where they are wanted. */
#pragma once

#include <stdbool.h>

#include "base/buf.h"

struct json_t;

struct page {
	struct buf out;
	bool colours;
	unsigned width; /* of the terminal; 0: it is none */
};

enum shade { SHADE_NONE, SHADE_BOLD, SHADE_GOOD, SHADE_BAD, SHADE_WARN };

/* An empty page for standard output. */
struct page page_new(void);
void page_free(struct page *p);
static inline void
page_let_go(struct page *p)
{
	page_free(p);
}

/* Escaped; NULL adds nothing. */
void page_add(struct page *p, enum shade shade, const char *text);
/* As it is: our own words, numbers and blanks. */
void page_printf(struct page *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* `label      text` with the text's further lines below its first; nothing if
 * text is NULL or empty. */
void page_field(struct page *p, const char *label, const char *text);
/* If the line does not fit, its further lines begin in this column. */
void page_hang(struct page *p);
/* The label of a field whose text follows with page_add(). */
void page_label(struct page *p, const char *label);
/* A blank line and a heading. */
void page_heading(struct page *p, const char *text);
/* Each line of the text behind `before`. */
void page_lines(struct page *p, const char *before, const char *text);
/* Rows of n cells, the first row the headings; columns as wide as they need
 * to be. If that is too wide, column `below` gets lines of its own. */
void page_table(struct page *p, char *const *cells, size_t rows, size_t n,
	size_t below);
/* The colour that a state is shown in. */
enum shade page_shade(const char *state);

/* Writes it to standard output: 0, or EXIT_UNABLE when that failed. */
int page_print(struct page *p);

/* A string of an object; NULL if it is none. Borrowed. */
const char *page_json_text(const struct json_t *object, const char *key);
/* One JSON value and a newline on standard output. */
int page_print_json(const struct json_t *value);
