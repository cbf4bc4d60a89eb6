/* How much of what an application knows is in its database: whether this is the
 * right database and schema at all, and whether all is still there that the
 * history says. */
#pragma once

#include "hands/diagnose/objects/known-objects.h"
#include "hands/postgres/session.h"

struct presence {
	bool asked;
	/* tables that the history says exist, and those of them that do not */
	size_t recorded, absent;
	char *first_absent; /* NULL: none */
	/* tables of the schema that scripts or models know, those that are
	 * there, and others that are there, too */
	size_t tables, here, strangers;
	char *first_stranger; /* NULL: none */
	/* the other schema that has most of the tables, and how many; NULL */
	char *elsewhere;
	size_t there;
};

/* `past`: what the applied scripts left behind; `all`: what all of them do, and
 * the models; `own_table`: the migrator's, which is no stranger. Free *ret in
 * any case. Negative: the database could not be asked. */
int presence_find(struct session *s, const struct known_objects *past,
	const struct known_objects *all, const char *own_table,
	struct presence *ret, struct why *why);
void presence_free(struct presence *p);
/* Whether the schema has tables of somebody else, and hardly any that the
 * application knows. */
bool presence_is_foreign(const struct presence *p);
/* Whether the schema has none of the tables, and another has half of them, two
 * at least. */
bool presence_is_elsewhere(const struct presence *p);
