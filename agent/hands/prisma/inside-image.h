/* The folder of migrations in an image of an application; see migrator.h. */
#pragma once

#include "base/why.h"
#include "hands/container/container-files.h"
#include "hands/container/inside.h"

extern const char *const prisma_inside_files[];
int prisma_copy_inside(struct container_files *f, const char *workdir,
	const char *given, struct inside_place *ret, struct why *why);
