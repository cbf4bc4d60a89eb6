#include "config.h"
#include "hands/prisma/schema-prisma.h"

#include "base/io/owned-path.h"

#define SCHEMA_MAX (4u << 20)

/* Cuts the next word off: letters, digits and underscores. */
static struct span
cut_word(struct span *line)
{
	*line = span_trim(*line);
	size_t n = 0;
	while (n < line->len && line->data[n] != ' ' && line->data[n] != '{' &&
		line->data[n] != '\t' && line->data[n] != '(')
		n++;
	struct span word = span_first(*line, n);
	*line = span_trim(span_from(*line, n));
	return word;
}

/* Also what is quoted in `@@map("x")` and `@@map(name: "x")`. */
static bool
is_mapped_to(struct span rest, const char *table)
{
	struct span before, name;
	return span_cut(&rest, '"', &before) && rest.data &&
		span_cut(&rest, '"', &name) && span_is(name, table);
}

enum answer
schema_prisma_model(const char *schema_file, const char *table)
{
	own(buf) struct buf text = { 0 };
	if (owned_path_read(schema_file, SCHEMA_MAX, &text, NULL) < 0)
		return ANSWER_UNKNOWN;
	struct span rest = buf_span(&text), line;
	bool named = false, found = false;
	while (span_cut(&rest, '\n', &line)) {
		struct span word = cut_word(&line);
		if (span_is(word, "model")) {
			/* The model before had the name and no @@map. */
			found |= named;
			named = span_is(cut_word(&line), table);
		} else if (span_is(word, "@@map")) {
			named = false;
			found |= is_mapped_to(line, table);
		}
	}
	return found || named ? ANSWER_YES : ANSWER_NO;
}
