#include "config.h"
#include "sim/world.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "head/control/requests.h"
#include "sim/memory-store.h"

/* --- the app -------------------------------------------------------------- */

/* A line of the log, stored with its batch as head.c does. */
static void
take_fault(struct world *w, size_t app, struct fault *f)
{
	struct why why;
	usec now = 0;
	f->count = 1;
	f->last_ns = f->first_ns = (int64_t)world_now(w) * NSEC_USEC;
	int r = scheduler_clock(w->scheduler, &now, &why);
	if (r >= 0)
		r = store_begin(w->store, &why);
	if (r >= 0) {
		r = scheduler_fault(
			w->scheduler, &w->apps[app], "rule", f, now, &why);
		if (r >= 0)
			r = store_commit(w->store, &why);
		else
			store_rollback(w->store);
	}
	if (r < 0)
		world_say(w, "  it is not stored: %s", why.text);
	scheduler_wake(w->scheduler);
	fault_free(f);
}

void
people_log(
	struct world *w, size_t app, enum fault_class class, const char *table)
{
	struct fault f = { .class = class };
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	object_set(&f.object, OBJECT_TABLE, span_of(table));
	world_say(w, "%s logs %s", w->apps[app].name, table);
	take_fault(w, app, &f);
}

/* One fault or another, mostly of a table that is really missing. */
static void
log_fault(struct world *w)
{
	static const enum fault_class classes[] = { CLASS_MISSING_TABLE,
		CLASS_MISSING_TABLE, CLASS_MISSING_TABLE, CLASS_MISSING_TABLE,
		CLASS_MISSING_TABLE, CLASS_MISSING_TABLE, CLASS_DISK_FULL,
		CLASS_DB_UNREACHABLE };
	size_t app = world_below(w, WORLD_APPS);
	size_t number = world_below(w, WORLD_TABLES);
	struct fault f = { 0 };
	char table[3] = "T0";
	f.class = classes[world_below(w, ELEMENTS(classes))];
	/* Mostly one that is really missing, if any is. */
	for (unsigned k = 0; k < 8 && !w->truths[app][number].absent; k++) {
		app = world_below(w, WORLD_APPS);
		number = world_below(w, WORLD_TABLES);
	}
	table[1] = (char)('0' + number);
	if (f.class == CLASS_MISSING_TABLE && !world_once_in(w, 10))
		object_set(&f.object, OBJECT_TABLE, span_of(table));
	if (f.class == CLASS_MISSING_TABLE && world_once_in(w, 2))
		object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	world_say(w, "%s logs %s %s", w->apps[app].name,
		class_info(f.class)->name, table);
	take_fault(w, app, &f);
}

static void
change_table(struct world *w)
{
	static const enum cause causes[] = { CAUSE_PENDING_MIGRATION,
		CAUSE_PENDING_MIGRATION, CAUSE_PENDING_MIGRATION,
		CAUSE_PENDING_MIGRATION, CAUSE_PENDING_MIGRATION,
		CAUSE_PENDING_MIGRATION, CAUSE_PENDING_MIGRATION,
		CAUSE_STRAY_SQL, CAUSE_UNKNOWN, CAUSE_WRONG_SCHEMA,
		CAUSE_BASELINE_CONFLICT };
	struct truth *t = &w->truths[world_below(w, WORLD_APPS)]
				    [world_below(w, WORLD_TABLES)];
	switch (world_below(w, 8)) {
	case 0:
		t->absent = false;
		break;
	case 1:
		t->version++;
		break;
	default:
		t->absent = true;
		t->cause = causes[world_below(w, ELEMENTS(causes))];
	}
}

static void
change_database(struct world *w)
{
	struct world_database *db =
		&w->databases[world_below(w, WORLD_DATABASES)];
	db->down = world_once_in(w, 4);
	db->deploying = world_once_in(w, 5);
	world_say(w, "database %s: %s%s", db->name, db->down ? "down" : "up",
		db->deploying ? ", a deploy is under way" : "");
}

/* --- the user ------------------------------------------------------------- */

static void
on_changed(uint64_t id, void *arg)
{
	struct world *w = arg;
	(void)id;
	scheduler_wake(w->scheduler);
}

static void
on_paused(bool paused, void *arg)
{
	struct world *w = arg;
	(void)paused;
	scheduler_wake(w->scheduler);
}

/* 0 where it was done. With a head, or offline without one. */
static int
ask(struct world *w, json_t *request)
{
	struct requests v = { .settings = &w->settings, .store = w->store };
	struct why why;
	usec now = world_now(w);
	if (w->scheduler) {
		(void)scheduler_clock(w->scheduler, &now, &why);
		v.changed = on_changed;
		v.paused = on_paused;
		v.arg = w;
	}
	json_t *reply = requests_answer(&v, request, 0, now);
	int code = (int)json_integer_value(json_object_get(reply, "exit"));
	world_say(w, "a person asks for %s %lld: %s",
		json_string_value(json_object_get(request, "verb")),
		(long long)json_integer_value(json_object_get(request, "id")),
		code ? "refused" : "done");
	json_decref(reply);
	json_decref(request);
	return code;
}

static const struct incident *
any_incident(struct world *w)
{
	size_t n = 0;
	while (memory_store_incident(w->store, n))
		n++;
	return n ? memory_store_incident(w->store, world_below(w, n)) : NULL;
}

