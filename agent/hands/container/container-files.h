/* Copies of a container's files in a folder of ours, which stands for the
 * container's root: each has the path there that it has in the container. */
#pragma once

#include <sys/types.h>

#include "hands/container/docker-app.h"

struct container_files {
	const struct docker_app *containers; /* borrowed, as the id */
	const char *id;
	int root;                  /* the folder; owned by the caller */
	const char *const *wanted; /* ends of the names of files to copy */
	/* Links and the like that were left out, and the first, escaped. */
	size_t left_out;
	char *left_out_name;
	unsigned near; /* folders that count as near; 0: TAR_NEAR */
	bool cut;      /* around a folder lies more than was read */
	/* The app's key names a folder of the host, and is right: no sentence
	 * tells people to give the container's. */
	bool beside;
};

void container_files_free(struct container_files *f);
static inline void
container_files_let_go(struct container_files *f)
{
	container_files_free(f);
}
/* Copies what lies at the absolute path, whether the container runs or not, and
 * all that is below it, as far as it is wanted (tar-folder.h).
 * -ESRCH: there is nothing. -EINVAL: it is the root, "", which is too much. */
int container_files_copy(
	struct container_files *f, const char *path, struct why *why);
/* Copies what lies around a folder that was copied, as far as it is near and
 * has room (tar_folder_read_near()). 0 also where there is nothing. */
int container_files_copy_near(
	struct container_files *f, const char *path, struct why *why);
/* Whether a copy of that kind (S_IFREG, S_IFDIR) is there. */
bool container_files_has(
	const struct container_files *f, const char *path, mode_t kind);
/* What the Engine lists as changed since the image; owned. NULL: nothing. */
int container_files_changes(
	const struct container_files *f, json_t **ret, struct why *why);
