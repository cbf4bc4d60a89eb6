#include "config.h"
#include "rule/shape-file.h"

#include <errno.h>
#include <stdlib.h>

#include "base/redact.h"

/* What a form must have for what eyes do with lines of its shape. */
enum {
	HAS_FROM = 1,     /* `from`, which no other shape has */
	ONLY_STARTS = 2,  /* `starts` and nothing else */
	IS_SEARCHED = 4,  /* its words are searched for in any text */
	BEGINS_ALIKE = 8, /* it is searched for by how its words begin */
};

static const struct {
	const char *name;
	unsigned needs;
} kinds[FORM_KINDS] = {
	[FORM_CALL] = { "call", HAS_FROM },
	[FORM_QUERY] = { "query", 0 },
	[FORM_QUERY_END] = { "query-end", 0 },
	[FORM_PARAGRAPH] = { "paragraph", BEGINS_ALIKE },
	[FORM_LIST] = { "list", BEGINS_ALIKE },
	[FORM_TRACE] = { "trace", 0 },
	[FORM_DUMP] = { "dump", 0 },
	[FORM_FRAME] = { "frame", 0 },
	[FORM_CAUSE] = { "cause", 0 },
	[FORM_DETAIL] = { "detail", 0 },
	[FORM_ADVICE] = { "advice", 0 },
	[FORM_ERROR] = { "error", 0 },
	[FORM_MARK] = { "mark", 0 },
	[FORM_ANNOUNCEMENT] = { "announcement", 0 },
	[FORM_MESSAGE] = { "message", ONLY_STARTS | IS_SEARCHED },
	[FORM_FAULT] = { "fault", ONLY_STARTS },
	[FORM_EMBEDDED] = { "embedded", ONLY_STARTS | IS_SEARCHED },
};

static const char *const list_names[VALUE_LISTS] = {
	[VALUE_NAMES_FOREIGN] = "foreign",
	[VALUE_NAMES_MESSAGE] = "message",
	[VALUE_NAMES_MESSAGE_PART] = "message-part",
	[VALUE_NAMES_OTHER_END] = "other-end",
};

/* A file that is being read, and what is known of it so far. */
struct shape_reading {
	const struct ini *conf;
	struct shape_file *file;
	struct why *why;
};

void
shape_file_free(struct shape_file *f)
{
	free(f->name);
	for (size_t i = 0; i < f->n_forms; i++)
		form_free(&f->forms[i].form);
	free(f->forms);
	for (int list = 0; list < VALUE_LISTS; list++)
		words_free(&f->names[list]);
	words_free(&f->unknown);
}

static int
refuse(const struct shape_reading *r, unsigned line, const char *what,
	struct span value)
{
	own(str) char *shown = redact(value);
	return because(r->why, -EINVAL, "%s:%u: %s '%s'", r->conf->file, line,
		what, shown);
}

/* Reads words, one a line. */
static int
read_words(const struct shape_reading *r, const struct ini_entry *e,
	struct words *to)
{
	struct span rest = span_of(e->value), line;
	while (span_cut(&rest, '\n', &line)) {
		line = span_trim(line);
		if (!line.len)
			continue;
		const char *wrong = words_add_quoted(to, line);
		if (wrong)
			return refuse(r, e->line, wrong, line);
	}
	return to->n ? 0 : refuse(r, e->line, "no word for", span_of(e->key));
}

/* Reads words that eyes search for. A search compares bytes and knows no
 * classes. */
static int
read_searched(const struct shape_reading *r, const struct ini_entry *e,
	struct words *to)
{
	int n = read_words(r, e, to);
	for (size_t i = 0; n == 0 && i < to->n; i++)
		if (to->list[i].classes)
			return refuse(r, e->line,
				"\\d and \\. stand in `starts` and `ends` "
				"only, not in",
				span_of(e->key));
	return n;
}

static int
read_from(const struct shape_reading *r, const struct ini_entry *e,
	struct word *ret)
{
	struct words words = { 0 };
	int n = read_searched(r, e, &words);
	if (n == 0 && words.n != 1)
		n = refuse(
			r, e->line, "one word is enough for", span_of(e->key));
	if (n == 0)
		*ret = (struct word){ .bytes = take(words.list[0].bytes),
			.len = words.list[0].len };
	words_free(&words);
	return n;
}

static int
read_kind(const struct shape_reading *r, const struct ini_entry *e,
	enum form_kind *ret)
{
	for (int kind = 0; kind < FORM_KINDS; kind++)
		if (span_is(span_of(e->value), kinds[kind].name)) {
			*ret = (enum form_kind)kind;
			return 0;
		}
	return refuse(r, e->line, "there is no shape", span_of(e->value));
}

static int
read_line_entry(const struct shape_reading *r, const struct ini_entry *e,
	struct line_form *to)
{
	struct span key = span_of(e->key);
	if (span_is(key, "shape"))
		return read_kind(r, e, &to->kind);
	if (span_is(key, "starts"))
		return read_words(r, e, &to->form.starts);
	if (span_is(key, "ends"))
		return read_words(r, e, &to->form.ends);
	if (span_is(key, "holds"))
		return read_searched(r, e, &to->form.holds);
	if (span_is(key, "label"))
		return read_searched(r, e, &to->form.label);
	if (span_is(key, "from"))
		return read_from(r, e, &to->form.from);
	return refuse(r, e->line, "a line has no key", key);
}

