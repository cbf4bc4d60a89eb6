/* Rules applied to a record. */
#pragma once

#include "eyes/search/prefilter.h"
#include "eyes/records/record.h"
#include "rule/rule.h"

#define MATCH_FAULTS BATCH_FAULTS /* of one record, at most */

struct match;
/* Compiles all rules; `rules` and `prefilter`, made of them, must outlive it.
 */
int match_new(const struct rules *rules, struct prefilter *prefilter,
	struct match **ret, struct why *why);
void match_free(struct match *m);
OWN(match, struct match *, match_free);

/* Whether patterns run as machine code; an interpreter is 8 times slower. */
bool match_is_compiled(const struct match *m);

/* The faults that the source's rules see in the record, one for each class and
 * object; offset and line are left to the caller. The caller frees each. */
size_t match_record(struct match *m, const struct record *record,
	const struct source *source, struct fault ret[MATCH_FAULTS]);
/* The rule that hit a limit and so could not tell, said once, with the offset
 * of the record; NULL: none did since. */
const struct rule *match_undecided(struct match *m, uint64_t *offset);
