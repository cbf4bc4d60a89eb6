#include "config.h"
#include "cli/local/scan/scan-summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/output/page.h"
#include "head/head.h"

/* Whoever can make an app log lines can make up names without end. */
#define OBJECTS_MOST 10000u
/* So many objects of an app and class are shown, the most frequent ones. */
#define OBJECTS_SHOWN 20u

/* One object of one app. */
struct scanned_object {
	char *app;  /* NULL: not known */
	char *path; /* of the log with the first of them */
	uint64_t line;
	enum fault_class class;
	struct object object;
	uint64_t hash, count;
	int64_t first_ns, last_ns; /* log time; 0: the log has none */
	size_t place;              /* of the app, by its first fault */
};

struct scan_summary {
	struct scanned_object *all;
	size_t n, room;
	size_t *slots; /* index in `all` + 1, by hash; 0: free */
	size_t n_slots;
	uint64_t beyond; /* faults of objects that found no room */
	struct buf key;  /* of the last fault */
};

struct scan_summary *
scan_summary_new(void)
{
	return xcalloc(1, sizeof(struct scan_summary));
}

void
scan_summary_free(struct scan_summary *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		free(s->all[i].app);
		free(s->all[i].path);
		object_free(&s->all[i].object);
	}
	free(s->all);
	free(s->slots);
	buf_free(&s->key);
	free(s);
}

/* A log that belongs to nobody known stands for itself. */
static const char *
owner(const char *app, const char *path)
{
	return app ? app : path;
}

static bool
same_owner(const struct scanned_object *a, const char *app, const char *path)
{
	return !a->app == !app &&
		strcmp(owner(a->app, a->path), owner(app, path)) == 0;
}

static uint64_t
hash_of(struct buf *key, const char *owner, const struct fault *f)
{
	buf_reset(key);
	buf_add(key, owner, strlen(owner) + 1);
	buf_add_char(key, (char)f->class);
	for (size_t i = 0; i < OBJECT_KEYS; i++) {
		const char *value = f->object.value[i];
		buf_add_char(key, value ? '=' : '-');
		if (value)
			buf_add(key, value, strlen(value) + 1);
	}
	return hash64(buf_span(key));
}

/* Where the object is in the slots, or would be. */
static size_t *
slot_of(const struct scan_summary *s, uint64_t hash, const char *app,
	const char *path, const struct fault *f)
{
	size_t i = hash % s->n_slots;
	for (; s->slots[i]; i = (i + 1) % s->n_slots) {
		const struct scanned_object *a = &s->all[s->slots[i] - 1];
		if (a->hash == hash && a->class == f->class &&
			same_owner(a, app, path) &&
			object_eq(&a->object, &f->object))
			break;
	}
	return &s->slots[i];
}

/* Keeps the slots at most half full. */
static void
grow(struct scan_summary *s)
{
	if (s->n < s->room)
		return;
	s->room = s->room ? 2 * s->room : 64;
	s->all = xrealloc(s->all, s->room, sizeof(*s->all));
	free(s->slots);
	s->n_slots = 2 * s->room + 1;
	s->slots = xcalloc(s->n_slots, sizeof(*s->slots));
	for (size_t i = 0; i < s->n; i++) {
		size_t at = s->all[i].hash % s->n_slots;
		while (s->slots[at])
			at = (at + 1) % s->n_slots;
		s->slots[at] = i + 1;
	}
}

static size_t
place_of(const struct scan_summary *s, const char *app, const char *path)
{
	for (size_t i = 0; i < s->n; i++)
		if (same_owner(&s->all[i], app, path))
			return s->all[i].place;
	return s->n;
}

static void
count(struct scanned_object *a, const struct fault *f)
{
	int64_t last = f->last_ns ? f->last_ns : f->first_ns;
	a->count += MAX(f->count, 1u);
	if (!f->first_ns)
		return;
	a->first_ns = a->first_ns ? MIN(a->first_ns, f->first_ns) : f->first_ns;
	a->last_ns = MAX(a->last_ns, last);
}

void
scan_summary_add(struct scan_summary *s, const char *app, const char *path,
	const struct fault *f)
{
	grow(s);
	uint64_t hash = hash_of(&s->key, owner(app, path), f);
	size_t *slot = slot_of(s, hash, app, path, f);
	if (!*slot && s->n == OBJECTS_MOST) {
		s->beyond += MAX(f->count, 1u);
		return;
	}
	if (!*slot) {
		s->all[s->n] = (struct scanned_object){ .app = xstrdup(app),
			.path = xstrdup(path),
			.line = f->line,
			.class = f->class,
			.object = object_copy(&f->object),
			.hash = hash,
			.place = place_of(s, app, path) };
		*slot = ++s->n;
	}
	count(&s->all[*slot - 1], f);
}

/* The apps in the order of their first fault; of each class the objects that
 * were met most often first. */
