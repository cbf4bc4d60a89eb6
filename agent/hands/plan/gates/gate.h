/* A gate at work: the session that it asks, and what it asks about. Each
 * question is answered within GATE_PATIENCE. */
#pragma once

#include "hands/plan/judgement.h"
#include "hands/postgres/session.h"

#define GATE_PATIENCE_MS 2000
#define GATE_RATE_MS 200    /* so long the speed of a scan is measured */
#define GATE_ALLOWED_MS 250 /* under locks, of all statements of a run */

struct gate_walk {
	struct session *s;
	const struct census *run;
	double spent_ms; /* that the statements before would hold locks */
};

/* What one gate finds. */
struct gate_work {
	struct gate_walk *w;
	const struct guard_part *part;
	char *table; /* "schema"."table", quoted; owned */
	bool exists; /* in the catalog */
	enum verdict verdict;
	char *figures; /* owned, escaped; NULL */
};

/* One question; its rows are cut off at the patience. -EBADMSG: the server said
 * no, or it took too long: nothing was measured. */
int gate_ask(struct gate_work *g, const char *sql, const char *const *params,
	size_t n, PGresult **ret, struct why *why);
/* The single number that the question gives. */
int
gate_number(struct gate_work *g, const char *sql, double *ret, struct why *why);
/* Adds a sentence to the figures; what came from the database is escaped by the
 * caller with gate_shown(). */
void gate_says(struct gate_work *g, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A value out of the database, as people may read it; owned. */
char *gate_shown(const char *value);
/* The schema of a name that has none is the run's; owned, quoted. */
char *
gate_name(const struct gate_work *g, const char *schema, const char *table);
/* `a, b`, each quoted, each with this before it; owned. */
char *
gate_columns(const struct gate_work *g, const char *before, char *const *names);
/* Whether a table or a type of this name, quoted, is there. */
int
gate_exists(struct gate_work *g, const char *name, bool *ret, struct why *why);
/* Whether all these columns exist. */
int gate_has_columns(
	struct gate_work *g, char *const *names, bool *ret, struct why *why);
/* Whether an earlier statement of the run adds the column without a default, so
 * that it is empty in all rows. */
bool gate_column_is_empty(const struct gate_work *g, const char *column);
/* The columns of a table's primary key, owned; NULL: it has none. */
int gate_primary_key(struct gate_work *g, const char *schema, const char *table,
	char ***ret, struct why *why);

/* If rows match: FAILS, with their number and the key of one. `what` is the
 * rest of a sentence that begins with their number. */
int gate_rows_that(struct gate_work *g, const char *where, const char *what,
	struct why *why);

/* Each measures what its row names, and leaves the verdict as it is or makes it
 * stricter or milder. They fail as gate_ask() does. */
typedef int gate_fn(struct gate_work *g, struct why *why);
gate_fn gate_time; /* all with a lock that keeps others waiting */
gate_fn gate_empty;
gate_fn gate_nulls;
gate_fn gate_unique;
gate_fn gate_key;
gate_fn gate_check;
gate_fn gate_foreign;
gate_fn gate_default;
gate_fn gate_type;
gate_fn gate_room;
gate_fn gate_count;
gate_fn gate_loss;
