#include "config.h"
#include "base/io/process-tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/span.h"

#define DEPTH_MOST 8u
#define LIST_MAX 65536u

struct pid_list {
	pid_t *pids;
	size_t n;
};

static void
add(struct pid_list *to, struct span list)
{
	struct span word;
	while (span_cut(&list, ' ', &word)) {
		uint64_t pid;
		if (!span_u64(span_trim(word), &pid) || pid < 2)
			continue;
		to->pids = xrealloc(to->pids, to->n + 1, sizeof(*to->pids));
		to->pids[to->n++] = (pid_t)pid;
	}
}

/* The kernel lists the children of each thread (proc(5)); where it was built
 * without these lists, none are found. */
static void
find_children(pid_t pid, struct pid_list *ret)
{
	own(str) char *folder = xprintf("/proc/%d/task", (int)pid);
	DIR *tasks = opendir(folder);
	for (const struct dirent *e; tasks && (e = readdir(tasks));) {
		if (*e->d_name == '.')
			continue;
		own(str) char *path =
			xprintf("%s/%s/children", folder, e->d_name);
		own(buf) struct buf text = { 0 };
		if (file_read(path, LIST_MAX, &text, NULL) == 0)
			add(ret, buf_span(&text));
	}
	if (tasks)
		closedir(tasks);
}

struct member {
	pid_t pid;
	bool leads; /* a process group */
};

struct tree {
	struct member *members; /* each before its children */
	size_t n;
};

static void
find_tree(pid_t pid, unsigned depth, struct tree *ret)
{
	struct pid_list children = { 0 };
	ret->members =
		xrealloc(ret->members, ret->n + 1, sizeof(*ret->members));
	ret->members[ret->n++] =
		(struct member){ pid, getpgid(pid) == pid && pid != getpgrp() };
	if (depth < DEPTH_MOST)
		find_children(pid, &children);
	for (size_t i = 0; i < children.n; i++)
		find_tree(children.pids[i], depth + 1, ret);
	free(children.pids);
}

/* Finds all of them first: a child that dies with its parent
 * (PR_SET_PDEATHSIG) may be gone by its turn, and the kernel tells no more
 * what it had started. */
void
process_tree_signal(pid_t pid, int sig)
{
	struct tree tree = { 0 };
	find_tree(pid, 0, &tree);
	for (size_t i = 0; i < tree.n; i++) {
		const struct member *m = &tree.members[i];
		/* What it started and lost sight of is still in its group. */
		if (m->leads)
			(void)kill(-m->pid, sig);
		(void)kill(m->pid, sig); /* it may have ended by itself */
	}
	free(tree.members);
}

#define FIELD_BORN 20 /* behind the name, counted from 1: proc(5) */

uint64_t
process_tree_born(pid_t pid)
{
	own(str) char *path = xprintf("/proc/%d/stat", (int)pid);
	own(buf) struct buf text = { 0 };
	if (file_read(path, LIST_MAX, &text, NULL) < 0)
		return 0;
	/* The name stands in brackets and may hold any byte, also a bracket. */
	const char *name_end = strrchr(buf_str(&text), ')');
	struct span rest = span_of(name_end ? name_end + 1 : ""), word;
	uint64_t born = 0;
	rest = span_trim(rest);
	for (int i = 0; i < FIELD_BORN && span_cut(&rest, ' ', &word); i++)
		if (i == FIELD_BORN - 1 && !span_u64(word, &born))
			return 0;
	return born;
}
