#include "config.h"
#include "base/redact.h"
#include "rule/rule.h"
#include "base/io/file.h"
#include "wire/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io/owned-path.h"

/* The files of one or several folders, and which of their rules apply to an
 * app. */

struct pack {
	char *name; /* `prisma.rules`, `prisma.shapes` */
	char *path;
};

/* What a file may have, as ini.h says. */
#define FILE_MOST (4u << 20)

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
	errno = 0;
	for (struct dirent *e; (e = readdir(dir)); errno = 0)
		if (rules_kind(e->d_name) != RULES_NONE)
			strings_add(&names, e->d_name);
	/* Else the rules that were not listed would be missing in silence. */
	int r = errno ? file_unreadable(folder, -errno, why) : 0;
	closedir(dir);
	if (r < 0)
		return r;
	size_t n = strings_count(names);
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 0; i < n; i++)
		add_pack(p, folder, names[i]);
	return 0;
}

static int
find_packs(char *const *folders, struct packs *ret, struct why *why)
{
	int r = 0;
	for (size_t i = 0; r == 0 && folders && folders[i]; i++)
		r = read_folder(ret, folders[i], why);
	return r;
}

/* A FIFO or a device would make us wait, or be read for ever. */
static int
open_pack(const char *path, FILE **ret, struct why *why)
{
	own(fd) int fd =
		owned_path_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, why);
	struct stat st;
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return file_unreadable(path, -errno, why);
	if (!S_ISREG(st.st_mode))
		return because(why, -EINVAL, "%s: is not a regular file", path);
	*ret = fdopen(fd, "r");
	if (!*ret)
		return file_unreadable(path, -errno, why);
	(void)take(fd); /* the stream owns it now */
	return 0;
}

int
rules_load(char *const *folders, struct rules **ret, struct why *why)
{
	struct packs packs = { 0 };
	own(rules) struct rules *rules = rules_new();
	int r = find_packs(folders, &packs, why);
	for (size_t i = 0; r == 0 && i < packs.n; i++) {
		const char *path = packs.list[i].path;
		own(file) FILE *f = NULL;
		r = open_pack(path, &f, why);
		if (r == 0)
			r = rules_add(rules, f, path, why);
	}
	packs_free(&packs);
	if (r == 0)
		*ret = take(rules);
	return r;
}

static bool
is_loaded(const struct rules *rules, const char *path, struct span *ret)
{
	for (size_t i = 0; i < rules_files(rules); i++)
		if (strcmp(rules_file(rules, i), path) == 0) {
			*ret = rules_text(rules, i);
			return true;
		}
	return false;
}

static bool
is_found(const struct packs *packs, const char *path)
{
	for (size_t i = 0; i < packs->n; i++)
		if (strcmp(packs->list[i].path, path) == 0)
			return true;
	return false;
}

static void __attribute__((format(printf, 2, 3)))
add_change(char ***list, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	strings_add(list, text);
}

static void
compare_file(const struct rules *rules, const char *path, char ***changes)
{
	own(buf) struct buf now = { 0 };
	struct span then = SPAN_NONE;
	struct why why;
	if (!is_loaded(rules, path, &then))
		add_change(changes, "%s is new", path);
	else if (owned_path_read(path, FILE_MOST, &now, &why) < 0)
		add_change(changes, "%s", why.text);
	else if (!span_eq(buf_span(&now), then))
		add_change(changes, "%s changed", path);
}

char **
rules_changes(const struct rules *rules, char *const *folders)
{
	struct packs packs = { 0 };
	struct why why;
	char **changes = NULL;
	if (find_packs(folders, &packs, &why) < 0)
		add_change(&changes, "%s", why.text);
	for (size_t i = 0; i < packs.n; i++)
		compare_file(rules, packs.list[i].path, &changes);
	for (size_t i = 0; i < rules_files(rules); i++)
		if (!is_found(&packs, rules_file(rules, i)))
			add_change(
				&changes, "%s is gone", rules_file(rules, i));
	packs_free(&packs);
	return changes;
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
