/* The columns of an incident: one table says of each where it lies in the
 * struct and how it is written. */
#pragma once

#include "head/model/incident.h"
#include "head/store/sqlite/query.h"

/* Statements over all of them, made once from the table. Those that read end
 * with the id. */
struct incident_sql {
	char *insert, *save, *get, *newest, *list, *live;
};

void columns_sql(struct incident_sql *ret);
void incident_sql_free(struct incident_sql *sql);
/* Fills insert (all), or save. */
void columns_bind(struct query *q, const struct incident *i, bool all);
/* -EBADMSG: a name that this program does not know. Free only after 0. */
int columns_read(struct query *q, struct incident *ret, struct why *why);
