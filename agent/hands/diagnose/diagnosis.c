#include "config.h"
#include "hands/diagnose/diagnosis.h"

#include <stdlib.h>

void
diagnosis_free(struct diagnosis *d)
{
	url_free(&d->url);
	url_free(&d->migrate_url);
	findings_free(&d->findings);
	server_identity_free(&d->target);
	free(d->schema);
	migrations_free(d->migrations);
	history_free(d->history);
	stray_sql_free(&d->strays);
	free(d->deploy);
	free(d->mend_problem);
	free(d->mend_role);
	free(d->powerless_role);
	free(d->text);
	free(d->run);
	migration_free(&d->proposal);
	free(d->proposal_note);
	plan_free(&d->plan);
	*d = (struct diagnosis){ 0 };
}

const struct remedy *
diagnosis_remedy(const struct diagnosis *d)
{
	return d->app->remedy[d->class];
}

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
