/* A plan, as head sees it: what would be done, in words for showing, and the
 * hash over all of it. The statements themselves stay with hands, who derive
 * them anew and compare the hash. */
#pragma once

#include "base/frame.h"
#include "base/hash.h"

struct json_t;

/* What the guard says of the plan: its strictest statement decides. */
enum verdict { VERDICT_AUTO, VERDICT_ASK, VERDICT_NEVER, VERDICTS };

const char *verdict_name(enum verdict v);

#define PLAN_TEXT_MAX 1024u
#define PLAN_STEPS_MAX 24u /* what is beyond is said in the last one */

struct plan {
	char *remedy; /* its name in the configuration */
	char hash[SHA256_HEX];
	char **steps; /* sentences and statements, escaped; NULL-terminated */
	enum verdict verdict;
	char *reason;  /* of the verdict, a sentence */
	bool writable; /* false: it needs `proposals`, which is not set */
};

void plan_free(struct plan *p);
static inline void
plan_let_go(struct plan *p)
{
	plan_free(p);
}
/* Cuts the text to PLAN_TEXT_MAX; past PLAN_STEPS_MAX steps only counts. */
void plan_step(struct plan *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void plan_put(struct frame *to, const struct plan *p);
int plan_get(struct frame *from, struct plan *ret, struct why *why);
/* {remedy, hash, steps}. New reference. */
struct json_t *plan_json(const struct plan *p);
