#include "config.h"
#include "hands/prisma/config-file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_TEXT, TOKEN_MARK, TOKEN_OTHER };

struct config_reader {
	struct span rest;
	enum token_kind kind; /* of the token that is next */
	struct span word;     /* WORD; of a MARK its one byte */
	struct buf text;      /* TEXT: the value */
};

static bool
is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* Behind `end`, which is looked for from `from` on; all of it without one. */
static void
skip_to(struct span *s, size_t from, struct span end)
{
	struct span rest = span_from(*s, MIN(from, s->len));
	ptrdiff_t at = span_find(rest, end);
	*s = at < 0 ? SPAN_NONE : span_from(rest, (size_t)at + end.len);
}

static void
skip_blanks_and_comments(struct span *s)
{
	for (;;) {
		size_t n = 0;
		while (n < s->len && isspace((unsigned char)s->data[n]))
			n++;
		*s = span_from(*s, n);
		if (span_starts(*s, SPAN("//")))
			skip_to(s, 2, SPAN("\n"));
		else if (span_starts(*s, SPAN("/*")))
			skip_to(s, 2, SPAN("*/"));
		else
			return;
	}
}

/* A literal is its text. One with something in it that is computed, or with an
 * escape that stands for more than the next byte, is something else. */
static void
read_text(struct config_reader *r)
{
	struct span s = r->rest;
	size_t i = 1;
	buf_reset(&r->text);
	r->kind = TOKEN_TEXT;
	for (; i < s.len && s.data[i] != s.data[0]; i++) {
		bool escaped = s.data[i] == '\\' && i + 1 < s.len;
		i += escaped;
		bool odd = escaped ? is_word_byte(s.data[i])
				   : s.data[i] == '$' && s.data[0] == '`';
		if (odd || s.data[i] == '\n')
			r->kind = TOKEN_OTHER;
		buf_add_char(&r->text, s.data[i]);
	}
	if (i >= s.len)
		r->kind = TOKEN_END;
	r->rest = span_from(s, MIN(i + 1, s.len));
}

static void
advance(struct config_reader *r)
{
	size_t n = 0;
	skip_blanks_and_comments(&r->rest);
	r->kind = TOKEN_END;
	if (!r->rest.len)
		return;
	if (memchr("'\"`", r->rest.data[0], 3)) {
		read_text(r);
		return;
	}
	while (n < r->rest.len && is_word_byte(r->rest.data[n]))
		n++;
	r->kind = n ? TOKEN_WORD : TOKEN_MARK;
	r->word = span_first(r->rest, n ? n : 1);
	r->rest = span_from(r->rest, n ? n : 1);
}

static bool
is_mark(const struct config_reader *r, char mark)
{
	return r->kind == TOKEN_MARK && r->word.data[0] == mark;
}

static bool
is_word(const struct config_reader *r, const char *word)
{
	return r->kind == TOKEN_WORD && span_is(r->word, word);
}

/* Goes behind what is expected, a word or a mark, if it is next. */
static bool
eats(struct config_reader *r, const char *what)
{
	bool is = (r->kind == TOKEN_WORD || r->kind == TOKEN_MARK) &&
		span_is(r->word, what);
	if (is)
		advance(r);
	return is;
}

static bool
eats_all(struct config_reader *r, const char *const *what)
{
	while (*what && eats(r, *what))
		what++;
	return !*what;
}

/* To the end of a property: its comma, or the brace behind the last one. */
static void
skip_value(struct config_reader *r)
{
	for (unsigned depth = 0; r->kind != TOKEN_END; advance(r)) {
		if (depth == 0 && (is_mark(r, ',') || is_mark(r, '}')))
			return;
		if (is_mark(r, '{') || is_mark(r, '(') || is_mark(r, '['))
			depth++;
		if (depth &&
			(is_mark(r, '}') || is_mark(r, ')') || is_mark(r, ']')))
			depth--;
	}
}

/* The folder that the file itself is in, in one of the ways to say so. */
static bool
eats_here(struct config_reader *r)
{
	static const char *const meta[] = { ".", "meta", ".", "dirname", NULL };
	static const char *const cwd[] = { ".", "cwd", "(", ")", NULL };
	if (eats(r, "__dirname"))
		return true;
	if (eats(r, "import"))
		return eats_all(r, meta);
	return eats(r, "process") && eats_all(r, cwd);
}

/* `path.join("a", "b")`. False: it is something else. */
static bool
read_joined(struct config_reader *r, struct buf *to)
{
	if (eats(r, "path") && !eats(r, "."))
		return false;
	if ((!eats(r, "join") && !eats(r, "resolve")) || !eats(r, "("))
		return false;
	for (unsigned n = 0; !eats(r, ")"); n++) {
		if (n && !eats(r, ","))
			return false;
		if (n && eats(r, ")"))
			return true;
		if (r->kind == TOKEN_TEXT) {
			buf_printf(to, "%s%s", to->len ? "/" : "",
				buf_str(&r->text));
			advance(r);
		} else if (n || !eats_here(r)) {
			return false;
		}
	}
	return true;
}

