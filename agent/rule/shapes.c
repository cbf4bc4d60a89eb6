#include "config.h"
#include "rule/shapes.h"

#include <errno.h>
#include <stdlib.h>

#include "base/io/log.h"
#include "rule/shapes-built-in.h"

void
shapes_free(struct shapes *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_files; i++)
		shape_file_free(&s->files[i]);
	for (int kind = 0; kind < FORM_KINDS; kind++)
		free(s->forms[kind].list);
	free(s->files);
	free(s);
}

/* Notes in the table which bytes can stand at place `at` of the word. Without a
 * word any byte can. */
static void
set_bits(uint32_t table[256], const struct word *w, size_t at, uint32_t bit)
{
	char class = !w ? WORD_ANY : w->classes ? w->classes[at] : WORD_LITERAL;
	if (class == WORD_LITERAL) {
		table[(uint8_t)w->bytes[at]] |= bit;
		return;
	}
	unsigned from = class == WORD_DIGIT ? '0' : 0;
	unsigned to = class == WORD_DIGIT ? '9' : 255;
	for (unsigned c = from; c <= to; c++)
		table[c] |= bit;
}

static void
index_form(struct shapes *s, const struct line_form *f)
{
	uint32_t bit = 1u << f->kind;
	size_t n = s->forms[f->kind].n++;
	s->forms[f->kind].list =
		xrealloc(s->forms[f->kind].list, n + 1, sizeof(struct form *));
	s->forms[f->kind].list[n] = &f->form;
	const struct words *starts = &f->form.starts, *ends = &f->form.ends;
	if (!starts->n)
		set_bits(s->first, NULL, 0, bit);
	for (size_t i = 0; i < starts->n; i++)
		set_bits(s->first, &starts->list[i], 0, bit);
	if (!ends->n)
		set_bits(s->last, NULL, 0, bit);
	for (size_t i = 0; i < ends->n; i++)
		set_bits(s->last, &ends->list[i], ends->list[i].len - 1, bit);
}

static unsigned
name_hash(struct span name)
{
	uint32_t bytes = (uint32_t)(uint8_t)name.data[0] << 16 |
		(uint32_t)(uint8_t)name.data[name.len / 2] << 8 |
		(uint8_t)name.data[name.len - 1];
	return (bytes ^ (uint32_t)name.len << 24) * 2654435761u >> 20;
}

static uint8_t
pair_hash(const char *pair)
{
	return (uint8_t)((uint8_t)pair[0] * 31 + (uint8_t)pair[1]);
}

static void
index_names(struct shapes *s, enum value_names names, const struct words *w)
{
	uint8_t bit = (uint8_t)(1u << names);
	for (size_t i = 0; i < w->n; i++) {
		struct span word = { w->list[i].bytes, w->list[i].len };
		if (!word.len)
			continue;
		s->names[name_hash(word)] |= bit;
		if (word.len > 1) {
			s->name_ends[pair_hash(word.data + word.len - 2)] |=
				bit;
			s->name_pairs[pair_hash(word.data)] |= bit;
		} else {
			memset(s->name_ends, 0xff, sizeof(s->name_ends));
			memset(s->name_pairs, 0xff, sizeof(s->name_pairs));
		}
	}
}

/* Makes the tables anew: a file that was replaced leaves nothing behind. */
static void
index_all(struct shapes *s)
{
	memset(s->first, 0, sizeof(s->first));
	memset(s->last, 0, sizeof(s->last));
	memset(s->names, 0, sizeof(s->names));
	memset(s->name_ends, 0, sizeof(s->name_ends));
	memset(s->name_pairs, 0, sizeof(s->name_pairs));
	for (int kind = 0; kind < FORM_KINDS; kind++)
		s->forms[kind].n = 0;
	for (size_t i = 0; i < s->n_files; i++)
		for (size_t k = 0; k < s->files[i].n_forms; k++)
			index_form(s, &s->files[i].forms[k]);
	for (size_t i = 0; i < s->n_files; i++)
		for (int k = 0; k < VALUE_LISTS; k++)
			index_names(
				s, (enum value_names)k, &s->files[i].names[k]);
}

