/* In what an app's folder on this host differs from the migrations that its
 * deployed image has. */
#pragma once

#include "hands/container/inside.h"
#include "hands/migrator/migrator.h"

/* Some units of a folder: how many, and the first one's name, borrowed. */
struct units_of {
	size_t n;
	const char *first;
};

struct image_folder {
	struct unit_folder *folder; /* the image's; NULL: nothing to compare */
	char *problem; /* why it could not be read, where it is there */
	bool unsure;   /* so whether they are the same is not known */
	struct units_of lacking; /* the image has them, the host has not */
	struct units_of more;    /* the other way round */
	struct units_of other;   /* both have them, with different texts */
};

/* Reads the copy, where there is one, and compares it with the host's folder,
 * which must outlive `ret`. */
void image_folder_read(const struct migrator *m, const struct inside *inside,
	const struct unit_folder *host, struct image_folder *ret);
void image_folder_free(struct image_folder *f);
bool image_folder_differs(const struct image_folder *f);
/* A sentence about the difference, owned and not escaped. It names no
 * container, so that it stays what it is while containers come and go. */
char *image_folder_text(const struct image_folder *f, const char *path,
	const struct inside *inside);
