#include "config.h"
#include "rule/rule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/redact.h"
#include "base/io/file.h"
#include "config/ini.h"
#include "rule/lint.h"
#include "rule/samples.h"
#include "rule/shapes.h"
#include "wire/fault.h"

#define RULE_NAME_MAX \
	40u /* so that the names of its samples' sections fit in inih */

/* A file that was loaded, with the bytes that the rules were made of. */
struct rules_file {
	char *name;
	struct buf text;
};

struct rules {
	struct rule *rules;
	size_t n;
	struct rules_file *files;
	size_t n_files;
	struct shapes *shapes;
};

struct rules *
rules_new(void)
{
	struct rules *rules = xcalloc(1, sizeof(*rules));
	rules->shapes = shapes_new();
	return rules;
}

static void
free_all(struct rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rule *r = &rules[i];
		free(r->name);
		free(r->pack);
		free(r->file);
		free(r->match);
		free(r->before);
		free(r->also);
		free(r->unless);
		free(r->literal);
		samples_free(r->samples, r->n_samples);
	}
	free(rules);
}

void
rules_free(struct rules *rules)
{
	if (!rules)
		return;
	free_all(rules->rules, rules->n);
	for (size_t i = 0; i < rules->n_files; i++) {
		free(rules->files[i].name);
		buf_free(&rules->files[i].text);
	}
	free(rules->files);
	shapes_free(rules->shapes);
	free(rules);
}

/* A file that is being read. Nothing of it is added before all of it is
 * right. */
struct loading {
	const struct rules *known;
	const struct ini *conf;
	struct rule *rules;
	size_t n;
	struct why *why;
};

static int
refuse(const struct loading *l, unsigned line, const char *what,
	const char *value)
{
	own(str) char *shown = redact_quote(value);
	return because(l->why, -EINVAL, "%s:%u: %s '%s'", l->conf->file, line,
		what, shown);
}

static int
set_stream(struct loading *l, const struct ini_entry *e, int *ret)
{
	if (strcmp(e->value, "stdout") == 0)
		*ret = STREAM_STDOUT;
	else if (strcmp(e->value, "stderr") == 0)
		*ret = STREAM_STDERR;
	else if (strcmp(e->value, "both") == 0)
		*ret = -1;
	else
		return refuse(l, e->line,
			"stream is stdout, stderr or both, not", e->value);
	return 0;
}

/* Keys that logmend.rules(5) names and nothing acts on yet: a rule with one
 * would do less than its author thinks. */
static bool
is_later(const char *key)
{
	static const char *const later[] = { "severity", "threshold",
		"suppress", "absence" };
	for (size_t i = 0; i < ELEMENTS(later); i++)
		if (strcmp(key, later[i]) == 0)
			return true;
	return false;
}

static int
no_class(const struct loading *l, const struct ini_entry *e)
{
	own(str) char *shown = redact_quote(e->value);
	own(str) char *names = class_names(CLASS_IN_RULES);
	return because(l->why, -EINVAL,
		"%s:%u: there is no class '%s': the classes are %s",
		l->conf->file, e->line, shown, names);
}

static int
set_class(struct loading *l, const struct ini_entry *e, enum fault_class *ret)
{
	int class = class_by_name(span_of(e->value));
	if (class < 0)
		return no_class(l, e);
	if (class_info((enum fault_class) class)->ours)
		return refuse(l, e->line,
			"no rule can find faults of logmend itself:", e->value);
	*ret = (enum fault_class) class;
	return 0;
}

/* Reads one key of a rule. */
static int
read_entry(struct loading *l, const struct ini_entry *e, struct rule *rule,
	bool *has_class)
{
	char **text = NULL;
	unsigned *line = NULL;
	if (strcmp(e->key, "class") == 0) {
		*has_class = true;
		return set_class(l, e, &rule->class);
	}
	if (strcmp(e->key, "stream") == 0)
		return set_stream(l, e, &rule->stream);
	if (strcmp(e->key, "match") == 0)
		text = &rule->match, line = &rule->match_line;
	else if (strcmp(e->key, "before") == 0)
		text = &rule->before, line = &rule->before_line;
	else if (strcmp(e->key, "also") == 0)
		text = &rule->also, line = &rule->also_line;
	else if (strcmp(e->key, "unless") == 0)
		text = &rule->unless, line = &rule->unless_line;
	else if (strcmp(e->key, "literal") == 0)
		text = &rule->literal, line = &rule->literal_line;
	else if (is_later(e->key))
		return because(l->why, -EOPNOTSUPP, "%s:%u: %s: not built yet",
			l->conf->file, e->line, e->key);
	else
		return refuse(l, e->line, "a rule has no key", e->key);
	if (!*e->value)
		return refuse(l, e->line, "an empty value for", e->key);
	*line = e->line;
	*text = xstrdup(e->value);
	/* A long pattern may stand on several lines, which are joined. */
	char *to = *text;
	for (const char *from = e->value; *from; from++)
		if (*from != '\n')
			*to++ = *from;
	*to = '\0';
	return 0;
}

static bool
is_known(const struct loading *l, const char *name)
{
	for (size_t i = 0; i < l->known->n; i++)
		if (strcmp(l->known->rules[i].name, name) == 0)
			return true;
	return false;
}

static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.data[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
			!(c >= '0' && c <= '9') && c != '-' && c != '_' &&
			c != '.')
			return false;
	}
	return s.len > 0 && s.len <= RULE_NAME_MAX;
}

