#include "config.h"
#include "rule/lint.h"

#include <errno.h>
#include <string.h>

#include "rule/pattern.h"
#include "wire/fault.h"

/* Counts the unbounded `.*`. Two of them make the matcher try every pair of
 * places: 35 ms for 16 KiB. */
static unsigned
count_open_ends(const char *pattern)
{
	unsigned n = 0;
	for (const char *p = pattern; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '.' && (p[1] == '*' || p[1] == '+'))
			n++;
	}
	return n;
}

static int
refuse_literal(const struct rule *rule, struct why *why, const char *what)
{
	return because(why, -EINVAL, "%s:%u: rule '%s': %s", rule->file,
		rule->literal_line, rule->name, what);
}

/* Checks that every named group is a key that the class has. */
static int
check_captures(const struct rule *rule, const pcre2_code *code, struct why *why)
{
	uint32_t count = 0, size = 0;
	PCRE2_SPTR table = NULL;
	pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
	const struct class_info *class = class_info(rule->class);
	for (uint32_t i = 0; i < count; i++) {
		const char *name = (const char *)table + i * size + 2;
		int key = object_key_by_name(span_of(name));
		if (key < 0 || !(class->keys & 1u << key))
			return because(why, -EINVAL,
				"%s:%u: rule '%s': the class %s has no key "
				"'%s'",
				rule->file, rule->match_line, rule->name,
				class->name, name);
	}
	return 0;
}

static int
check_pattern(const struct rule *rule, const char *key, const char *pattern,
	unsigned line, struct why *why)
{
	own(pattern) pcre2_code *code = NULL;
	struct why inner;
	if (pattern_compile(pattern, &code, &inner) < 0)
		return because(why, -EINVAL, "%s:%u: rule '%s': %s: %s",
			rule->file, line, rule->name, key, inner.text);
	if (count_open_ends(pattern) > 1)
		return because(why, -EINVAL,
			"%s:%u: rule '%s': %s: two unbounded .* in one pattern "
			"can take seconds; bound them, as in .{0,200}",
			rule->file, line, rule->name, key);
	if (pattern == rule->match)
		return check_captures(rule, code, why);
	return 0;
}

int
lint_rule(struct rule *rule, struct why *why)
{
	int r = check_pattern(
		rule, "match", rule->match, rule->match_line, why);
	if (r == 0 && rule->before)
		r = check_pattern(
			rule, "before", rule->before, rule->before_line, why);
	if (r == 0 && rule->also)
		r = check_pattern(
			rule, "also", rule->also, rule->also_line, why);
	if (r == 0 && rule->unless)
		r = check_pattern(
			rule, "unless", rule->unless, rule->unless_line, why);
	if (r < 0)
		return r;
	if (!rule->literal)
		rule->literal = pattern_literal(rule->match);
	else if (strlen(rule->literal) < PATTERN_LITERAL)
		return refuse_literal(
			rule, why, "the literal has less than 4 bytes");
	else if (!literal_is_safe(rule->literal))
		return refuse_literal(rule, why,
			"the literal may hold letters, digits, blanks and "
			"_.,:;()=- only; loggers change everything else");
	return 0;
}
