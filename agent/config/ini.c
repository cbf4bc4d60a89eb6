/* Why inih (https://github.com/benhoyt/inih) gets no value to see. Release 55
 * in Debian 12 reads into a buffer of 200 bytes: it cuts a longer line and
 * parses the rest as a line of its own, so the tail of a long comment or value
 * could become another key. It also cuts a value at ` ;` and at a NUL, cuts a
 * section's name at 49 bytes, and merges doubled keys, all without an error.
 *
 * So each line passes a reader of ours first. It checks the line, keeps the
 * value itself and gives inih `key = @` or `[section]`, short enough for its
 * buffer; for a comment or a continued value it gives an empty line, so that
 * line numbers agree. */
#include "config.h"
#include "config/ini.h"

#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io/file.h"
#include "base/redact.h"

#define LINE_MAX_BYTES 65536u
#define FILE_MAX_BYTES (4u << 20)
#define MISTAKES_MOST 50u
#define NAME_MAX_BYTES 49u /* what inih keeps of a section's name */
/* With ` = @` and the newline it must fit into inih's buffer. */
#define KEY_MAX_BYTES 100u

struct line_reader {
	FILE *f;
	struct ini *conf;
	enum ini_join join;
	char ***mistakes;
	size_t n_mistakes;
	unsigned line;
	size_t bytes;
	int first; /* the errno of the first mistake */
	bool ends; /* nothing more is read, for what follows makes no sense */
	/* The keys that follow belong to a section that could not be opened,
	 * and are left out. */
	bool lost;
	struct buf value; /* of the key that inih gets next */
	char *text;       /* getline()'s buffer and its size */
	size_t room;
};

static struct ini_section *
last_section(struct ini *conf)
{
	return conf->n_sections ? &conf->sections[conf->n_sections - 1] : NULL;
}

/* Adds a mistake; whoever gave a file that is no INI file at all needs not see
 * each of its lines. */
static int
refuse_with(struct line_reader *r, int error, const char *what)
{
	own(str) char *text =
		xprintf("%s:%u: %s", r->conf->file, r->line, what);
	strings_add(r->mistakes, text);
	r->first = r->first ? r->first : error;
	r->ends |= ++r->n_mistakes >= MISTAKES_MOST;
	return error;
}

static int
refuse(struct line_reader *r, const char *what)
{
	return refuse_with(r, -EINVAL, what);
}

const struct ini_entry *
ini_find(const struct ini_section *s, const char *key)
{
	for (size_t i = 0; i < s->n_entries; i++)
		if (strcmp(s->entries[i].key, key) == 0)
			return &s->entries[i];
	return NULL;
}

/* Makes each run of blanks one blank, so that `[app shop]` is no second
 * section beside `[app shop]`. */
static char *
folded(struct span name)
{
	struct buf b = { 0 };
	struct span word;
	while (span_cut(&name, ' ', &word)) {
		word = span_trim(word);
		if (!word.len)
			continue;
		if (b.len)
			buf_add_char(&b, ' ');
		buf_add_span(&b, word);
	}
	return buf_take_str(&b);
}

/* Begins a section here and not in on_key(): inih reports a section only
 * through its keys, and an empty one never. */
static int
open_section(struct line_reader *r, struct span line)
{
	ptrdiff_t end = span_find(line, SPAN("]"));
	if (end < 0 || span_trim(span_from(line, (size_t)end + 1)).len)
		return refuse(
			r, "a section is written [name] and nothing behind it");
	own(str) char *name = folded(
		span_trim(span_first(span_from(line, 1), (size_t)end - 1)));
	if (!*name || strlen(name) > NAME_MAX_BYTES)
		return refuse(r, "a section's name has 1 to 49 bytes");
	struct ini *conf = r->conf;
	for (size_t i = 0; i < conf->n_sections; i++)
		if (strcmp(conf->sections[i].name, name) == 0) {
			own(str) char *shown = redact_quote(name);
			own(str) char *text = xprintf(
				"section [%s] was already opened in line %u",
				shown, conf->sections[i].line);
			return refuse_with(r, -EEXIST, text);
		}
	conf->sections = xrealloc(
		conf->sections, conf->n_sections + 1, sizeof(*conf->sections));
	conf->sections[conf->n_sections++] =
		(struct ini_section){ .name = take(name), .line = r->line };
	return 0;
}