/* The name of the pack: that of the file without its folder and `.rules`. */
static char *
pack_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	size_t len = strlen(base);
	if (len > 6 && strcmp(base + len - 6, ".rules") == 0)
		len -= 6;
	return xstrndup(base, len);
}

static int
read_rule(struct loading *l, const struct ini_section *s, struct span name)
{
	if (!is_name(name))
		return refuse(l, s->line,
			"a rule's name has 1 to 40 letters, digits, - _ and .:",
			s->name);
	l->rules = xrealloc(l->rules, l->n + 1, sizeof(*l->rules));
	struct rule *rule = &l->rules[l->n++];
	*rule = (struct rule){
		.name = xstrndup(name.data, name.len),
		.pack = pack_of(l->conf->file),
		.file = xstrdup(l->conf->file),
		.line = s->line,
		.stream = -1,
	};
	/* An app turns rules off by their name, so a name stands for one
	 * rule. */
	if (is_known(l, rule->name))
		return refuse(l, s->line,
			"another file has a rule of this name:", rule->name);
	if (l->known->n + l->n > RULES_MAX)
		return refuse(
			l, s->line, "too many rules (1024) before", rule->name);
	bool has_class = false;
	for (size_t i = 0; i < s->n_entries; i++) {
		int r = read_entry(l, &s->entries[i], rule, &has_class);
		if (r < 0)
			return r;
	}
	if (!has_class)
		return refuse(l, s->line, "no class in rule", rule->name);
	if (!rule->match)
		return refuse(l, s->line, "no match in rule", rule->name);
	return lint_rule(rule, l->why);
}

static int
read_section(struct loading *l, const struct ini_section *s)
{
	struct span rest = span_of(s->name), kind;
	(void)span_cut(&rest, ' ', &kind);
	if (span_is(kind, "rule"))
		return read_rule(l, s, rest);
	if (span_is(kind, "match") || span_is(kind, "no-match"))
		return samples_add(l->rules, l->n, l->conf, s, l->why);
	return refuse(l, s->line,
		"a rule file has [rule NAME], [match NAME N] and [no-match "
		"NAME N], not",
		s->name);
}

/* Adds all rules of a file, or none. */
static int
add_rules(struct rules *rules, const struct ini *conf, struct why *why)
{
	struct loading l = { .known = rules, .conf = conf, .why = why };
	int r = 0;
	for (size_t i = 0; r == 0 && i < conf->n_sections; i++)
		r = read_section(&l, &conf->sections[i]);
	if (r < 0) {
		free_all(l.rules, l.n);
		return r;
	}
	rules->rules = xrealloc(
		rules->rules, rules->n + l.n + 1, sizeof(*rules->rules));
	if (l.n)
		memcpy(rules->rules + rules->n, l.rules,
			l.n * sizeof(*l.rules));
	rules->n += l.n;
	free(l.rules);
	return 0;
}

/* One byte more than a file may have is enough for the parser to refuse it. */
#define FILE_READ_MAX ((4u << 20) + 1)

static int
read_text(FILE *f, const char *name, struct buf *to, struct why *why)
{
	for (;;) {
		size_t most = MIN(65536u, FILE_READ_MAX - to->len);
		size_t n = fread(buf_reserve(to, most), 1, most, f);
		if (ferror(f))
			return file_unreadable(name, -EIO, why);
		to->len += n;
		if (n == 0 || to->len == FILE_READ_MAX)
			return 0;
	}
}

/* An empty file has no bytes for fmemopen(), and a line end is no section. */
static int
parse(const struct buf *text, const char *name, struct ini **ret,
	struct why *why)
{
	struct span bytes = text->len ? buf_span(text) : SPAN("\n");
	own(file) FILE *f = fmemopen((void *)bytes.data, bytes.len, "r");
	if (!f)
		return because(why, -errno, "%s: %s", name, strerror(errno));
	return ini_read_stream(f, name, INI_JOIN_NEWLINE, ret, why);
}

static void
keep_file(struct rules *rules, const char *name, struct buf *text)
{
	rules->files = xrealloc(
		rules->files, rules->n_files + 1, sizeof(*rules->files));
	rules->files[rules->n_files++] =
		(struct rules_file){ xstrdup(name), *text };
	*text = (struct buf){ 0 };
}

int
rules_add(struct rules *rules, FILE *f, const char *name, struct why *why)
{
	own(buf) struct buf text = { 0 };
	own(ini) struct ini *conf = NULL;
	int r = read_text(f, name, &text, why);
	if (r == 0)
		r = parse(&text, name, &conf, why);
	if (r == 0 && rules_kind(name) == RULES_SHAPES)
		r = shapes_add(rules->shapes, conf, why);
	else if (r == 0)
		r = add_rules(rules, conf, why);
	if (r == 0)
		keep_file(rules, name, &text);
	return r;
}

const struct shapes *
rules_shapes(const struct rules *rules)
{
	return rules->shapes;
}

size_t
rules_count(const struct rules *rules)
{
	return rules->n;
}

const struct rule *
rules_at(const struct rules *rules, size_t i)
{
	return &rules->rules[i];
}

size_t
rules_files(const struct rules *rules)
{
	return rules->n_files;
}

const char *
rules_file(const struct rules *rules, size_t i)
{
	return rules->files[i].name;
}

struct span
rules_text(const struct rules *rules, size_t i)
{
	return buf_span(&rules->files[i].text);
}
