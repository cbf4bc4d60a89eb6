/* Histories of incidents, each made from a seed.
 *
 *	HISTORIES=n	so many (1,000)
 *	SEED=n		this one alone, printed as it happens
 *	FIRST=n		begins with this seed (1) */
#include "config.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/world.h"

static struct world world;

static uint64_t
number_of(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	uint64_t n = otherwise;
	if (text && !span_u64(span_of(text), &n)) {
		fprintf(stderr, "%s is no number: %s\n", name, text);
		exit(EXIT_FAILURE);
	}
	return n;
}

/* What all of them did, to see that they did something. */
struct sum {
	uint64_t incidents, attempts, states[INCIDENT_STATES];
};

static void
play(uint64_t seed, const char *folder, struct sum *sum)
{
	world_open(&world, seed, folder);
	world_play(&world);
	sum->attempts += world.n_attempts;
	for (size_t k = 1; k < WORLD_INCIDENTS; k++)
		if (world.witness[k].state) {
			sum->incidents++;
			sum->states[world.witness[k].state]++;
		}
	world_close(&world);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	own(str) char *folder =
		xprintf("%s/logmend-sim-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder)) {
		perror(folder);
		return EXIT_FAILURE;
	}
	struct sum sum = { 0 };
	world.loud = getenv("SEED") != NULL;
	uint64_t first = number_of("SEED", number_of("FIRST", 1));
	uint64_t n = world.loud ? 1 : number_of("HISTORIES", 1000);
	for (uint64_t seed = first; seed < first + n; seed++)
		play(seed, folder, &sum);
	(void)rmdir(folder);
	printf("%llu histories: %llu incidents, %llu attempts;",
		(unsigned long long)n, (unsigned long long)sum.incidents,
		(unsigned long long)sum.attempts);
	for (size_t s = 0; s < INCIDENT_STATES; s++)
		if (sum.states[s])
			printf(" %s %llu", state_name((enum incident_state)s),
				(unsigned long long)sum.states[s]);
	printf("\n");
	return EXIT_SUCCESS;
}
