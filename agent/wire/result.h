/* How a job ended: the last frame hands send, and the last line of an attempt
 * file. */
#pragma once

#include "base/hash.h"
#include "base/io/frame.h"
#include "wire/finding.h"

enum outcome {
	OUTCOME_DONE,   /* TARGET, LOOK, DEPLOYED: answered, in the rest of the
			   result */
	OUTCOME_PASSED, /* REHEARSE: the fault is gone on the copy */
	OUTCOME_BROKE,  /* REHEARSE: a statement failed or the fault stayed */
	OUTCOME_IMPOSSIBLE,  /* REHEARSE: no copy could be made */
	OUTCOME_APPLIED,     /* MEND, RECOVER: committed */
	OUTCOME_NOT_APPLIED, /* MEND, RECOVER: failed, and rolled back */
	OUTCOME_STALE,       /* REHEARSE, MEND: the plan derived now has another
				hash */
	OUTCOME_GONE,     /* MEND: the fault was gone, so hands did nothing */
	OUTCOME_IN_DOUBT, /* MEND, RECOVER: hands cannot tell whether it was
			     committed; a person must look */
	OUTCOME_ERROR,    /* hands could not do the job; production untouched */
	OUTCOME_HELD_BACK,   /* MEND: a person, the configuration or another
				deploy stopped it; nothing of it is in
				production */
	OUTCOME_HELD_PARTLY, /* MEND: the same between two units that cannot
				share a transaction: the first ones are
				applied and recorded, the others not begun */
	OUTCOMES
};

/* A static string. */
const char *outcome_name(enum outcome o);
/* Whether an attempt that ended so uses up one of those that the policy allows:
 * all do but those that changed nothing because they were held back. */
bool outcome_counts(enum outcome o);
/* -1 if there is none. */
int outcome_by_name(struct span name);

#define RESULT_TEXT_MAX 2048u

/* A unit that an attempt made of a stray file, and applied. Zeroed: none. */
struct proposal {
	char *name;                /* of the unit; owned, as what follows */
	char checksum[SHA256_HEX]; /* of its script, as it was applied */
	char *folder; /* its path on this host, for a person; escaped */
};

void proposal_free(struct proposal *p);
static inline void
proposal_let_go(struct proposal *p)
{
	proposal_free(p);
}
struct proposal proposal_copy(const struct proposal *p);
/* As a part of a frame. Broken are a name without a checksum, and one that is
 * too long. */
void proposal_put(struct frame *to, const struct proposal *p);
void proposal_get(struct frame *from, struct proposal *ret);

/* DEPLOYED: what became of the question, for when it is asked again. */
enum ask_again {
	AGAIN_LATER,    /* nothing of that passes by itself */
	AGAIN_FAILED,   /* Docker failed */
	AGAIN_SETTLING, /* Docker replaces the app's containers */
	ASK_AGAINS
};

struct result {
	enum outcome outcome;
	enum cause cause;    /* LOOK */
	enum answer fault;   /* LOOK, MEND, RECOVER: is the fault there now? */
	enum answer history; /* the same: is the migrator's history clean? */
	bool lasting;        /* LOOK: the cause does not pass by itself */
	bool may_copy;       /* LOOK: its role may create databases */
	uint32_t server;     /* LOOK: the server's version, 150004 for 15.4; 0:
				not known */
	bool unbegun;        /* RECOVER: the database shows nothing of it, not
				even that it was begun */
	/* DEPLOYED: whether the image has the migration; unknown in all others
	 */
	enum answer deployed;
	enum ask_again again; /* the same */
	/* MEND, RECOVER: recorded as applied, so that the app's sources have to
	 * get it, too */
	struct proposal proposal;
	char *text; /* a sentence, escaped; owned, as what follows */
	/* LOOK, where the history is clean: that it is, and of which image, or
	 * but for what; a part of a sentence, escaped */
	char *history_text;
	/* The target, without any secret; NULL where not known. */
	char *host, *port, *database, *schema;
};

/* Frees the texts. */
void result_free(struct result *r);
static inline void
result_let_go(struct result *r)
{
	result_free(r);
}
/* Writes the result, its text cut at RESULT_TEXT_MAX, into a frame. */
void result_put(struct frame *to, const struct result *r);
/* Reads a result and checks that the frame ends. 0 or -EBADMSG; free *ret in
 * any case. */
int result_get(struct frame *from, struct result *ret, struct why *why);
