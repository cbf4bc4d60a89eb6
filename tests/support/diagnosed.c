#include "config.h"
#include "support/diagnosed.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "hands/prisma/prisma.h"
#include "support/units.h"

void
diagnosed_begin(struct diagnosed *x)
{
	struct diagnosis *d = &x->d;
	*x = (struct diagnosed){ 0 };
	x->app.name = xstrdup("shop");
	x->app.migrations = xstrdup("/srv/migrations");
	x->app.remedy[CLASS_MISSING_TABLE] = &x->remedy;
	x->app.remedy[CLASS_MISSING_COLUMN] = &x->remedy;
	x->remedy.name = xstrdup("mend");
	object_set(&x->object, OBJECT_TABLE, SPAN("Order"));
	*d = (struct diagnosis){
		.app = &x->app,
		.migrator = &prisma_migrator,
		.class = CLASS_MISSING_TABLE,
		.object = &x->object,
		.schema = xstrdup("public"),
		.connected = true,
		.fault = ANSWER_YES,
		.history_clean = ANSWER_NO,
		.modelled = ANSWER_UNKNOWN,
		.probe = { .state = PROBE_ASKED },
		.mend = { .role = xstrdup("app"), .may_create = true },
	};
	ck_assert_int_eq(
		url_parse("postgresql://app@db/shop", &d->url, NULL), 0);
	d->migrate_url = url_copy(&d->url);
	d->target = (struct server_identity){
		.system = xstrdup("7"),
		.database = xstrdup("16384"),
		.schema = xstrdup("public"),
		.user = xstrdup("app"),
		.version = 150020,
		.may_create = true,
	};
	d->folder = xcalloc(1, sizeof(*d->folder));
	d->folder->path = xstrdup("/srv/migrations");
	d->history = xcalloc(1, sizeof(*d->history));
	d->history->exists = true;
}

void
diagnosed_add(struct diagnosed *x, const char *name, const char *sql,
	struct unit_record record)
{
	struct diagnosis *d = &x->d;
	struct unit *u = unit_folder_add(d->folder, name);
	buf_add_str(&u->text, sql);
	sha256_hex(buf_span(&u->text), u->checksum);
	d->records = xrealloc(d->records, d->folder->n, sizeof(*d->records));
	d->records[d->folder->n - 1] = record;
	if (record.state == UNIT_APPLIED)
		diagnosed_row(x, name, true);
}

void
diagnosed_row(struct diagnosed *x, const char *name, bool finished)
{
	struct history *h = x->d.history;
	h->rows = xrealloc(h->rows, h->n + 1, sizeof(*h->rows));
	h->rows[h->n++] = (struct history_row){
		.id = xstrdup("1"),
		.checksum = xstrdup("0"),
		.name = xstrdup(name),
		.started = xstrdup("2026-01-02T03:04:05Z"),
		.finished = finished,
	};
}

void
diagnosed_end(struct diagnosed *x, const char *const *existing)
{
	struct diagnosis *d = &x->d;
	const struct census_catalog catalog = units_catalog(existing);
	struct unit_script *list = xcalloc(d->folder->n, sizeof(*list));
	size_t n = 0;
	d->scripts = xcalloc(d->folder->n, sizeof(*d->scripts));
	for (size_t i = 0; i < d->folder->n; i++) {
		const struct unit *u = &d->folder->units[i];
		if (!diagnosis_is_pending(d, i))
			continue;
		if (!u->problem)
			script_parse(
				buf_span(&u->text), USEC_NEVER, &d->scripts[i]);
		list[n++] = (struct unit_script){ u, &d->scripts[i] };
	}
	ck_assert_int_eq(
		census_take(&catalog, "public", list, n, &d->pending, NULL), 0);
	free(list);
	d->run = d->pending;
	d->atomic = true;
}

void
diagnosed_free(struct diagnosed *x)
{
	diagnosis_free(&x->d);
	object_free(&x->object);
	free(x->app.name);
	free(x->app.migrations);
	free(x->app.schema_file);
	free(x->app.proposals);
	free(x->remedy.name);
}
