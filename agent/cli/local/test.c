/* The command `test`: runs the samples of rules through eyes, so that a sample
 * that passes is one that a log would match too. */
#include "config.h"
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/redact.h"
#include "cli/roles/eyes-client.h"
#include "cli/local/load-rules.h"
#include "cli/output/terminal.h"
#include "rule/rule.h"
#include "wire/fault.h"
#include "wire/source.h"

/* What eyes found in a sample. */
struct seen {
	size_t n;
	const struct object *expect;
	bool as_expected;
	char *objects; /* for a person */
};

static bool
is_any(const struct object *o)
{
	return object_known(o) == 0;
}

/* A sample may hold several faults; one that is as expected is enough. */
static void
on_fault(const struct fault *f, void *user)
{
	struct seen *seen = user;
	own(str) char *object = object_text(f->class, &f->object);
	char *all = seen->n ? xprintf("%s, %s", seen->objects, object)
			    : xstrdup(object);
	free(seen->objects);
	seen->objects = all;
	seen->n++;
	if (is_any(seen->expect) || object_eq(seen->expect, &f->object))
		seen->as_expected = true;
}

/* Gives eyes the sample as a log, with the one rule it belongs to. A memfd,
 * because eyes read descriptors only. */
static int
read_sample(struct eyes_client *eyes, size_t rule, const struct sample *sample,
	struct seen *seen, struct why *why)
{
	own(fd) int fd = memfd_create("sample", MFD_CLOEXEC);
	if (fd < 0)
		return because(
			why, -errno, "memfd_create: %s", strerror(errno));
	int r = write_all(fd, span_of(sample->text));
	if (r < 0)
		return because(why, r, "a sample could not be written: %s",
			strerror(-r));
	struct source source = { .whole = true };
	struct eyes_client_totals totals = { 0 };
	source_add_rule(&source, (uint32_t)rule);
	return eyes_client_read(
		eyes, &source, fd, on_fault, seen, &totals, why);
}

/* In the form FILE:LINE, which editors jump to. */
static void
complain(const struct rule *rule, const struct sample *sample,
	const struct seen *seen)
{
	own(str) char *object = object_text(rule->class, &sample->expect);
	own(str) char *expected = redact(span_of(object));
	printf("%s:%u: [%s %s %u]: ", rule->file, sample->line,
		sample->matches ? "match" : "no-match", rule->name,
		sample->number);
	if (!sample->matches)
		printf("matched and must not: %s\n", seen->objects);
	else if (!seen->n)
		puts("did not match");
	else
		printf("expected %s, got %s\n", expected, seen->objects);
}

/* 1 if the sample is right, 0 if not. */
static int
try_sample(struct eyes_client *eyes, const struct rules *rules, size_t i,
	const struct sample *sample, struct why *why)
{
	struct seen seen = { .expect = &sample->expect };
	int r = read_sample(eyes, i, sample, &seen, why);
	bool right = sample->matches ? seen.as_expected : !seen.n;
	if (r == 0 && !right)
		complain(rules_at(rules, i), sample, &seen);
	free(seen.objects);
	return r < 0 ? r : right;
}

/* Also tells of a rule without a literal, which works and is slow. */
static int
try_rule(struct eyes_client *eyes, const struct rules *rules, size_t i,
	struct why *why)
{
	const struct rule *rule = rules_at(rules, i);
	size_t right = 0;
	for (size_t k = 0; k < rule->n_samples; k++) {
		int r = try_sample(eyes, rules, i, &rule->samples[k], why);
		if (r < 0)
			return r;
		right += (size_t)r;
	}
	printf("%s %s: %zu of %zu samples\n",
		right == rule->n_samples ? "ok    " : "failed", rule->name,
		right, rule->n_samples);
	if (!rule->literal)
		printf("%s:%u: rule '%s' has no literal of 4 bytes that every "
		       "match holds: with it each line of a log is decoded, "
		       "which is several times slower\n",
			rule->file, rule->line, rule->name);
	return right == rule->n_samples;
}

static int
load_files(const struct invocation *in, struct rules **ret, struct why *why)
{
	own(rules) struct rules *rules = rules_new();
	for (int i = 1; i < in->argc; i++) {
		own(file) FILE *f = fopen(in->argv[i], "re");
		if (!f)
			return because(why, -errno, "%s: cannot be opened: %s",
				in->argv[i], strerror(errno));
		int r = rules_add(rules, f, in->argv[i], why);
		if (r < 0)
			return r;
	}
	*ret = take(rules);
	return 0;
}

int
command_test(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	if (!command_operands(c, &in, 0, 1 << 20))
		return EXIT_USAGE;
	own(rules) struct rules *rules = NULL;
	own(eyes_client) struct eyes_client *eyes = NULL;
	struct why why;
	int r = in.argc > 1 ? load_files(&in, &rules, &why)
			    : load_rules(&in, NULL, &rules, &why);
	if (r < 0)
		return terminal_fails(exit_code_of_file(r), "%s", why.text);
	r = eyes_client_open(rules, &eyes, &why);
	size_t failed = 0;
	for (size_t i = 0; r >= 0 && i < rules_count(rules); i++) {
		r = try_rule(eyes, rules, i, &why);
		failed += r == 0;
	}
	if (r < 0)
		return terminal_fails(EXIT_UNABLE, "%s", why.text);
	return failed ? EXIT_NO : EXIT_DONE;
}
