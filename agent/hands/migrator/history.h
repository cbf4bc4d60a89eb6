/* A migrator's history: what the database has recorded about each unit. */
#pragma once

#include "hands/migrator/unit.h"
#include "wire/finding.h"

struct history_row {
	char *id; /* of the row itself */
	char *checksum;
	char *name;    /* of the unit */
	char *logs;    /* NULL, or what the migrator wrote down; raw */
	char *started; /* RFC 3339 */
	bool finished;
	bool rolled_back;
};

struct history {
	bool exists;       /* the table itself */
	bool other_tables; /* without it: the schema is not empty */
	char *elsewhere;   /* without it: another schema that has one; NULL */
	struct history_row *rows; /* by their start */
	size_t n;
};

enum unit_state {
	UNIT_PENDING, /* no row, or only rolled-back ones */
	UNIT_APPLIED,
	UNIT_FAILED, /* begun, neither finished nor rolled back */
};

/* What the history knows about one unit of the folder. */
struct unit_record {
	enum unit_state state;
	bool edited;      /* the row's checksum is of another text */
	bool rolled_back; /* it was tried before */
};

void history_free(struct history *h);
OWN(history, struct history *, history_free);

/* One record for every unit of the folder, in its order; owned. `is_same` tells
 * whether a stored checksum is one of this text. */
struct unit_record *
history_match(const struct history *h, const struct unit_folder *f,
	bool (*is_same)(struct span text, const char *checksum));
bool history_row_failed(const struct history_row *r);
/* The first failed row, or NULL. `name` NULL: of any unit. */
const struct history_row *
history_failed(const struct history *h, const char *name);
/* Whether any row, of whatever state, has this name. */
bool history_names(const struct history *h, const char *name);
/* Whether a row says that the unit with this name is applied. */
bool history_applied(const struct history *h, const char *name);
/* How many applied rows have no unit in the folder, and the first one's name.
 */
size_t history_orphans(const struct history *h, const struct unit_folder *f,
	const char **ret_first);
/* Whether no row failed and every unit of the folder is applied. Without a
 * folder (NULL) only a failed row can be told. */
enum answer history_is_clean(const struct history *h,
	const struct unit_folder *f, const struct unit_record *records);
