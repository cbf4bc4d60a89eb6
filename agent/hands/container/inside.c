#include "config.h"
#include "hands/container/inside.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/own.h"

void
inside_place_free(struct inside_place *p)
{
	free(p->folder);
	free(p->around);
	free(p->schema);
	strings_free(p->through);
	free(p->doubt);
	*p = (struct inside_place){ 0 };
}

/* The process may work in that folder. */
void
inside_free(struct inside *s)
{
	if (s->folder.path)
		(void)!chdir("/");
	private_folder_remove(&s->folder);
	free(s->from);
	free(s->doubt);
	free(s->problem);
	free(s->changed);
	free(s->image_folder);
	free(s->image_none);
	free(s->image);
	free(s->image_of);
	free(s->image_problem);
	free(s->unsettled);
	*s = (struct inside){ 0 };
}
