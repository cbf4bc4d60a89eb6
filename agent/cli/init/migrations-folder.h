/* Looks for folders of migrations in a file system that may be anybody's: reads
 * names only, follows no link, and ends after so many of them. */
#pragma once

#include "base/own.h"

/* The folders below `start` that the migrator would take for its own, those of
 * the least depth, in the order of their names; paths within `root`, a folder
 * that is open, beginning with a slash. A path is left out if it holds anything
 * but letters, digits and ._@+-/, for it goes into a configuration and into
 * commands that people copy. Takes the number of names that it saw off *names,
 * and sees no more than that. A list (own.h), owned; NULL for none. */
char **migrations_folder_find(int root, const char *start, unsigned *names);
