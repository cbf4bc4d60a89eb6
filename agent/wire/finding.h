/* Findings: one fact each that a probe established; and the causes that are
 * drawn from them, in the order in which the first that holds wins. */
#pragma once

#include "base/frame.h"

struct json_t;

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN, ANSWERS };

const char *answer_name(enum answer a);
/* ANSWER_UNKNOWN for what is no answer. */
enum answer answer_by_name(struct span name);

#define FINDING_NAME_MAX 64u
#define FINDING_TEXT_MAX 2048u

struct finding {
	char *name;         /* `table-exists`, `history-clean`, ...; owned */
	enum answer answer; /* unknown: could not tell */
	char *text;         /* a sentence with its evidence, escaped; owned */
};

void finding_free(struct finding *f);
void finding_put(struct frame *to, const struct finding *f);
int finding_get(struct frame *from, struct finding *ret, struct why *why);
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
	CAUSE_RECORDED_BUT_ABSENT,
	CAUSE_STRAY_SQL,
	CAUSE_MODEL_WITHOUT_MIGRATION,
	CAUSE_UNKNOWN,
	CAUSES
};

/* The most that mode `act` does about a cause. */
enum most { MOST_REPORT, MOST_WAIT, MOST_CLOSE, MOST_ASK, MOST_ACT };

const char *cause_name(enum cause c);
int cause_by_name(struct span name); /* -1 if there is none */
enum most cause_most(enum cause c);
