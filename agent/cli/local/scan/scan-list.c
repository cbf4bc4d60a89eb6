#include "config.h"
#include "cli/local/scan/scan-list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/json.h"
#include "cli/output/wrap.h"

void
scan_list_log(struct scan_list *s, const char *path, const char *app)
{
	own(str) char *shown = escape_str(span_of(path), 4096, ESCAPE_LINE);
	s->path = path;
	s->app = app;
	s->headed = false;
	buf_reset(&s->source);
	json_quote(&s->source, span_of(shown));
}

void
scan_list_free(struct scan_list *s)
{
	buf_free(&s->source);
	buf_free(&s->text);
	buf_free(&s->out);
}

/* Adds `"key":"text"`, `"key":null` where there is no text. */
static void
add_member(struct buf *to, const char *key, const char *text)
{
	buf_add_str(to, ",\"");
	buf_add_str(to, key);
	buf_add_str(to, "\":");
	json_quote_or_null(to, text);
}

static void
add_number(struct buf *to, const char *key, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);
	do
		digits[--at] = (char)('0' + number % 10);
	while (number /= 10);
	buf_add_str(to, ",\"");
	buf_add_str(to, key);
	buf_add_str(to, "\":");
	buf_add(to, digits + at, sizeof(digits) - at);
}

/* Times have all decimals that the log has; texts are escaped, so a line is
 * valid JSON whatever the log holds. It is put together without a tree, for a
 * log may be full of faults. */
void
scan_list_json(struct scan_list *s, const struct fault *f)
{
	char time[CLOCK_TEXT];
	struct buf *out = &s->out, *text = &s->text;
	buf_reset(out);
	buf_reset(text);
	/* The text is one that is cut at the limit. */
	(void)escape(text, buf_span(&f->text), FAULT_TEXT_MAX, ESCAPE_LINE);
	buf_add_str(out, "{\"rule\":");
	json_quote_or_null(out, rules_at(s->rules, f->rule)->name);
	add_member(out, "class", class_info(f->class)->name);
	add_member(out, "app", s->app);
	buf_add_str(out, ",\"object\":");
	object_quote_json(out, f->class, &f->object);
	buf_add_str(out, ",\"source\":");
	buf_add_span(out, buf_span(&s->source));
	add_member(out, "time",
		f->first_ns ? clock_text_ns(f->first_ns, time) : NULL);
	add_number(out, "line", f->line);
	add_number(out, "lines", f->lines);
	buf_add_str(out, ",\"text\":");
	json_quote(out, buf_span(text));
	buf_add_str(out, "}\n");
	/* terminal_flush() tells at the end whether anything failed here. */
	(void)fwrite(out->data, 1, out->len, stdout);
}

/* The line of the record that tells most: the one with the rule's literal, else
 * the first that is not blank. */
static struct span
line_to_show(const struct fault *f, const struct rule *rule)
{
	struct span rest = buf_span(&f->text), line, first = SPAN_NONE;
	while (span_cut(&rest, '\n', &line)) {
		line = span_trim(line);
		if (!first.len)
			first = line;
		if (rule->literal &&
			span_find(line, span_of(rule->literal)) >= 0)
			return line;
	}
	return first;
}

/* Where the fault begins: `PATH:LINE: TIME `. On a terminal the path of a
 * Docker log would fill two lines for each fault, so it stands once above them.
 */
static void
add_where(struct scan_list *s, const struct fault *f, struct buf *to)
{
	char time[CLOCK_TEXT] = "";
	own(str) char *path = escape_str(span_of(s->path), 4096, ESCAPE_LINE);
	if (f->first_ns)
		clock_text_ns(f->first_ns, time);
	if (!s->width) {
		buf_printf(to, "%s:%llu: %s%s", path,
			(unsigned long long)f->line, time, *time ? " " : "");
		return;
	}
	if (!s->headed)
		buf_printf(to, "%s%s%s\n", s->app ? s->app : "",
			s->app ? ": " : "", path);
	s->headed = true;
	buf_printf(to, "  %llu: %.*s%s", (unsigned long long)f->line,
		(int)strcspn(time, ".Z"), time, *time ? "Z " : "");
	buf_add_char(to, WRAP_HERE);
}

void
scan_list_text(struct scan_list *s, const struct fault *f)
{
	const struct rule *rule = rules_at(s->rules, f->rule);
	own(buf) struct buf out = { 0 }, lines = { 0 };
	own(str) char *object = object_text(f->class, &f->object);
	own(str) char *text =
		escape_str(line_to_show(f, rule), 300, ESCAPE_LINE);
	add_where(s, f, &out);
	buf_printf(&out, "%s%s%s %s  [%s]\n", s->colours ? "\033[1;31m" : "",
		class_info(f->class)->name, s->colours ? "\033[0m" : "", object,
		rule->name);
	if (*text)
		buf_printf(&out, "    %s\n", text);
	wrap(&lines, buf_span(&out), s->width);
	/* terminal_flush() tells at the end whether this failed. */
	(void)fwrite(lines.data, 1, lines.len, stdout);
}