static bool
is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		(c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* Keeps the value, and writes `key = @` for inih into str, which has room for
 * num bytes. inih also takes `:` for `=` and an empty key; this does not. */
static int
keep_value(struct line_reader *r, struct span line, char *str, int num)
{
	ptrdiff_t eq = span_find(line, SPAN("="));
	struct span key = span_trim(span_first(line, eq < 0 ? 0 : (size_t)eq));
	if (eq < 0 || !key.len || key.len > KEY_MAX_BYTES)
		return refuse(
			r, "expected `key = value`, [section] or a comment");
	for (size_t i = 0; i < key.len; i++)
		if (!is_key_char(key.data[i]))
			return refuse(r,
				"a key is made of letters, digits, - _ and .");
	if (!last_section(r->conf) && !r->lost)
		return refuse(r, "a key stands before the first [section]");
	buf_reset(&r->value);
	buf_add_span(&r->value, span_trim(span_from(line, (size_t)eq + 1)));
	if ((int)key.len + 5 > num)
		return refuse(r, "the key is too long");
	snprintf(str, (size_t)num, SPAN_FMT " = @\n", SPAN_ARG(key));
	return 0;
}

/* Appends the line to the last value. inih would treat a `;` in it as a
 * comment. */
static int
continue_value(struct line_reader *r, struct span line)
{
	struct ini_section *s = last_section(r->conf);
	if (r->lost)
		return 0;
	if (!s || !s->n_entries)
		return refuse(r,
			"an indented line continues a value, and there is none "
			"above");
	struct ini_entry *e = &s->entries[s->n_entries - 1];
	own(buf) struct buf joined = { 0 };
	buf_add_str(&joined, e->value);
	if (joined.len)
		buf_add_char(&joined, r->join == INI_JOIN_NEWLINE ? '\n' : ' ');
	buf_add_span(&joined, line);
	free(e->value);
	e->value = buf_take_str(&joined);
	return 0;
}

/* Limits are checked before anything is kept. A control character, NUL above
 * all, would make C see another value than the file shows. */
static int
check_bytes(struct line_reader *r, struct span line)
{
	r->bytes += line.len;
	if (line.len > LINE_MAX_BYTES)
		return refuse(r, "the line is over 64 KiB");
	if (r->bytes > FILE_MAX_BYTES) {
		r->ends = true;
		return refuse(r, "the file is over 4 MiB");
	}
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.data[i] < 0x20 && line.data[i] != '\t')
			return refuse(
				r, "the line has a control character in it");
	return 0;
}

/* One line of the file without its end; false at the end of the file. */
static bool
next_line(struct line_reader *r, struct span *ret)
{
	struct why why;
	ssize_t len = r->ends ? -1 : getline(&r->text, &r->room, r->f);
	/* It gives the part of a line that came before an error, too. */
	if (!r->ends && ferror(r->f)) {
		r->first = file_unreadable(r->conf->file, -EIO, &why);
		r->ends = true;
		strings_free(*r->mistakes);
		*r->mistakes = NULL;
		strings_add(r->mistakes, why.text);
	}
	if (len < 0 || r->ends)
		return false;
	r->line++;
	*ret = (struct span){ r->text, (size_t)len };
	/* A byte order mark, which Windows' editors write. */
	if (r->line == 1 && span_starts(*ret, SPAN("\xef\xbb\xbf")))
		*ret = span_from(*ret, 3);
	while (ret->len &&
		(ret->data[ret->len - 1] == '\n' ||
			ret->data[ret->len - 1] == '\r'))
		ret->len--;
	return true;
}

