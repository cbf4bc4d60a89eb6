/* A plan, as head sees it: the steps in words for people, and the hash over all
 * of the plan. The statements stay with hands: hands that mend derive them
 * anew from the files and the database, and compare the hash with the one that
 * was approved. So what runs is what was read, or nothing. */
#pragma once

#include "base/io/frame.h"
#include "base/hash.h"

struct json_t;

/* What the guard says of a statement, from the mildest to the strictest. Of a
 * plan, the verdict of its strictest statement: there what is gated was
 * measured, and what would fail has no plan. */
enum verdict {
	VERDICT_AUTO,
	VERDICT_GATED, /* by itself if what its row names is measured so */
	VERDICT_ASK,
	VERDICT_FAILS, /* on the rows that are there */
	VERDICT_NEVER,
	VERDICTS
};

/* A static string. */
const char *verdict_name(enum verdict v);

#define PLAN_TEXT_MAX 1024u
#define PLAN_STEPS_MAX 24u /* the last one says that there are more */
#define PLAN_DOUBTS_MAX 32u
#define PLAN_DOUBT_MAX 480u
/* Bytes of a listing; of one that is longer there is none. */
#define PLAN_LISTING_MAX (4u << 20)

struct plan {
	char *remedy; /* its name in the configuration */
	char hash[SHA256_HEX];
	char **steps; /* sentences and statements, escaped; NULL-terminated */
	enum verdict verdict;
	char *reason;        /* why this verdict, a sentence */
	bool writable;       /* false: it needs `proposals`, which is not set */
	uint32_t statements; /* in all of its scripts, as far as they parse */
	/* Each statement that the guard did not pass, with its reason, escaped;
	 * what is refused stands before what is asked about. At most
	 * PLAN_DOUBTS_MAX of n_doubts. */
	char **doubts;
	uint32_t n_doubts;
	bool cut; /* the steps are not all of it: people must read the listing
		   */
};

/* Frees what the plan owns; all its texts are. */
void plan_free(struct plan *p);
static inline void
plan_let_go(struct plan *p)
{
	plan_free(p);
}
/* Adds a step, a text that is escaped. Cuts it at PLAN_TEXT_MAX bytes; step
 * number PLAN_STEPS_MAX only says that there are more. Either sets `cut`. */
void plan_step(struct plan *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds a sentence about a statement that the guard did not pass: counted
 * always, kept and cut within the limits above. */
void plan_doubt(struct plan *p, const char *sentence);
/* Writes the plan into a frame. */
void plan_put(struct frame *to, const struct plan *p);
/* Reads a plan and checks that the frame ends. 0 or -EBADMSG; free *ret in any
 * case. */
int plan_get(struct frame *from, struct plan *ret, struct why *why);
/* {remedy, hash, steps}. New reference. */
struct json_t *plan_json(const struct plan *p);
