/* The packages of an application that lives in a monorepo: which folders they
 * are in, and what lies in those. */
#pragma once

#include "base/span.h"
#include "hands/container/container-files.h"

/* Adds the folders that package.json and pnpm-workspace.yaml name as those of
 * the packages, to a list, without the star behind them, relative to the files'
 * own folder. Texts that are neither, or empty, name none. */
void workspace_folders(struct span package, struct span pnpm, char ***ret);
/* Adds the folders below `folder` (without links) that have a file of this name
 * to a list, as far as they are near (tar_folder_read_near(), four folders
 * below it). *ret_doubt, owned, says that not all of it was searched. */
int workspace_search(const struct container_files *f, const char *folder,
	const char *name, char ***ret, char **ret_doubt, struct why *why);
