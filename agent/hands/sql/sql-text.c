#include "config.h"
#include "hands/sql/sql-text.h"

/* The statement's own first words: one kind of node stands for several
 * statements, so its name would say something else for some. */
char *
sql_text_words(struct span text)
{
	own(buf) struct buf b = { 0 };
	int words = 0;
	for (size_t i = 0; i < text.len && words < 2 && b.len < 40; i++) {
		char c = text.data[i];
		bool letter = (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '_';
		if (letter) {
			buf_add_char(
				&b, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
			continue;
		}
		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			break;
		if (b.len && b.data[b.len - 1] != ' ') {
			buf_add_char(&b, ' ');
			words++;
		}
	}
	while (b.len && b.data[b.len - 1] == ' ')
		b.data[--b.len] = '\0';
	return b.len ? buf_take_str(&b) : xstrdup("a statement");
}

/* Skips blanks and comments at the start. */
struct span
sql_text_skip(struct span s)
{
	for (;;) {
		s = span_trim(s);
		if (span_starts(s, SPAN("--"))) {
			ptrdiff_t end = span_find(s, SPAN("\n"));
			s = end < 0 ? span_from(s, s.len)
				    : span_from(s, (size_t)end);
		} else if (span_starts(s, SPAN("/*"))) {
			size_t depth = 1, i = 2;
			for (; i < s.len && depth; i++) {
				struct span at = span_from(s, i);
				if (span_starts(at, SPAN("/*")))
					depth++, i++;
				else if (span_starts(at, SPAN("*/")))
					depth--, i++;
			}
			s = span_from(s, i);
		} else {
			return s;
		}
	}
}
