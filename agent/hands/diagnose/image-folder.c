#include "config.h"
#include "hands/diagnose/image-folder.h"

#include <stdlib.h>

#include "hands/migrator/unit.h"

static void
count(struct units_of *to, const struct unit *u)
{
	if (to->n++ == 0)
		to->first = u->name;
}

/* A unit without a text is the same as another one without. Line ends may
 * differ, as the migrator lets them. */
static bool
is_same(const struct migrator *m, const struct unit *a, const struct unit *b)
{
	if (a->problem || b->problem)
		return a->problem && b->problem;
	return m->is_same_text(buf_span(&a->text), b->checksum);
}

static void
compare(const struct migrator *m, const struct unit_folder *host,
	struct image_folder *ret)
{
	const struct unit_folder *image = ret->folder;
	for (size_t i = 0; i < image->n; i++) {
		const struct unit *u = &image->units[i];
		const struct unit *here = unit_folder_find(host, u->name);
		if (!here)
			count(&ret->lacking, u);
		else if (!is_same(m, here, u))
			count(&ret->other, u);
	}
	for (size_t i = 0; i < host->n; i++)
		if (!unit_folder_find(image, host->units[i].name))
			count(&ret->more, &host->units[i]);
}

void
image_folder_read(const struct migrator *m, const struct inside *inside,
	const struct unit_folder *host, struct image_folder *ret)
{
	struct why why;
	*ret = (struct image_folder){ 0 };
	if (inside && inside->image_problem)
		ret->problem =
			xprintf(IMAGE_UNTOLD ": %s", inside->image_problem);
	ret->unsure = inside && inside->image_unsure;
	if (!host || !inside || !inside->image_folder)
		return;
	if (m->read_folder(inside->image_folder, &ret->folder, &why) < 0) {
		ret->problem = xstrdup(why.text);
		ret->unsure = true;
	} else {
		compare(m, host, ret);
	}
}

void
image_folder_free(struct image_folder *f)
{
	unit_folder_free(f->folder);
	free(f->problem);
	*f = (struct image_folder){ 0 };
}

bool
image_folder_differs(const struct image_folder *f)
{
	return f->lacking.n || f->more.n || f->other.n;
}

static void
add_part(struct buf *to, const char *before, const struct units_of *units,
	const char *behind)
{
	if (!units->n)
		return;
	buf_printf(to, "%s%s%s", to->len ? "; " : "", before, units->first);
	if (units->n > 1)
		buf_printf(to, " and %zu more", units->n - 1);
	buf_add_str(to, behind);
}

char *
image_folder_text(const struct image_folder *f, const char *path,
	const struct inside *inside)
{
	own(buf) struct buf text = { 0 };
	own(str) char *lacks = xprintf("the folder %s lacks ", path);
	own(str) char *has = xprintf("the folder %s has ", path);
	own(str) char *other =
		xprintf("the folder %s has another text of ", path);
	own(str) char *too = xprintf(", which %s has", inside->image);
	own(str) char *not = xprintf(", which %s lacks", inside->image);
	own(str) char *than = xprintf(" than %s", inside->image);
	add_part(&text, lacks, &f->lacking, too);
	add_part(&text, has, &f->more, not );
	add_part(&text, other, &f->other, than);
	return buf_take_str(&text);
}
