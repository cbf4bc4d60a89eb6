#include "config.h"
#include "rule/samples.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/redact.h"
#include "wire/fault.h"

struct sample_place {
	const struct ini *conf;
	const struct ini_section *section;
	struct why *why;
};

static int
refuse(const struct sample_place *at, unsigned line, const char *what)
{
	own(str) char *shown = redact_quote(at->section->name);
	return because(at->why, -EINVAL, "%s:%u: [%s]: %s", at->conf->file,
		line, shown, what);
}

/* Reads `match NAME N`, the section's name. */
static int
read_heading(const struct sample_place *at, struct sample *sample,
	struct rule *rules, size_t n, struct rule **ret)
{
	struct span rest = span_of(at->section->name), word, name, number;
	(void)span_cut(&rest, ' ', &word);
	sample->matches = span_is(word, "match");
	uint64_t value;
	if (!span_cut(&rest, ' ', &name) || !span_cut(&rest, ' ', &number) ||
		rest.len || !span_u64(number, &value) || value > 9999)
		return refuse(at, at->section->line,
			"a sample is named `match RULE NUMBER` or `no-match "
			"RULE NUMBER`");
	sample->number = (unsigned)value;
	for (size_t i = 0; i < n; i++)
		if (span_is(name, rules[i].name)) {
			*ret = &rules[i];
			return 0;
		}
	return refuse(at, at->section->line,
		"there is no such rule above it in this file");
}

/* Reads the text. Each line begins with `|`, so that blank lines and
 * indentation survive. */
static int
read_text(const struct sample_place *at, const struct ini_entry *e,
	struct sample *sample)
{
	own(buf) struct buf text = { 0 };
	struct span rest = span_of(e->value), line;
	while (span_cut(&rest, '\n', &line)) {
		if (!line.len || line.data[0] != '|')
			return refuse(at, e->line,
				"each line of a text begins with `|`");
		buf_add_span(&text, span_from(line, 1));
		buf_add_char(&text, '\n');
	}
	if (!text.len)
		return refuse(at, e->line, "the text is empty");
	sample->text = buf_take_str(&text);
	return 0;
}

static int
read_expect(const struct sample_place *at, const struct ini_entry *e,
	const struct rule *rule, struct sample *sample)
{
	struct span rest = span_of(e->value), word;
	while (span_cut(&rest, ' ', &word)) {
		word = span_trim(word);
		if (!word.len)
			continue;
		ptrdiff_t eq = span_find(word, SPAN("="));
		int key = eq < 1
			? -1
			: object_key_by_name(span_first(word, (size_t)eq));
		if (key < 0 || !(class_info(rule->class)->keys & 1u << key))
			return refuse(at, e->line,
				"expect is a list of KEY=VALUE with keys of "
				"the rule's class");
		object_set(&sample->expect, (enum object_key)key,
			span_from(word, (size_t)eq + 1));
	}
	return 0;
}

static int
read_entries(const struct sample_place *at, const struct rule *rule,
	struct sample *sample)
{
	for (size_t i = 0; i < at->section->n_entries; i++) {
		const struct ini_entry *e = &at->section->entries[i];
		int r;
		if (strcmp(e->key, "text") == 0)
			r = read_text(at, e, sample);
		else if (strcmp(e->key, "expect") == 0 && sample->matches)
			r = read_expect(at, e, rule, sample);
		else
			r = refuse(at, e->line,
				"a sample has `text`, and `expect` if it must "
				"match");
		if (r < 0)
			return r;
	}
	if (!sample->text)
		return refuse(at, at->section->line, "a sample needs a text");
	return 0;
}

int
samples_add(struct rule *rules, size_t n, const struct ini *conf,
	const struct ini_section *section, struct why *why)
{
	struct sample_place at = { conf, section, why };
	struct sample sample = { .line = section->line };
	struct rule *rule = NULL;
	int r = read_heading(&at, &sample, rules, n, &rule);
	if (r == 0)
		r = read_entries(&at, rule, &sample);
	if (r < 0) {
		free(sample.text);
		object_free(&sample.expect);
		return r;
	}
	rule->samples = xrealloc(
		rule->samples, rule->n_samples + 1, sizeof(*rule->samples));
	rule->samples[rule->n_samples++] = sample;
	return 0;
}

void
samples_free(struct sample *samples, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(samples[i].text);
		object_free(&samples[i].expect);
	}
	free(samples);
}
