/* How much a fault deserves to be looked at before others. Anyone who can write
 * log lines can make up names; nobody can make up what hands measured: what an
 * app's database lacks (wire/missing.h). A restart forgets it, and it is asked
 * for again. */
#pragma once

#include "wire/missing.h"

enum rank {
	RANK_STRANGER, /* nothing but the log knows such an object */
	RANK_KNOWN,    /* migrations or schema know it, the database lacks it */
	RANK_AWAITED,  /* and a pending migration or a stray file creates it */
	RANKS
};

struct ranking;

struct ranking *ranking_new(void);
void ranking_free(struct ranking *r);

/* What the app's database lacks now; empties `list`, which replaces what was
 * known of the app. */
void ranking_set(struct ranking *r, const char *app, struct missing_list *list);
/* Where the app's database is: a fault that says it cannot be reached there is
 * no stranger's. */
void ranking_place(
	struct ranking *r, const char *app, const char *host, const char *port);
/* Without a ranking (NULL) everybody is a stranger, and so is a fault that does
 * not tell which object it is about: it would agree with any. A schema that it
 * does not name may be any. */
enum rank ranking_of(const struct ranking *r, const char *app,
	enum fault_class class, const struct object *o);

/* A limit against floods held a fault of the app back: what is missing is to be
 * measured anew, in case the fault is no stranger any more. NULL: nothing. */
void ranking_press(struct ranking *r, const char *app);
bool ranking_pressed(const struct ranking *r, const char *app);
/* It was measured, or could not be. Forgets what was remembered. */
void ranking_relieve(struct ranking *r, const char *app);

/* What is missing of the app; borrowed until the next ranking_set(). */
struct missing_list ranking_missing(const struct ranking *r, const char *app);
/* A fault that was counted together with others and by its name no more: its
 * fingerprint and its log time, in case hands find that it is no stranger. At
 * most RANKING_REMEMBERS of each app are kept, some 16 bytes each. */
#define RANKING_REMEMBERS 65536u
void ranking_remember(struct ranking *r, const char *app,
	const char *fingerprint, int64_t at);
/* Whether it is remembered; *ret_at: the last time. */
bool ranking_recalls(const struct ranking *r, const char *app,
	const char *fingerprint, int64_t *ret_at);
