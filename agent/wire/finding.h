/* Findings and causes. A finding is one fact that a probe of the database
 * established. The causes are what hands conclude from them; they stand in the
 * order in which hands try them, and the first that holds is the cause. */
#pragma once

#include "base/io/frame.h"

struct json_t;

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN, ANSWERS };

/* `no`, `yes`, `unknown`. Static. */
const char *answer_name(enum answer a);
/* ANSWER_UNKNOWN for a name that is no answer: what nobody understands is not
 * known. */
enum answer answer_by_name(struct span name);

#define FINDING_NAME_MAX 64u
#define FINDING_TEXT_MAX 2048u

/* The one finding that head makes, and no probe: what changed before the first
 * fault. */
#define FINDING_CHANGED "what-changed"

struct finding {
	char *name;         /* `table-exists`, `history-clean`, ...; owned */
	enum answer answer; /* unknown: could not tell */
	char *text;         /* a sentence with its evidence, escaped; owned */
};

/* Frees name and text. */
void finding_free(struct finding *f);
/* Those of `old` that have this name, then the list: the array is owned, what
 * is in it borrowed. */
struct finding *finding_list_with(const struct finding *old, size_t n_old,
	const char *name, const struct finding *list, size_t n, size_t *ret_n);
/* Writes the finding, its texts cut at their limits, into a frame. */
void finding_put(struct frame *to, const struct finding *f);
/* Reads a finding and checks that the frame ends. 0 or -EBADMSG; free *ret in
 * any case. */
int finding_get(struct frame *from, struct finding *ret, struct why *why);
/* {name, answer, text}. New reference. */
struct json_t *finding_json(const struct finding *f);

enum cause {
	CAUSE_NONE, /* not diagnosed */
	CAUSE_UNREACHABLE,
	CAUSE_NOT_CONFIRMED,
	CAUSE_DEPLOY_UNDER_WAY,
	CAUSE_FAILED_MIGRATION,
	CAUSE_NO_PRIVILEGE,
	CAUSE_WRONG_DATABASE,
	CAUSE_WRONG_SCHEMA,
	CAUSE_BASELINE_CONFLICT,
	CAUSE_PENDING_MIGRATION,
	CAUSE_EDITED_MIGRATION,
	CAUSE_APP_OLDER_THAN_DATABASE,
	CAUSE_RECORDED_BUT_ABSENT,
	CAUSE_STRAY_SQL,
	CAUSE_MODEL_WITHOUT_MIGRATION,
	CAUSE_UNKNOWN,
	CAUSES
};

/* The most that head does about a cause, also in mode `act`. */
enum most { MOST_REPORT, MOST_WAIT, MOST_CLOSE, MOST_ASK, MOST_ACT };

/* A static string. */
const char *cause_name(enum cause c);
enum most cause_most(enum cause c);