/* The path that is the value of a property. False: it cannot be told. */
static bool
read_path(struct config_reader *r, char **ret)
{
	own(buf) struct buf path = { 0 };
	bool clear = true;
	if (r->kind == TOKEN_TEXT) {
		buf_add_str(&path, buf_str(&r->text));
		advance(r);
	} else {
		clear = r->kind == TOKEN_WORD && read_joined(r, &path);
	}
	clear = clear && path.len && (is_mark(r, ',') || is_mark(r, '}'));
	skip_value(r);
	if (!clear)
		return false;
	free(*ret);
	*ret = buf_take_str(&path);
	return true;
}

/* Reads a property's name and its colon; `key` is "" where there is none.
 * False: the object is over. */
static bool
next_property(struct config_reader *r, char key[16], bool *unclear)
{
	while (eats(r, ","))
		continue;
	if (r->kind == TOKEN_END)
		*unclear = true; /* it is cut off */
	if (r->kind == TOKEN_END || eats(r, "}"))
		return false;
	struct span name = r->kind == TOKEN_TEXT ? buf_span(&r->text) : r->word;
	snprintf(key, 16, "%.*s", (int)MIN(name.len, 15), name.data);
	bool named = r->kind == TOKEN_WORD || r->kind == TOKEN_TEXT;
	advance(r);
	if (!named || !eats(r, ":")) {
		/* `...others`, `[computed]`, `schema,` and `schema() {`. */
		*unclear |= !named || strcmp(key, "schema") == 0 ||
			strcmp(key, "migrations") == 0 ||
			strcmp(key, "path") == 0;
		*key = '\0';
		skip_value(r);
	}
	return true;
}

static void
read_migrations(struct config_reader *r, struct config_file *ret)
{
	char key[16];
	if (!eats(r, "{")) {
		ret->unclear = true;
		skip_value(r);
		return;
	}
	while (next_property(r, key, &ret->unclear))
		if (strcmp(key, "path") == 0)
			ret->unclear |= !read_path(r, &ret->migrations);
		else if (*key)
			skip_value(r);
}

static void
read_object(struct config_reader *r, struct config_file *ret)
{
	char key[16];
	while (next_property(r, key, &ret->unclear)) {
		if (strcmp(key, "schema") == 0)
			ret->unclear |= !read_path(r, &ret->schema);
		else if (strcmp(key, "migrations") == 0)
			read_migrations(r, ret);
		else if (*key)
			skip_value(r);
	}
}

static void
begin(struct config_reader *r, struct span text)
{
	r->rest = text;
	advance(r);
}

static bool
eats_export(struct config_reader *r)
{
	static const char *const exports[] = { ".", "exports", "=", NULL };
	if (eats(r, "export"))
		return eats(r, "default");
	return eats(r, "module") && eats_all(r, exports);
}

/* Goes behind the brace that opens the object which is exported, or given to
 * defineConfig(). What is exported may have a name instead (owned). */
static bool
find_exported(struct config_reader *r, char **ret_name)
{
	while (r->kind != TOKEN_END) {
		bool begins = is_word(r, "export") || is_word(r, "module");
		if (eats(r, "defineConfig")) {
			if (eats(r, "(") && eats(r, "{"))
				return true;
		} else if (begins && eats_export(r)) {
			if (eats(r, "{"))
				return true;
			if (r->kind == TOKEN_WORD &&
				!is_word(r, "defineConfig") && !*ret_name)
				*ret_name = xstrndup(r->word.data, r->word.len);
		} else if (!begins) {
			advance(r);
		}
	}
	return false;
}

/* The same of `NAME = {`, with a type in between. */
static bool
find_named(struct config_reader *r, const char *name)
{
	while (r->kind != TOKEN_END) {
		if (!eats(r, name)) {
			advance(r);
			continue;
		}
		while (r->kind == TOKEN_WORD || is_mark(r, ':') ||
			is_mark(r, '.'))
			advance(r);
		if (eats(r, "=") && eats(r, "{"))
			return true;
	}
	return false;
}

static bool
find_object(struct config_reader *r, struct span text)
{
	own(str) char *name = NULL;
	begin(r, text);
	if (find_exported(r, &name))
		return true;
	begin(r, text);
	return name && find_named(r, name);
}

void
config_file_read(struct span text, struct config_file *ret)
{
	struct config_reader r = { 0 };
	*ret = (struct config_file){ 0 };
	if (find_object(&r, text))
		read_object(&r, ret);
	else
		ret->unclear = true;
	buf_free(&r.text);
}

void
config_file_free(struct config_file *c)
{
	free(c->schema);
	free(c->migrations);
	*c = (struct config_file){ 0 };
}
