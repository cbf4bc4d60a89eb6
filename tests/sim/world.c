#include "config.h"
#include "sim/world.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory-store.h"

#define BOOTED (3 * USEC_DAY)
#define NOW ((usec)1795350344 * USEC_SECOND)
/* In peace everything is at rest by then: at the worst a policy allows one
 * attempt a day, and all of them wait for it. */
#define PEACE_MOST(n_incidents) ((2 + (n_incidents)) * USEC_DAY)

/* --- chance --------------------------------------------------------------- */

/* splitmix64 */
static uint64_t
draw(struct world *w)
{
	uint64_t z = w->random += 0x9e3779b97f4a7c15;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

uint64_t
world_below(struct world *w, uint64_t n)
{
	return draw(w) % n;
}

bool
world_once_in(struct world *w, unsigned times)
{
	return world_below(w, times) == 0;
}

usec
world_between(struct world *w, usec least, usec most)
{
	return least + world_below(w, most - least + 1);
}

/* --- the history ---------------------------------------------------------- */

usec
world_now(const struct world *w)
{
	return (usec)((int64_t)w->steady + w->wall_ahead);
}

bool
world_troubled(const struct world *w)
{
	return w->steady < w->end_of_trouble;
}

static void __attribute__((format(printf, 2, 0)))
say(struct world *w, const char *fmt, va_list args)
{
	char text[1024];
	usec at = (w->steady - BOOTED) / 1000;
	size_t from = w->history.len;
	vsnprintf(text, sizeof(text), fmt, args);
	buf_printf(&w->history, "%3u:%02u:%02u.%03u %s\n",
		(unsigned)(at / 3600000), (unsigned)(at / 60000 % 60),
		(unsigned)(at / 1000 % 60), (unsigned)(at % 1000), text);
	if (w->loud)
		printf("%s", buf_str(&w->history) + from);
}

void
world_say(struct world *w, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	say(w, fmt, args);
	va_end(args);
}

_Noreturn void
world_broken(struct world *w, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	if (!w->loud)
		printf("%s", buf_str(&w->history));
	w->loud = true;
	printf("BROKEN in the history of SEED=%llu:\n",
		(unsigned long long)w->seed);
	say(w, fmt, args);
	va_end(args);
	exit(EXIT_FAILURE);
}

/* --- the clock, the disk, the log ----------------------------------------- */

static usec
on_wall(void *arg)
{
	return world_now(arg);
}

static usec
on_steady(void *arg)
{
	const struct world *w = arg;
	return w->steady;
}

static int
on_commit(void *arg, struct why *why)
{
	struct world *w = arg;
	bool head = w->scheduler && world_troubled(w);
	if (head && !w->killed && world_once_in(w, 300)) {
		w->killed = true;
		world_say(w, "head is killed before a commit");
	}
	if (w->killed)
		return because(why, -EIO, "head is dead already");
	if (head && w->steady >= w->disk_full_until && world_once_in(w, 400)) {
		w->disk_full_until = w->steady +
			world_between(w, USEC_SECOND, 5 * USEC_MINUTE);
		world_say(w, "the disk is full");
	}
	return w->steady < w->disk_full_until
		? because(why, -ENOSPC, "the disk is full")
		: 0;
}

static struct world *noting; /* the log's callback takes no argument */

static void
on_note(uint64_t incident, const char *text)
{
	world_say(noting, "    %llu: %s", (unsigned long long)incident, text);
}

static void
on_wake(void *arg, usec wait)
{
	struct world *w = arg;
	w->wake = w->steady + wait;
}

/* --- head ----------------------------------------------------------------- */

size_t
world_app(const struct world *w, const struct app *app)
{
	return (size_t)(app - w->apps);
}

static void
start_head(struct world *w)
{
	struct incidents incidents = { .settings = &w->settings,
		.clock = &w->clock,
		.store = w->store,
		.note = on_note,
		.wake = on_wake,
		.arg = w };
	struct why why;
	w->start = USEC_NEVER;
	w->killed = false;
	memset(w->ranks, 0, sizeof(w->ranks));
	world_say(w, "head starts");
	if (scheduler_new(NULL, &incidents, &w->scheduler, &why) >= 0)
		return;
	world_say(w, "it cannot: %s", why.text);
	w->scheduler = NULL;
	w->wake = USEC_NEVER;
	w->start = w->steady + 5 * USEC_SECOND;
}

static struct policy
any_policy(struct world *w)
{
	static const enum mode modes[] = { MODE_REPORT, MODE_ASK, MODE_ASK,
		MODE_ASK, MODE_ACT, MODE_ACT, MODE_ACT, MODE_ACT };
	unsigned hour = (unsigned)world_between(w, 1, 3);
	return (struct policy){
		.mode = modes[world_below(w, ELEMENTS(modes))],
		.attempts = { hour, hour + (unsigned)world_below(w, 5) },
		.cooldown = world_between(w, USEC_SECOND, 30 * USEC_MINUTE),
		.quiet = world_between(w, USEC_SECOND, 5 * USEC_MINUTE),
		.approval = world_between(w, 5 * USEC_MINUTE, USEC_HOUR),
	};
}

static void
open_apps(struct world *w)
{
	static const char *const names[WORLD_APPS] = { "shop", "blog", "mail",
		"wiki" };
	w->notify.name = (char *)"ops";
	w->told[0] = &w->notify;
	w->databases[0].name = "moving";
	w->databases[1].name = "standing";
	for (size_t i = 0; i < WORLD_APPS; i++) {
		/* Two share a database. */
		w->database_of[i] = i / 2;
		w->policies[i] = any_policy(w);
		w->remedies[i] = (struct remedy){ .name = (char *)"prisma",
			.deadline = 2 * USEC_MINUTE,
			.rehearse = world_once_in(w, 8)
				? REHEARSE_OFF
				: REHEARSE_SAME_SERVER };
		w->apps[i] = (struct app){ .name = (char *)names[i],
			.database_url_file = (char *)"/nowhere",
			.policy = &w->policies[i],
			.notify = w->told,
			.n_notify = 1 };
		if (!world_once_in(w, 8))
			w->apps[i].remedy[CLASS_MISSING_TABLE] =
				&w->remedies[i];
		world_say(w,
			"app %s: mode %s, attempts %u/h %u/d, cooldown %llus, "
			"quiet %llus, approval %llus",
			names[i], mode_name(w->policies[i].mode),
			w->policies[i].attempts.hour,
			w->policies[i].attempts.day,
			(unsigned long long)(w->policies[i].cooldown /
				USEC_SECOND),
			(unsigned long long)(w->policies[i].quiet /
				USEC_SECOND),
			(unsigned long long)(w->policies[i].approval /
				USEC_SECOND));
	}
}

void
world_open(struct world *w, uint64_t seed, const char *folder)
{
	*w = (struct world){ .seed = seed,
		.random = seed,
		.loud = w->loud,
		.steady = BOOTED,
		.wall_ahead = (int64_t)(NOW - BOOTED),
		.wake = USEC_NEVER };
	w->clock = (struct clock){ on_wall, on_steady, w };
	w->end_of_trouble = BOOTED + world_between(w, USEC_HOUR, 5 * USEC_HOUR);
	open_apps(w);
	w->settings = (struct settings){ .file = (char *)"logmend.conf",
		.store = xprintf("%s/logmend.db", folder),
		.freeze_file = xprintf("%s/freeze", folder),
		.apps = w->apps,
		.n_apps = WORLD_APPS };
	for (unsigned k = 0; k < WORLD_APPS; k++)
		w->truths[k][0] = (struct truth){ .absent = true,
			.cause = CAUSE_PENDING_MIGRATION };
	noting = w;
	(void)store_open(w->settings.store, &w->store, NULL);
	memory_store_watch(w->store, on_commit, w);
	fake_hands_watch(hands_sent, w);
	fake_hands_on_kill(hands_killed, w);
	start_head(w);
}

void
world_close(struct world *w)
{
	scheduler_free(w->scheduler);
	fake_hands_forget();
	memory_store_forget();
	free(w->settings.store);
	free(w->settings.freeze_file);
	buf_free(&w->history);
}

/* --- time ----------------------------------------------------------------- */

/* To the next event; false where there is none before `until`. */
static bool
next_event(struct world *w, usec until)
{
	usec head = w->scheduler ? w->wake : w->start;
	usec next = MIN(head, hands_next());
	if (next > until) {
		w->steady = MAX(w->steady, until);
		return false;
	}
	w->steady = MAX(w->steady, next);
	if (w->steady >= w->files_broken_until)
		fake_file_break(0);
	if (hands_next() <= w->steady) {
		hands_work(w);
	} else if (!w->scheduler) {
		start_head(w);
	} else {
		w->wake = USEC_NEVER;
		scheduler_run(w->scheduler);
	}
	if (w->killed)
		people_restart(w, world_between(w, 0, USEC_MINUTE));
	if (++w->events > WORLD_EVENTS)
		world_broken(w, "there is no end of events");
	invariants_check(w);
	return true;
}

void
world_run(struct world *w, usec until)
{
	while (next_event(w, until))
		;
}

void
world_play(struct world *w)
{
	while (world_troubled(w)) {
		usec until = w->steady + world_between(w, 1, 5 * USEC_MINUTE);
		world_run(w, until);
		people_act(w);
		if (w->killed)
			people_restart(w, world_between(w, 0, USEC_MINUTE));
		invariants_check(w);
	}
	world_say(w, "peace");
	people_make_peace(w);
	usec last = w->steady + PEACE_MOST(memory_store_incidents(w->store));
	while (invariants_busy(w) && next_event(w, last))
		;
	invariants_end(w);
}
