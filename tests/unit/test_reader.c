#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/check_main.h"
#include "support/roads.h"

/* LOGMEND_SEEDS and LOGMEND_SEED: how many, and from which on. */
static uint64_t
number(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);
	uint64_t n;
	return text && span_u64(span_of(text), &n) ? n : fallback;
}

static bool
holds(const struct found *f, const char *line)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->lines[i], line) == 0)
			return true;
	return false;
}

static void
show_only(const char *who, const struct found *f, const struct found *other)
{
	for (size_t i = 0; i < f->n; i++)
		if (!holds(other, f->lines[i]))
			printf("only %s: %s\n", who, f->lines[i]);
}

static bool
same(const struct found *a, const struct found *b)
{
	bool all = a->n == b->n;
	for (size_t i = 0; all && i < a->n; i++)
		all = strcmp(a->lines[i], b->lines[i]) == 0;
	return all;
}

static void
compare_roads(const struct stock *s, uint64_t seed, uint64_t *faults)
{
	struct dice d = { seed * 0x9e3779b97f4a7c15u + 1 };
	bool docker = dice_roll(&d, 4) != 0;
	own(buf) struct buf log = { 0 };
	struct found slow = { 0 }, fast = { 0 };
	log_invent(&d, s, docker, &log);
	slow_road(s, buf_span(&log), docker, &slow);
	fast_road(&d, s, buf_span(&log), docker, &fast);
	*faults += slow.n;
	if (!same(&slow, &fast)) {
		FILE *f = fopen("/tmp/logmend-roads.log", "we");
		if (f) {
			(void)fwrite(log.data, 1, log.len, f);
			fclose(f);
		}
		show_only("the slow road", &slow, &fast);
		show_only("the reader", &fast, &slow);
		ck_abort_msg("seed %llu: the roads differ",
			(unsigned long long)seed);
	}
	found_free(&slow);
	found_free(&fast);
}

START_TEST(both_roads_find_the_same)
{
	struct stock s;
	uint64_t first = number("LOGMEND_SEED", 1), faults = 0;
	uint64_t n = number("LOGMEND_SEEDS", 300);
	stock_open(&s);
	for (uint64_t seed = first; seed < first + n; seed++)
		compare_roads(&s, seed, &faults);
	stock_close(&s);
	printf("%llu logs, %llu faults\n", (unsigned long long)n,
		(unsigned long long)faults);
}
END_TEST

CHECK_MAIN("reader", both_roads_find_the_same)
