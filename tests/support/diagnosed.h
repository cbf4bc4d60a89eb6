/* A diagnosis as a look would leave it, made by hand: table public.Order of app
 * shop is missing, and the history exists and is readable. */
#pragma once

#include "hands/diagnose/diagnosis.h"

struct diagnosed {
	struct diagnosis d;
	struct app app;
	struct remedy remedy;
	struct object object;
};

/* Fills everything but units. */
void diagnosed_begin(struct diagnosed *x);
/* A further unit of the folder, and what the history knows of it. */
void diagnosed_add(struct diagnosed *x, const char *name, const char *sql,
	struct unit_record record);
#define diagnosed_pending(x, name, sql) \
	diagnosed_add(                  \
		x, name, sql, (struct unit_record){ .state = UNIT_PENDING })
/* A row of the history. */
void diagnosed_row(struct diagnosed *x, const char *name, bool finished);
/* Parses what is pending and counts it; `existing` as in units.h. The run is
 * what is pending. */
void diagnosed_end(struct diagnosed *x, const char *const *existing);
void diagnosed_free(struct diagnosed *x);
static inline void
diagnosed_let_go(struct diagnosed *x)
{
	diagnosed_free(x);
}
