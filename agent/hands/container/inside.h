/* What came out of an app's container for a job
 * (agent/hands/jobs/read-inside.h). */
#pragma once

#include <stdbool.h>

#include "hands/container/private-folder.h"

/* Where in an image the migrations are, and what led there. */
struct inside_place {
	char *folder; /* without links; NULL: nothing named one. Not copied: it
			 is not there */
	char *around; /* what was copied; NULL: nothing */
	char *schema; /* where it lies, if not beside the folder; NULL */
	/* Links, and files that were read on the way, as a list: whoever
	 * changes one of them leads elsewhere. */
	char **through;
	char *doubt; /* why it may not be the one; NULL */
};

void inside_place_free(struct inside_place *p);

/* What is not known then; it is the same at each look. */
#define IMAGE_UNTOLD                                                     \
	"whether the migrations of this host are those of the deployed " \
	"image could not be told"

struct inside {
	struct private_folder folder; /* the copies; path NULL: none */
	char *from;    /* where the migrations are from, for a sentence; NULL */
	char *doubt;   /* why they may not be the image's own; NULL */
	char *problem; /* why they could not be read; NULL */
	char *changed; /* what somebody changed in the container, or why that
			  is not known: so its image may differ; NULL */
	char *image;   /* which image, for a sentence; NULL */
	/* Of an app whose migrations are a folder of the host: a copy of those
	 * of its image, to compare; NULL: there is nothing to compare with, for
	 * this reason (NULL: Docker is not asked). */
	char *image_folder;
	char *image_none;
	char *image_of;      /* its container, shortened */
	char *image_problem; /* why they could not be read; NULL */
	bool image_unsure;   /* Docker failed: they may be read another time */
	/* Docker failed at what `problem` or `changed` is about, which may be
	 * told another time. */
	bool docker_failed;
	char *unsettled; /* why another image may be deployed yet; NULL */
	bool updating;   /* that passes by itself */
};

/* Removes the copies. */
void inside_free(struct inside *s);
static inline void
inside_let_go(struct inside *s)
{
	inside_free(s);
}