static void
approve(struct world *w)
{
	const struct incident *i;
	for (size_t k = 0; (i = memory_store_incident(w->store, k)); k++) {
		bool asked = i->state == STATE_AWAITING_APPROVAL && *i->code;
		if (!asked && !world_once_in(w, 20))
			continue;
		uint64_t id = i->id;
		const char *code = world_once_in(w, 8) ? "00000000" : i->code;
		if (ask(w,
			    json_pack("{s:s, s:I, s:s}", "verb", "approve",
				    "id", (json_int_t)id, "code", code)) == 0)
			invariants_approved(w, id);
	}
}

static void
turn_down(struct world *w, const char *verb)
{
	const struct incident *i = any_incident(w);
	if (i)
		(void)ask(w,
			json_pack("{s:s, s:I}", "verb", verb, "id",
				(json_int_t)i->id));
}

static void
freeze(struct world *w, bool frozen)
{
	struct why why;
	if (frozen) {
		int fd = open(w->settings.freeze_file,
			O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd >= 0)
			(void)close(fd);
	} else {
		(void)unlink(w->settings.freeze_file);
	}
	world_say(w, frozen ? "frozen" : "thawed");
	if (!w->scheduler)
		return;
	if (!frozen)
		(void)store_waits_end(w->store, &why);
	scheduler_wake(w->scheduler);
}

void
people_stop(struct world *w)
{
	if (!world_troubled(w) || !world_once_in(w, 10))
		return;
	if (world_once_in(w, 2))
		freeze(w, true);
	else
		(void)ask(w, json_pack("{s:s}", "verb", "pause"));
}

/* --- the machine ---------------------------------------------------------- */

void
people_restart(struct world *w, usec wait)
{
	world_say(w, "head ends");
	scheduler_free(w->scheduler);
	store_rollback(w->store);
	w->scheduler = NULL;
	w->killed = false;
	w->wake = USEC_NEVER;
	w->start = w->steady + wait;
}

/* What is set by less than a minute is no jump, and not followed: so two of
 * these never make such a one together. */
#define JUMP (2 * USEC_MINUTE)

static void
set_clock(struct world *w)
{
	static const usec most[] = { JUMP, USEC_HOUR, 2 * USEC_DAY };
	usec by = JUMP *
		world_between(
			w, 1, most[world_below(w, ELEMENTS(most))] / JUMP);
	bool forward = world_once_in(w, 2);
	w->wall_ahead += forward ? (int64_t)by : -(int64_t)by;
	world_say(w, "the clock is set %s by %llus",
		forward ? "forward" : "back",
		(unsigned long long)(by / USEC_SECOND));
}

/* For less than what head waits for them: after that an attempt is in doubt,
 * and what its hands may still do nobody can know. */
static void
break_files(struct world *w)
{
	if (w->steady < w->files_broken_until + 5 * USEC_MINUTE)
		return;
	w->files_broken_until =
		w->steady + world_between(w, USEC_SECOND, 14 * USEC_MINUTE);
	fake_file_break(-EIO);
	world_say(w, "the files of attempts cannot be read");
}

/* No process, descriptor or memory is left for hands, or there is again. */
static void
refuse_hands(struct world *w)
{
	static const int errors[] = { -EAGAIN, -EMFILE, -ENFILE, -ENOMEM };
	int error = world_once_in(w, 3)
		? errors[world_below(w, ELEMENTS(errors))]
		: 0;
	fake_hands_refuse(error);
	world_say(w, "hands %s be started", error ? "cannot" : "can");
}

static void
reload(struct world *w)
{
	world_say(w, "the configuration is loaded anew");
	scheduler_reload(w->scheduler, &w->settings);
}

void
people_act(struct world *w)
{
	uint64_t dice = world_below(w, 100);
	if (dice < 40 && w->scheduler)
		log_fault(w);
	else if (dice < 55)
		change_table(w);
	else if (dice < 59)
		change_database(w);
	else if (dice < 75)
		approve(w);
	else if (dice < 77)
		turn_down(w, "reject");
	else if (dice < 79)
		turn_down(w, "close");
	else if (dice < 80 && w->scheduler)
		reload(w);
	else if (dice < 82)
		(void)ask(w, json_pack("{s:s}", "verb", "pause"));
	else if (dice < 87)
		(void)ask(w, json_pack("{s:s}", "verb", "resume"));
	else if (dice < 88)
		freeze(w, true);
	else if (dice < 91)
		freeze(w, false);
	else if (dice < 95 && w->scheduler)
		people_restart(w, world_between(w, 0, 20 * USEC_MINUTE));
	else if (dice < 97)
		set_clock(w);
	else if (dice < 98)
		break_files(w);
	else
		refuse_hands(w);
}

void
people_make_peace(struct world *w)
{
	fake_hands_refuse(0);
	w->files_broken_until = 0;
	w->disk_full_until = 0;
	/* A database that stays away, or a deploy that never ends, holds
	 * nothing up for ever either. */
	for (size_t i = 0; i < WORLD_DATABASES; i++) {
		w->databases[i].down = world_once_in(w, 8);
		w->databases[i].deploying = world_once_in(w, 4);
	}
	freeze(w, false);
	(void)ask(w, json_pack("{s:s}", "verb", "resume"));
}
