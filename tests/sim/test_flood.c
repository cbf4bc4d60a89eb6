/* Somebody writes names of tables into an app's log that no table ever had, and
 * one fault among them is real: it is found and mended all the same, and as
 * soon as without the flood. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/memory-store.h"
#include "sim/world.h"

static struct world world;

struct flood {
	const char *name;
	unsigned before, after; /* names, each logged once */
	unsigned repeated;      /* names, each logged every second */
	unsigned healthy;       /* how often names of tables that are there */
	bool deployed_late;     /* it comes to be missing after the flood */
	bool other_app;         /* the flood is in the log of another app on
				   the same database */
	bool scheduled; /* another twelve names whenever an hour begins */
	bool restarted; /* head is started anew in the middle */
};

static const struct flood floods[] = {
	{ .name = "nothing" },
	{ .name = "as many as have a place", .before = 20 },
	{ .name = "some", .before = 200, .after = 200 },
	{ .name = "many", .before = 10000, .after = 2000 },
	{ .name = "without end", .before = 40, .repeated = 40 },
	{ .name = "of tables that are there", .before = 40, .healthy = 200 },
	{ .name = "before it is missing",
		.before = 200,
		.deployed_late = true },
	{ .name = "endless, before it is missing",
		.before = 60,
		.repeated = 60,
		.deployed_late = true },
	{ .name = "in another app", .before = 300, .other_app = true },
	{ .name = "by the clock", .before = 12, .scheduled = true },
	{ .name = "over a restart", .before = 200, .restarted = true },
};

#define SHOP 0u
#define BLOG 1u

static void
log_table(size_t app, const char *table)
{
	if (world.scheduler)
		people_log(&world, app, CLASS_MISSING_TABLE, table);
}

static void
log_names(const struct flood *f, unsigned from, unsigned n)
{
	char name[16];
	for (unsigned k = 0; k < n; k++) {
		snprintf(name, sizeof(name), "F%u", from + k);
		log_table(f->other_app ? BLOG : SHOP, name);
	}
}

static void
play_second(const struct flood *f)
{
	usec until = world.steady + USEC_SECOND;
	log_names(f, 500000, f->repeated);
	world_run(&world, until);
}

static void
play_before(const struct flood *f)
{
	log_names(f, 0, f->before);
	for (unsigned k = 0; k < f->healthy; k++)
		log_table(SHOP, k % 2 ? "T1" : "T2");
	for (unsigned k = 0; k < 5; k++)
		play_second(f);
	/* An attacker who knows when a new hour of looks begins. */
	for (unsigned hour = 1; f->scheduled && hour < 5; hour++) {
		world_run(&world, world.steady + USEC_HOUR);
		log_names(f, 1000 * hour, 40);
	}
	if (f->restarted) {
		people_restart(&world, USEC_SECOND);
		world_run(&world, world.steady + 2 * USEC_SECOND);
	}
}

/* Its plan was rehearsed, and where that passed an attempt was begun. */
static bool
is_over(void)
{
	const struct incident *i;
	for (size_t k = 0; (i = memory_store_incident(world.store, k)); k++)
		if (strcmp(i->app, "shop") == 0 &&
			i->object.value[OBJECT_TABLE] &&
			strcmp(i->object.value[OBJECT_TABLE], "T0") == 0 &&
			i->state != STATE_NOT_CONFIRMED && i->rehearsed)
			return i->rehearsal != OUTCOME_PASSED ||
				i->attempts > 0;
	return false;
}

static void
be_sound(void)
{
	world.end_of_trouble = world.steady;
	for (size_t k = 0; k < WORLD_APPS; k++) {
		world.policies[k] = (struct policy){ .mode = MODE_ACT,
			.attempts = { 3, 10 },
			.cooldown = USEC_SECOND,
			.quiet = USEC_SECOND,
			.approval = USEC_HOUR };
		world.remedies[k].rehearse = REHEARSE_SAME_SERVER;
		world.apps[k].remedy[CLASS_MISSING_TABLE] = &world.remedies[k];
		for (size_t t = 0; t < WORLD_TABLES; t++)
			world.truths[k][t].absent = false;
	}
}

static void
play(const struct flood *f, uint64_t seed, const char *folder)
{
	world_open(&world, seed, folder);
	be_sound();
	struct truth *real = &world.truths[SHOP][0];
	real->cause = CAUSE_PENDING_MIGRATION;
	real->absent = !f->deployed_late;
	world_run(&world, world.steady + 20 * USEC_SECOND);
	play_before(f);
	real->absent = true;
	log_table(SHOP, "T0"); /* once */
	usec logged = world.steady;
	log_names(f, 100000, f->after);
	/* Hands of a look and of a rehearsal may take minutes each; a rehearsal
	 * that says no is none of ours. */
	while (!is_over() && world.steady < logged + 15 * USEC_MINUTE)
		play_second(f);
	if (!is_over())
		world_broken(&world, "flood %s: the real fault was not mended",
			f->name);
	world_close(&world);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	own(str) char *folder =
		xprintf("%s/logmend-flood-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder)) {
		perror(folder);
		return EXIT_FAILURE;
	}
	world.loud = getenv("LOUD") != NULL;
	for (size_t k = 0; k < ELEMENTS(floods); k++)
		for (uint64_t seed = 1; seed <= 5; seed++)
			play(&floods[k], seed, folder);
	(void)rmdir(folder);
	printf("%zu floods\n", ELEMENTS(floods));
	return EXIT_SUCCESS;
}