/* How many bytes all of the words begin with. */
static size_t
common_start(const struct words *w)
{
	size_t n = w->n ? w->list[0].len : 0;
	for (size_t i = 0; i < w->n; i++) {
		const struct word *word = &w->list[i];
		size_t same = 0;
		while (same < MIN(n, word->len) &&
			word->bytes[same] == w->list[0].bytes[same] &&
			!(word->classes && word->classes[same]))
			same++;
		n = same;
	}
	return n;
}

/* Whether one of the words can be in no line, because lines are compared
 * without the blanks at their ends: its author would wait for it in vain. */
static bool
has_outer_blank(const struct form *f, bool searched)
{
	for (size_t i = 0; i < f->starts.n && !searched; i++)
		if (f->starts.list[i].bytes[0] == ' ')
			return true;
	for (size_t i = 0; i < f->ends.n; i++)
		if (f->ends.list[i].bytes[f->ends.list[i].len - 1] == ' ')
			return true;
	for (size_t i = 0; i < f->label.n; i++)
		if (strchr(f->label.list[i].bytes, ' '))
			return true;
	return false;
}

static bool
has_classes(const struct words *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->list[i].classes)
			return true;
	return false;
}

/* What keeps eyes from doing what the shape asks for; or NULL. */
static const char *
wrong_with(const struct form *f, unsigned needs)
{
	bool starts = f->starts.n > 0;
	bool others = f->ends.n || f->holds.n || f->label.n;
	if (!starts && !others)
		return "no word in";
	if (!(needs & HAS_FROM) != !f->from.len)
		return "a call needs `from`, and only a call has it:";
	if (needs & ONLY_STARTS && others)
		return "such a shape has `starts` and nothing else:";
	if (needs & IS_SEARCHED && has_classes(&f->starts))
		return "such a shape is searched for, without \\d and \\.:";
	if (needs & BEGINS_ALIKE && !f->common)
		return "words of `starts` that begin alike are needed in";
	if (has_outer_blank(f, needs & IS_SEARCHED))
		return "a line is compared without blanks at its ends, and a "
		       "label has none: no line will ever be";
	return NULL;
}

static int
check_form(const struct shape_reading *r, const struct ini_section *s,
	struct line_form *f)
{
	struct span name = span_of(s->name);
	if (f->kind == FORM_KINDS)
		return refuse(r, s->line, "no `shape` in", name);
	f->form.common = common_start(&f->form.starts);
	const char *wrong = wrong_with(&f->form, kinds[f->kind].needs);
	return wrong ? refuse(r, s->line, wrong, name) : 0;
}

static int
read_line(const struct shape_reading *r, const struct ini_section *s)
{
	struct shape_file *file = r->file;
	file->forms =
		xrealloc(file->forms, file->n_forms + 1, sizeof(*file->forms));
	struct line_form *new = &file->forms[file->n_forms++];
	*new = (struct line_form){ .kind = FORM_KINDS };
	for (size_t i = 0; i < s->n_entries; i++) {
		int n = read_line_entry(r, &s->entries[i], new);
		if (n < 0)
			return n;
	}
	return check_form(r, s, new);
}

/* Reads names, with commas or blanks between them. */
static int
read_names(const struct shape_reading *r, const struct ini_entry *e,
	struct words *to)
{
	struct span rest = span_of(e->value), name;
	while (rest.len) {
		size_t n = strcspn(rest.data, ", \t\n");
		name = span_first(rest, n);
		rest = span_from(rest, n + 1);
		for (size_t i = 0; i < name.len; i++)
			if (name.data[i] >= 'A' && name.data[i] <= 'Z')
				return refuse(r, e->line,
					"names are written in lower case and "
					"stand for any case:",
					name);
		if (name.len)
			words_add(to, name);
	}
	return to->n ? 0 : refuse(r, e->line, "no name for", span_of(e->key));
}

static int
read_values_entry(const struct shape_reading *r, const struct ini_entry *e)
{
	struct span key = span_of(e->key);
	for (int list = 0; list < VALUE_LISTS; list++)
		if (span_is(key, list_names[list]))
			return read_names(r, e, &r->file->names[list]);
	if (span_is(key, "unknown"))
		return read_searched(r, e, &r->file->unknown);
	return refuse(r, e->line, "values have no key", key);
}

static int
read_section(const struct shape_reading *r, const struct ini_section *s)
{
	struct span rest = span_of(s->name), kind;
	(void)span_cut(&rest, ' ', &kind);
	if (span_is(kind, "line") && rest.len)
		return read_line(r, s);
	if (!span_is(kind, "values") || !rest.len)
		return refuse(r, s->line,
			"a shapes file has [line NAME] and [values NAME], not",
			span_of(s->name));
	for (size_t i = 0; i < s->n_entries; i++) {
		int n = read_values_entry(r, &s->entries[i]);
		if (n < 0)
			return n;
	}
	return 0;
}

int
shape_file_read(const struct ini *conf, struct shape_file *ret, struct why *why)
{
	const char *slash = strrchr(conf->file, '/');
	struct shape_file file = {
		.name = xstrdup(slash ? slash + 1 : conf->file),
	};
	struct shape_reading reading = { conf, &file, why };
	int r = 0;
	/* An empty copy in a later folder would take the place of a whole file,
	 * and nobody would notice. */
	if (!conf->n_sections)
		r = because(why, -EINVAL, "%s:1: there is no section in it",
			conf->file);
	for (size_t i = 0; r == 0 && i < conf->n_sections; i++)
		r = read_section(&reading, &conf->sections[i]);
	if (r < 0)
		shape_file_free(&file);
	else
		*ret = file;
	return r;
}
