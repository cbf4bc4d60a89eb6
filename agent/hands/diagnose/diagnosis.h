/* All that a look measured, the cause and the plan drawn from it. These are
 * values; sentences about them are made by facts-text.c and cause-text.c. */
#pragma once

#include "config/settings.h"
#include "hands/container/inside.h"
#include "hands/diagnose/census.h"
#include "hands/diagnose/findings.h"
#include "hands/diagnose/image-folder.h"
#include "hands/diagnose/mend-target.h"
#include "hands/diagnose/objects/hollow.h"
#include "hands/diagnose/objects/known-objects.h"
#include "hands/diagnose/objects/presence.h"
#include "hands/diagnose/probe.h"
#include "hands/migrator/migrator.h"
#include "hands/postgres/server-identity.h"
#include "hands/postgres/url.h"
#include "wire/fault.h"
#include "wire/plan.h"

struct diagnosis {
	/* what was asked; borrowed */
	const struct app *app;
	const struct migrator *migrator;
	enum fault_class class;
	const struct object *object;
	const struct inside *inside; /* NULL: the migrations are the host's */
	/* where */
	struct url url;         /* the application's */
	struct url migrate_url; /* the one to mend through */
	char *schema;           /* in which the object should be */
	bool connected;         /* then `target` holds */
	struct server_identity target;
	char *unreachable; /* why there is no connection (any more); NULL */
	bool lasting;      /* unreachable until somebody changes something */
	/* what the database, the folder and the history say */
	struct probe probe;
	char *lock_holder;           /* who holds the migrator's lock; NULL */
	struct unit_folder *folder;  /* NULL: none, or not readable */
	char *folder_problem;        /* why not, where one is configured */
	struct image_folder image;   /* what the deployed image has instead */
	struct history *history;     /* NULL: not readable */
	char *history_problem;       /* why not */
	struct unit_record *records; /* of each unit; NULL without both */
	/* what was read of the scripts; see cause-facts.h */
	struct script *scripts; /* of each unit; those asked about are parsed */
	struct census *pending; /* of all pending units, in order; NULL */
	bool failed_asked;      /* a failed row's script was looked for */
	struct census *failed;  /* of that script; NULL: there is none */
	struct hollow hollow;   /* of the pending units */
	const struct unit *creator;  /* pending; borrowed from the folder */
	struct known_objects past;   /* what applied units left behind */
	const struct unit *recorded; /* applied, and creates the object last */
	bool recorded_edited;        /* and its text is another one now */
	const struct unit *remover;  /* applied, and took the object away */
	const char *renamed;         /* to this; NULL: dropped; borrowed */
	struct presence presence;
	struct stray_sql strays;
	const struct stray_script *stray; /* the one that creates it */
	bool strays_differ;               /* several do, with different texts */
	enum answer modelled; /* the application's schema knows the table */
	char *schema_file;    /* which one was asked; NULL: none */
	struct mend_target mend;
	/* what follows */
	enum cause cause;
	enum answer fault; /* is it there now? */
	enum answer history_clean;
	struct findings findings; /* all of the above, in words */
	char *text;               /* the cause in a sentence, escaped */
	/* the plan */
	char *no_plan; /* why there is none, where the cause would have one */
	const struct census *run; /* what would run, in order; NULL */
	struct census *with_new;  /* the pending units and the new one */
	struct unit new_unit; /* made from the stray file; name NULL: none */
	char *new_unit_note;  /* where its name comes from */
	bool makes_history;   /* the history's table does not exist */
	bool atomic;          /* all in one transaction */
	enum verdict ruled;   /* the guard's, before anything was measured */
	char *ruled_reason;
	bool planned;
	struct plan plan;
	struct buf listing; /* of the plan, see plan-listing.h */
};

void diagnosis_free(struct diagnosis *d);
static inline void
diagnosis_let_go(struct diagnosis *d)
{
	diagnosis_free(d);
}

const struct remedy *diagnosis_remedy(const struct diagnosis *d);
/* `table public.AnalyticsEvent`, for sentences; owned, not escaped. */
char *diagnosis_object(const struct diagnosis *d);
/* Whether the fault names another schema than the database URL. */
bool diagnosis_other_schema(const struct diagnosis *d);
/* Whether the fault names another host or port than the database URL. */
bool diagnosis_other_place(const struct diagnosis *d);
/* Whether statements without a schema would work in another one than the URL
 * names. Only if connected. */
bool diagnosis_other_search_path(const struct diagnosis *d);
/* Whether this unit of the folder is pending. Only with `records`. */
bool diagnosis_is_pending(const struct diagnosis *d, size_t unit);
/* Whether objects of the failed row's script exist; unknown if its script is
 * not there or cannot be parsed. */
enum answer diagnosis_failed_objects(const struct diagnosis *d);
/* Whether the cause is one that has a plan. */
bool diagnosis_has_remedy(const struct diagnosis *d);
