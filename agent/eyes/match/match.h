/* Applies rules to a record. */
#pragma once

#include "eyes/search/prefilter.h"
#include "eyes/records/record.h"
#include "rule/rule.h"

#define MATCH_FAULTS 16u /* of one record at the most */
_Static_assert(MATCH_FAULTS <= BATCH_FAULTS &&
		MATCH_FAULTS * FAULT_WIRE_MAX <= BATCH_ROOM,
	"the faults of a record fit in a batch");

struct match;
/* Compiles all rules. `rules` and `prefilter`, which was made of them, must
 * outlive it. */
int match_new(const struct rules *rules, struct prefilter *prefilter,
	struct match **ret, struct why *why);
void match_free(struct match *m);
OWN(match, struct match *, match_free);

/* Whether patterns run as machine code; the interpreter is 8 times slower. */
bool match_is_compiled(const struct match *m);

/* Finds the faults that the source's rules see in the record, one for each
 * class and object, and returns their number. Their line is left to the caller,
 * who frees each. */
size_t match_record(struct match *m, const struct record *record,
	const struct source *source, struct fault ret[MATCH_FAULTS]);
/* How often a rule hit a limit and so could not tell about a record. */
struct match_undecided {
	uint32_t times;
	const struct rule *rule; /* the last one */
	uint64_t offset;         /* of its record */
};
/* Since the last call. */
struct match_undecided match_undecided(struct match *m);
