#include "config.h"
#include "base/redact.h"
#include "rule/rule.h"
#include "wire/source.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The files of one or several folders, and which of their rules apply to an
 * app. */

struct pack {
	char *name; /* `prisma.rules`, `prisma.shapes` */
	char *path;
};

struct packs {
	struct pack *list;
	size_t n;
};

static void
packs_free(struct packs *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->list[i].name);
		free(p->list[i].path);
	}
	free(p->list);
}

enum rules_kind
rules_kind(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct span name = span_of(slash ? slash + 1 : path);
	if (span_starts(name, SPAN(".")))
		return RULES_NONE;
	if (span_ends(name, SPAN(".rules")))
		return RULES_RULES;
	return span_ends(name, SPAN(".shapes")) ? RULES_SHAPES : RULES_NONE;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A file of a later folder takes the place of the one with its name. */
static void
add_pack(struct packs *p, const char *folder, const char *name)
{
	char *path = xprintf("%s/%s", folder, name);
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->list[i].name, name) == 0) {
			free(p->list[i].path);
			p->list[i].path = path;
			return;
		}
	p->list = xrealloc(p->list, p->n + 1, sizeof(*p->list));
	p->list[p->n++] = (struct pack){ xstrdup(name), path };
}

static int
read_folder(struct packs *p, const char *folder, struct why *why)
{
	DIR *dir = opendir(folder);
	if (!dir) {
		if (errno == ENOENT)
			return 0;
		return because(why, -errno,
			"the rules' folder %s cannot be opened: %s", folder,
			strerror(errno));
	}
	own(strings) char **names = NULL;
	for (struct dirent *e; (e = readdir(dir));)
		if (rules_kind(e->d_name) != RULES_NONE)
			strings_add(&names, e->d_name);
	closedir(dir);
	size_t n = strings_count(names);
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++)
		add_pack(p, folder, names[i]);
	return 0;
}

int
rules_load(char *const *folders, struct rules **ret, struct why *why)
{
	struct packs packs = { 0 };
	own(rules) struct rules *rules = rules_new();
	int r = 0;
	for (size_t i = 0; r == 0 && folders && folders[i]; i++)
		r = read_folder(&packs, folders[i], why);
	for (size_t i = 0; r == 0 && i < packs.n; i++) {
		const char *path = packs.list[i].path;
		own(file) FILE *f = fopen(path, "re");
		if (!f)
			r = because(why, -errno, "%s: cannot be opened: %s",
				path, strerror(errno));
		else
			r = rules_add(rules, f, path, why);
	}
	packs_free(&packs);
	if (r == 0)
		*ret = take(rules);
	return r;
}

/* Sets or clears the bits of all rules of a pack, or of the one rule of that
 * name; false if there is none. */
static bool
mark(const struct rules *rules, const char *pack, const char *rule, bool on,
	struct source *to)
{
	bool found = false;
	for (size_t i = 0; i < rules_count(rules); i++) {
		const struct rule *r = rules_at(rules, i);
		if ((pack && strcmp(r->pack, pack) != 0) ||
			(rule && strcmp(r->name, rule) != 0))
			continue;
		found = true;
		if (on)
			source_add_rule(to, (uint32_t)i);
		else
			to->rules[i / 64] &= ~((uint64_t)1 << (i % 64));
	}
	return found;
}

static int
lacks(const char *what, const char *name, struct why *why)
{
	own(str) char *shown = redact_quote(name);
	return because(why, -ENOENT, "%s '%s'", what, shown);
}

int
rules_select(const struct rules *rules, char *const *packs, char *const *off,
	struct source *to, struct why *why)
{
	memset(to->rules, 0, sizeof(to->rules));
	if (!packs)
		(void)mark(rules, NULL, NULL, true,
			to); /* that there are none is no error */
	for (; packs && *packs; packs++)
		if (!mark(rules, *packs, NULL, true, to))
			return lacks("there is no rule pack", *packs, why);
	for (; off && *off; off++)
		if (!mark(rules, NULL, *off, false, to))
			return lacks("there is no rule", *off, why);
	return 0;
}
