#include "config.h"
#include "hands/migrator/history.h"

#include <stdlib.h>
#include <string.h>

void
history_free(struct history *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->n; i++) {
		free(h->rows[i].id);
		free(h->rows[i].checksum);
		free(h->rows[i].name);
		free(h->rows[i].logs);
		free(h->rows[i].started);
	}
	free(h->rows);
	free(h->elsewhere);
	free(h);
}

/* Begun and neither ended nor rolled back. A deploy under way has such a row
 * too, so this means something only while the lock is free. */
bool
history_row_failed(const struct history_row *r)
{
	return !r->finished && !r->rolled_back;
}

static struct unit_record
match_unit(const struct history *h, const struct unit *u,
	bool (*is_same)(struct span text, const char *checksum))
{
	struct unit_record ret = { .state = UNIT_PENDING };
	bool seen = false, same = false;
	for (size_t i = 0; i < h->n; i++) {
		const struct history_row *r = &h->rows[i];
		if (strcmp(r->name, u->name) != 0)
			continue;
		if (r->rolled_back) {
			ret.rolled_back = true;
		} else if (!r->finished) {
			ret.state = UNIT_FAILED;
		} else {
			if (ret.state == UNIT_PENDING)
				ret.state = UNIT_APPLIED;
			seen = true;
			same |= is_same(buf_span(&u->text), r->checksum);
		}
	}
	/* A retry adds a row, so any of them may hold today's text. */
	ret.edited = seen && !same && !u->problem;
	return ret;
}

struct unit_record *
history_match(const struct history *h, const struct unit_folder *f,
	bool (*is_same)(struct span text, const char *checksum))
{
	struct unit_record *ret = xcalloc(f->n, sizeof(*ret));
	for (size_t i = 0; i < f->n; i++)
		ret[i] = match_unit(h, &f->units[i], is_same);
	return ret;
}

const struct history_row *
history_failed(const struct history *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (history_row_failed(&h->rows[i]) &&
			(!name || strcmp(h->rows[i].name, name) == 0))
			return &h->rows[i];
	return NULL;
}

/* A rolled-back row's name is taken, too: a new unit must not be mistaken for
 * it. */
bool
history_names(const struct history *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->rows[i].name, name) == 0)
			return true;
	return false;
}

bool
history_applied(const struct history *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->rows[i].finished && !h->rows[i].rolled_back &&
			strcmp(h->rows[i].name, name) == 0)
			return true;
	return false;
}

/* A row without a unit shows another app's folder, or a unit that was deleted.
 */
size_t
history_orphans(const struct history *h, const struct unit_folder *f,
	const char **ret_first)
{
	size_t n = 0;
	for (size_t i = 0; i < h->n; i++) {
		const struct history_row *r = &h->rows[i];
		if (!r->finished || r->rolled_back ||
			unit_folder_find(f, r->name))
			continue;
		if (n++ == 0)
			*ret_first = r->name;
	}
	return n;
}

enum answer
history_is_clean(const struct history *h, const struct unit_folder *f,
	const struct unit_record *records)
{
	if (history_failed(h, NULL))
		return ANSWER_NO;
	if (!f)
		return ANSWER_UNKNOWN;
	for (size_t i = 0; i < f->n; i++)
		if (records[i].state == UNIT_PENDING)
			return ANSWER_NO;
	return ANSWER_YES;
}