static int
by_app_and_count(const void *a, const void *b)
{
	const struct scanned_object *x = *(struct scanned_object *const *)a;
	const struct scanned_object *y = *(struct scanned_object *const *)b;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return x < y ? -1 : 1;
}

/* Adds an argument of a command that people copy into a shell: names come from
 * logs. */
static void
add_argument(struct page *to, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._:-";
	own(buf) struct buf quoted = { 0 };
	bool is_plain =
		*text && *text != '-' && strspn(text, plain) == strlen(text);
	if (is_plain) {
		page_add(to, COLOUR_NONE, text);
		return;
	}
	buf_add_char(&quoted, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			buf_add_str(&quoted, "'\\'");
		buf_add_char(&quoted, *text);
	}
	buf_add_char(&quoted, '\'');
	page_add(to, COLOUR_NONE, buf_str(&quoted));
}

/* A class that hands cannot probe has no more to it than the daemon's incident.
 */
static void
show_next(struct page *to, const struct app *app,
	const struct scanned_object *a, const char *object)
{
	const struct class_info *class = class_info(a->class);
	page_printf(to, "    next: logmend ");
	if (!class->probed) {
		page_printf(to, "incidents\n");
		return;
	}
	page_printf(to, "diagnose ");
	add_argument(to, app->name);
	if (object_identified(a->class, &a->object)) {
		page_printf(to, " %s ", class->name);
		add_argument(to, object);
	}
	page_printf(to, "\n");
}

static void
show_times(struct page *to, const struct scanned_object *a)
{
	char first[CLOCK_TEXT], last[CLOCK_TEXT];
	own(str) char *often = a->count == 1
		? xstrdup("once")
		: xprintf("%llu times", (unsigned long long)a->count);
	page_printf(to, "    %s", often);
	if (a->first_ns) {
		clock_text((usec)a->first_ns / NSEC_USEC, first);
		clock_text((usec)a->last_ns / NSEC_USEC, last);
		page_printf(to, a->count == 1 ? ", %s" : ", first %s", first);
		if (a->count > 1)
			page_printf(to, ", last %s", last);
	}
	page_printf(to, "\n    %s", a->count == 1 ? "at " : "first at ");
	page_add(to, COLOUR_NONE, a->path);
	page_printf(to, ":%llu\n", (unsigned long long)a->line);
}

static void
show_one(struct page *to, const struct app *app, const struct scanned_object *a)
{
	own(str) char *object = object_text(a->class, &a->object);
	page_printf(to, "  ");
	page_add(to, COLOUR_BAD, class_info(a->class)->name);
	page_printf(to, " ");
	page_add(to, COLOUR_NONE, object);
	page_printf(to, "\n");
	show_times(to, a);
	if (app)
		show_next(to, app, a, object);
}

/* Returns the app of the configuration, NULL if it is none. */
static const struct app *
show_owner(struct page *to, const struct settings *settings,
	const struct scanned_object *a)
{
	const struct app *app =
		a->app ? head_app_configured(settings, a->app) : NULL;
	page_add(to, COLOUR_BOLD, owner(a->app, a->path));
	if (!a->app)
		page_printf(to,
			" (whose log this is cannot be told: --app NAME says "
			"it)\n");
	else if (!app)
		page_printf(to, " (not configured; next: logmend init)\n");
	else
		page_printf(to, "\n");
	return app;
}

/* What is left of one app and class, whose first objects were shown. Returns
 * the index behind it. */
static size_t
show_rest(
	struct page *to, struct scanned_object *const *list, size_t i, size_t n)
{
	const struct scanned_object *first = list[i];
	uint64_t faults = 0;
	size_t objects = 0;
	for (; i < n && list[i]->place == first->place &&
		list[i]->class == first->class;
		i++, objects++)
		faults += list[i]->count;
	page_printf(to,
		"  %s: %zu further objects, %llu faults: --all lists "
		"each\n",
		class_info(first->class)->name, objects,
		(unsigned long long)faults);
	return i;
}

void
scan_summary_show(const struct scan_summary *s, const struct settings *settings,
	struct page *to)
{
	struct scanned_object **list = xcalloc(s->n + 1, sizeof(*list));
	const struct app *app = NULL;
	size_t shown = 0;
	for (size_t i = 0; i < s->n; i++)
		list[i] = &s->all[i];
	qsort(list, s->n, sizeof(*list), by_app_and_count);
	for (size_t i = 0; i < s->n;) {
		const struct scanned_object *a = list[i],
					    *b = i ? list[i - 1] : NULL;
		bool another = !b || a->place != b->place;
		if (another)
			app = show_owner(to, settings, a);
		if (another || a->class != b->class)
			shown = 0;
		if (shown++ < OBJECTS_SHOWN)
			show_one(to, app, list[i++]);
		else
			i = show_rest(to, list, i, s->n);
	}
	if (s->beyond)
		page_printf(to,
			"and %llu faults of objects beyond the first %u: --all "
			"lists each\n",
			(unsigned long long)s->beyond, OBJECTS_MOST);
	free(list);
}
