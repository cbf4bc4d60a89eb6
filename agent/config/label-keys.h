/* What each label `logmend.KEY` may lower, and by how much. A further key is a
 * further row. */
#pragma once

#include "base/why.h"
#include "config/labels.h"

/* One label, while it is read. */
struct label {
	struct app *app;
	const char *service;
	const char *key;   /* without the prefix */
	const char *value; /* NULL: it is too long */
};
/* Lowers the app by it. -EPERM: it would raise something, or point where only
 * the file may; another negative errno: it is none. Then nothing changed. */
int label_lower(const struct label *b, struct why *why);
/* Takes a folder of migrations that a label named, where it may: 0, or -EPERM
 * and what it may name. Whose the names in the app's URL file are does not
 * change by it. Hands judge anew what head tells them. */
int labels_take_migrations(struct app *app, const char *value, struct why *why);
