#include "config.h"
#include "hands/diagnose/history-text.h"

#include "base/escape.h"
#include "hands/diagnose/findings.h"
#include "hands/migrator/history.h"

#define NAMES_SHOWN 5
#define LOG_SHOWN 1200

static bool
is_pending(const struct unit_record *r)
{
	return r->state == UNIT_PENDING;
}

static bool
is_edited(const struct unit_record *r)
{
	return r->edited;
}

static bool
is_retried(const struct unit_record *r)
{
	return r->state == UNIT_PENDING && r->rolled_back;
}

/* How many units are such, and the names of the first. */
static size_t
names_of(const struct diagnosis *d, bool (*is)(const struct unit_record *),
	struct buf *to)
{
	size_t n = 0;
	for (size_t i = 0; i < d->folder->n; i++) {
		if (!is(&d->records[i]))
			continue;
		if (n < NAMES_SHOWN)
			buf_printf(to, "%s%s", n ? ", " : "",
				d->folder->units[i].name);
		else if (n == NAMES_SHOWN)
			buf_add_str(to, ", ...");
		n++;
	}
	return n;
}

/* The migrator's log holds the server's own error, which later deploys do not
 * show any more. It is foreign text, so it is cut and joined into one line. */
static void
add_failed_row(const struct diagnosis *d, struct findings *to)
{
	const struct history_row *row = history_failed(d->history, NULL);
	if (!row)
		return;
	own(str) char *log = row->logs && *row->logs
		? escape_joined(span_of(row->logs), LOG_SHOWN)
		: xstrdup("nothing");
	findings_add(to, "history-failed", ANSWER_YES,
		"migration %s began %s and neither finished nor was rolled "
		"back, which blocks every deploy%s; its log: %s",
		row->name, row->started, d->migrator->describe.failed_code,
		log);
}

/* One finding for each group, so that a folder with a thousand units takes no
 * thousand lines. */
static void
add_records(const struct diagnosis *d, struct findings *to)
{
	static const struct {
		const char *name;
		bool (*is)(const struct unit_record *);
		const char *text;
	} groups[] = {
		{ "history-pending", is_pending, "pending" },
		{ "history-edited", is_edited, "edited since applied" },
		{ "history-rolled-back", is_retried,
			"rolled back once, and pending again" },
	};
	for (size_t i = 0; i < ELEMENTS(groups); i++) {
		own(buf) struct buf names = { 0 };
		size_t n = names_of(d, groups[i].is, &names);
		if (n)
			findings_add(to, groups[i].name, ANSWER_YES,
				"%zu %s: %s", n, groups[i].text,
				buf_str(&names));
	}
	const char *first = NULL;
	size_t orphans = history_orphans(d->history, d->folder, &first);
	if (orphans)
		findings_add(to, "history-orphans", ANSWER_YES,
			"%zu applied migrations have no folder in %s, the "
			"first is %s",
			orphans, d->folder->path, first);
}

static void
add_folder(const struct diagnosis *d, struct findings *to)
{
	const struct unit_folder *f = d->folder;
	for (size_t i = 0; i < f->n_notes; i++)
		findings_add(to, f->notes[i].finding, f->notes[i].answer, "%s",
			f->notes[i].text);
	if (!f->n)
		findings_add(to, "folder-empty", ANSWER_YES,
			"%s holds no migration: is it the right folder?",
			f->path);
	else if (d->history_clean == ANSWER_YES)
		findings_add(to, "history-clean", ANSWER_YES,
			"every migration folder%s is recorded as applied",
			d->inside && d->inside->from ? " of the deployed image"
						     : "");
}

void
history_text(const struct diagnosis *d, struct findings *to)
{
	const struct history *h = d->history;
	const char *table = d->migrator->describe.history;
	if (!h->exists)
		findings_add(to, "history-exists", ANSWER_NO,
			"schema %s has no table %s%s", d->url.schema, table,
			h->other_tables ? ", and has other tables"
					: ", nor any other");
	if (h->elsewhere)
		findings_add(to, "history-elsewhere", ANSWER_YES,
			"schema %s has a table %s: does the database URL name "
			"the right schema?",
			h->elsewhere, table);
	add_failed_row(d, to);
	if (d->records) {
		add_records(d, to);
		add_folder(d, to);
	}
}
