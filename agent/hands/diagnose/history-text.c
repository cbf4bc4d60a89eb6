#include "config.h"
#include "hands/diagnose/history-text.h"

#include "base/escape.h"
#include "hands/diagnose/findings.h"
#include "hands/migrator/history.h"

#define NAMES_SHOWN 5
#define LOG_SHOWN 1200
#define CLEAN_SHOWN 1200

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

/* The migrations of the deployed image; NULL: they are not known. */
static const struct unit_folder *
image_of(const struct diagnosis *d)
{
	return d->inside && d->inside->from ? d->folder : d->image.folder;
}

static void
add_names(struct buf *to, const char *before, const char *first, size_t n)
{
	if (!n)
		return;
	buf_printf(to, "%s%s", before, first);
	if (n > 1)
		buf_printf(to, " and %zu more", n - 1);
}

/* How many units of the image are not applied, and the first one's name. */
static size_t
unapplied(const struct history *h, const struct unit_folder *image,
	const char **ret_first)
{
	size_t n = 0;
	for (size_t i = 0; i < image->n; i++)
		if (!history_applied(h, image->units[i].name) && n++ == 0)
			*ret_first = image->units[i].name;
	return n;
}

/* In what the history is not that of the deployed image; empty: in nothing. */
static void
add_exceptions(const struct diagnosis *d, struct buf *to)
{
	const struct unit_folder *image = image_of(d);
	const char *first = NULL;
	if (!image)
		return;
	size_t n = history_orphans(d->history, image, &first);
	add_names(to, " but for ", first, n);
	if (n)
		buf_printf(
			to, ", which %s does not have yet", d->inside->image);
	size_t not_applied = unapplied(d->history, image, &first);
	add_names(to, n ? ", and for " : " but for ", first, not_applied);
	if (not_applied)
		buf_printf(to, ", which %s has and which %s not applied",
			d->inside->image, not_applied > 1 ? "are" : "is");
}

char *
history_clean_text(const struct diagnosis *d)
{
	own(buf) struct buf text = { 0 };
	if (d->history_clean != ANSWER_YES)
		return NULL;
	buf_add_str(&text, "the history is clean");
	size_t clean = text.len;
	add_exceptions(d, &text);
	if (image_of(d) && text.len == clean)
		buf_printf(&text, " for %s", d->inside->image);
	return escape_str(buf_span(&text), CLEAN_SHOWN, ESCAPE_LINE);
}

/* Said of the deployed image, where its migrations are known. */
static void
add_clean(const struct diagnosis *d, struct findings *to)
{
	own(buf) struct buf but = { 0 };
	add_exceptions(d, &but);
	findings_add(to, "history-clean", but.len ? ANSWER_NO : ANSWER_YES,
		"every migration folder%s is recorded as applied%s%s",
		d->inside && d->inside->from ? " of the deployed image" : "",
		but.len ? "," : "", buf_str(&but));
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
		add_clean(d, to);
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
