#include "config.h"
#include "hands/diagnose/diagnosis.h"

#include <stdlib.h>
#include <string.h>

#include "hands/migrator/history.h"
#include "hands/migrator/stray-sql.h"
#include "hands/migrator/unit.h"
#include "hands/sql/script.h"

/* The censuses borrow the scripts, so they go first. */
static void
free_scripts(struct diagnosis *d)
{
	census_free(d->with_new);
	census_free(d->pending);
	census_free(d->failed);
	for (size_t i = 0; d->scripts && i < d->folder->n; i++)
		script_free(&d->scripts[i]);
	free(d->scripts);
	known_objects_free(&d->past);
	presence_free(&d->presence);
	stray_sql_free(&d->strays);
}

void
diagnosis_free(struct diagnosis *d)
{
	free_scripts(d);
	url_free(&d->url);
	url_free(&d->migrate_url);
	free(d->schema);
	server_identity_free(&d->target);
	free(d->unreachable);
	probe_free(&d->probe);
	free(d->lock_holder);
	image_folder_free(&d->image);
	unit_folder_free(d->folder);
	free(d->folder_problem);
	history_free(d->history);
	free(d->history_problem);
	free(d->records);
	free(d->schema_file);
	mend_target_free(&d->mend);
	findings_free(&d->findings);
	free(d->text);
	free(d->no_plan);
	free(d->ruled_reason);
	unit_free(&d->new_unit);
	free(d->new_unit_note);
	plan_free(&d->plan);
	buf_free(&d->listing);
	*d = (struct diagnosis){ 0 };
}

const struct remedy *
diagnosis_remedy(const struct diagnosis *d)
{
	return d->app->remedy[d->class];
}

/* `?` stands for what the fault did not name. */
char *
diagnosis_object(const struct diagnosis *d)
{
	const char *table = d->object->value[OBJECT_TABLE];
	const char *column = d->object->value[OBJECT_COLUMN];
	if (d->class == CLASS_MISSING_COLUMN)
		return xprintf("column %s.%s.%s", d->schema,
			table ? table : "?", column ? column : "?");
	if (d->class == CLASS_MISSING_TABLE)
		return xprintf("table %s.%s", d->schema, table ? table : "?");
	return xstrdup(class_info(d->class)->name);
}

bool
diagnosis_other_schema(const struct diagnosis *d)
{
	return strcmp(d->schema, d->url.schema) != 0;
}

bool
diagnosis_other_place(const struct diagnosis *d)
{
	const char *host = d->object->value[OBJECT_HOST];
	const char *port = d->object->value[OBJECT_PORT];
	return (host && strcmp(host, d->url.host) != 0) ||
		(port && strcmp(port, d->url.port) != 0);
}

bool
diagnosis_other_search_path(const struct diagnosis *d)
{
	return strcmp(d->target.schema, d->url.schema) != 0;
}

bool
diagnosis_is_pending(const struct diagnosis *d, size_t unit)
{
	return d->records[unit].state == UNIT_PENDING;
}

/* An object of the script that exists may have been there before, so YES means
 * "look", and only NO proves that nothing was left. */
enum answer
diagnosis_failed_objects(const struct diagnosis *d)
{
	if (!d->failed || !census_units(d->failed)->script->known)
		return ANSWER_UNKNOWN;
	return census_count(d->failed, 0)->conflicts ? ANSWER_YES : ANSWER_NO;
}

bool
diagnosis_has_remedy(const struct diagnosis *d)
{
	return d->cause == CAUSE_PENDING_MIGRATION ||
		d->cause == CAUSE_STRAY_SQL;
}