/* The place of the file with that name, emptied, or a new place. */
static struct shape_file *
place_for(struct shapes *s, const char *name)
{
	for (size_t i = 0; i < s->n_files; i++)
		if (strcmp(s->files[i].name, name) == 0) {
			shape_file_free(&s->files[i]);
			return &s->files[i];
		}
	s->files = xrealloc(s->files, s->n_files + 1, sizeof(*s->files));
	return &s->files[s->n_files++];
}

static int
add_file(struct shapes *s, const struct ini *conf, struct why *why)
{
	struct shape_file file;
	int r = shape_file_read(conf, &file, why);
	if (r == 0)
		*place_for(s, file.name) = file;
	return r;
}

int
shapes_add(struct shapes *s, const struct ini *conf, struct why *why)
{
	int r = add_file(s, conf, why);
	if (r == 0)
		index_all(s);
	return r;
}

static int
add_built_in(struct shapes *s, const struct shapes_built_in *b, struct why *why)
{
	own(file) FILE *f = fmemopen((void *)b->text, strlen(b->text), "r");
	own(ini) struct ini *conf = NULL;
	if (!f)
		return because(why, -errno, "%s: %s", b->name, strerror(errno));
	int r = ini_read_stream(f, b->name, INI_JOIN_NEWLINE, &conf, why);
	return r < 0 ? r : add_file(s, conf, why);
}

struct shapes *
shapes_new(void)
{
	struct shapes *s = xcalloc(1, sizeof(*s));
	for (const struct shapes_built_in *b = shapes_built_in; b->name; b++) {
		struct why why;
		if (add_built_in(s, b, &why) < 0) {
			/* This is our own mistake and no input: a test reads
			 * all of them. */
			log_error("compiled in: %s", why.text);
			abort();
		}
	}
	index_all(s);
	return s;
}

const struct form *
shapes_fitting(const struct shapes *s, enum form_kind kind, struct span line)
{
	for (size_t i = 0; i < s->forms[kind].n; i++)
		if (form_fits(s->forms[kind].list[i], line))
			return s->forms[kind].list[i];
	return NULL;
}

bool
shapes_start(const struct shapes *s, enum form_kind kind, struct span line)
{
	if (!line.len || !(s->first[(uint8_t)line.data[0]] & 1u << kind))
		return false;
	for (size_t i = 0; i < s->forms[kind].n; i++)
		if (words_start(&s->forms[kind].list[i]->starts, line))
			return true;
	return false;
}

/* Whether the key passes the test against the names of some file. */
static bool
is_named(const struct shapes *s, enum value_names names,
	bool (*test)(const struct words *, struct span), struct span key)
{
	for (size_t i = 0; i < s->n_files; i++)
		if (test(&s->files[i].names[names], key))
			return true;
	return false;
}

/* Which names can be in the key, a bit for each enum value_names. */
static unsigned
pairs_in(const struct shapes *s, struct span key)
{
	unsigned bits = 0;
	for (size_t i = 0; i + 1 < key.len; i++)
		bits |= s->name_pairs[pair_hash(key.data + i)];
	return bits;
}

enum value_kind
shapes_value_kind(const struct shapes *s, struct span key)
{
	if (!key.len)
		return VALUE_OTHER;
	unsigned whole = s->names[name_hash(key)];
	/* Ends of one byte set all bits, so a key of one byte has them too. */
	const char *last = key.data + key.len - MIN(key.len, 2);
	unsigned end =
		key.len > 1 ? s->name_ends[pair_hash(last)] : s->name_ends[0];
	if (whole & 1u << VALUE_NAMES_FOREIGN &&
		is_named(s, VALUE_NAMES_FOREIGN, words_are, key))
		return VALUE_FOREIGN;
	if (whole & 1u << VALUE_NAMES_MESSAGE &&
		is_named(s, VALUE_NAMES_MESSAGE, words_are, key))
		return VALUE_MESSAGE;
	if (end & 1u << VALUE_NAMES_OTHER_END &&
		is_named(s, VALUE_NAMES_OTHER_END, words_end, key))
		return VALUE_OTHER;
	return pairs_in(s, key) & 1u << VALUE_NAMES_MESSAGE_PART &&
			is_named(s, VALUE_NAMES_MESSAGE_PART, words_in, key)
		? VALUE_MESSAGE
		: VALUE_OTHER;
}

bool
shapes_is_unknown(const struct shapes *s, struct span value)
{
	for (size_t i = 0; i < s->n_files; i++)
		if (words_are(&s->files[i].unknown, value))
			return true;
	return false;
}
