/* In what a container differs from its image, where its migrations lie: what
 * somebody changed there was never deployed. */
#pragma once

#include <jansson.h>

#include "base/buf.h"
#include "base/why.h"

/* A sentence about the paths below `folder` that the Engine lists as changed
 * (GET /containers/ID/changes; JSON null: none), and about a volume that lies
 * there (`mounts` of the container); owned and escaped. NULL: it is all of the
 * image. */
char *image_changes_text(
	const json_t *changes, const json_t *mounts, const char *folder);
