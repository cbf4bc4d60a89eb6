/* What resume.c and resume-search.c share: the one keeps what an earlier head
 * left until it is given to somebody, the other finds the files. */
#pragma once

#include "head/sources/resume.h"

/* A descriptor of the fd store whose file no checkpoint has. */
struct orphan {
	char *container;
	struct log_file *file;
};

/* The search for the files of a checkpoint. */
struct file_search {
	/* For each of its files: the open file, or NULL while it was not
	 * found. */
	struct log_file **files;
	bool given;    /* to resume_each()'s caller */
	char *trouble; /* why a file that may be one of them cannot be read
			  yet; NULL: what was not found is gone */
};

/* A descriptor of the fd store that cannot be read yet. */
struct unread_file {
	char *name;
	int fd;
};

struct resume {
	struct checkpoint *checkpoints;
	struct file_search *searches; /* for each checkpoint */
	size_t n;
	size_t at; /* the checkpoint whose files on_candidate() looks for */
	struct orphan *orphans;
	size_t n_orphans;
	struct unread_file *unread;
	size_t n_unread;
};

/* Takes a descriptor of the fd store: for a checkpoint that misses its file,
 * else as an orphan. One that cannot be read waits for the next try. */
void resume_take_descriptor(struct resume *l, const char *name, int fd);