/* The reader that inih calls like fgets(): one line of the file a call; an
 * empty line stands for all that was dealt with here, and for what is wrong.
 * NULL ends inih's parsing. */
static char *
read_line(char *str, int num, void *stream)
{
	struct line_reader *r = stream;
	struct span line;
	if (!next_line(r, &line))
		return NULL;
	struct span text = span_trim(line);
	bool indented =
		line.len && (line.data[0] == ' ' || line.data[0] == '\t');
	snprintf(str, (size_t)num, "\n");
	if (check_bytes(r, line) < 0 || !text.len)
		;
	else if (indented)
		(void)continue_value(r, text);
	else if (text.data[0] == '[') {
		r->lost = open_section(r, text) < 0;
		r->conf->lost |= r->lost;
		if (!r->lost)
			snprintf(str, (size_t)num, "[%s]\n",
				last_section(r->conf)->name);
	} else if (text.data[0] != ';' && text.data[0] != '#' &&
		(keep_value(r, text, str, num) < 0 || r->lost))
		snprintf(str, (size_t)num, "\n");
	return str;
}

/* What inih calls for a key; 0 would stop it. */
static int
on_key(void *user, const char *section, const char *key, const char *value)
{
	struct line_reader *r = user;
	(void)section; /* inih's copy is cut at 49 bytes */
	(void)value;   /* it is `@`; the value is in r */
	struct ini_section *s = last_section(r->conf);
	const struct ini_entry *old = ini_find(s, key);
	if (old) {
		own(str) char *shown = redact_quote(key);
		own(str) char *text = xprintf(
			"`%s` was already set in line %u", shown, old->line);
		(void)refuse_with(r, -EEXIST, text);
		return 1;
	}
	s->entries =
		xrealloc(s->entries, s->n_entries + 1, sizeof(*s->entries));
	s->entries[s->n_entries++] = (struct ini_entry){
		.key = xstrdup(key),
		.value = buf_take_str(&r->value),
		.line = r->line,
	};
	return 1;
}

static int
read_stream(FILE *f, const char *name, enum ini_join join, struct ini **ret,
	char ***mistakes)
{
	own(ini) struct ini *conf = xcalloc(1, sizeof(*conf));
	conf->file = xstrdup(name);
	struct line_reader r = {
		.f = f, .conf = conf, .join = join, .mistakes = mistakes
	};
	int rc = ini_parse_stream(read_line, &r, on_key, &r);
	buf_free(&r.value);
	free(r.text);
	if (rc != 0 && !r.first) {
		r.line = rc > 0 ? (unsigned)rc : r.line;
		(void)refuse(&r, "this line is not understood");
	}
	*ret = take(conf);
	return r.first;
}

int
ini_read_stream(FILE *f, const char *name, enum ini_join join, struct ini **ret,
	struct why *why)
{
	own(strings) char **mistakes = NULL;
	own(ini) struct ini *conf = NULL;
	int r = read_stream(f, name, join, &conf, &mistakes);
	if (r < 0)
		return because(why, r, "%s", mistakes[0]);
	*ret = take(conf);
	return 0;
}

int
ini_read(const char *path, enum ini_join join, struct ini **ret,
	char ***mistakes)
{
	own(file) FILE *f = fopen(path, "re");
	if (f)
		return read_stream(f, path, join, ret, mistakes);
	struct why why;
	int r = errno == EIO ? file_unreadable(path, -errno, &why)
			     : because(&why, -errno, "%s: cannot be opened: %s",
				       path, strerror(errno));
	strings_add(mistakes, why.text);
	return r;
}

void
ini_free(struct ini *conf)
{
	if (!conf)
		return;
	for (size_t i = 0; i < conf->n_sections; i++) {
		struct ini_section *s = &conf->sections[i];
		for (size_t k = 0; k < s->n_entries; k++) {
			free(s->entries[k].key);
			free(s->entries[k].value);
		}
		free(s->entries);
		free(s->name);
	}
	free(conf->sections);
	free(conf->file);
	free(conf);
}
