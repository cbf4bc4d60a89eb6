/* All that a look found out, and the plan drawn from it. */
#pragma once

#include "hands/diagnose/findings.h"
#include "hands/prisma/history.h"
#include "hands/prisma/migrations.h"
#include "hands/prisma/stray-sql.h"
#include "hands/postgres/server-identity.h"
#include "hands/postgres/url.h"
#include "wire/fault.h"
#include "wire/plan.h"
#include "config/settings.h"

struct diagnosis {
	/* what was asked; borrowed */
	const struct app *app;
	enum fault_class class;
	const struct object *object;
	/* what was found */
	struct url url;         /* the application's */
	struct url migrate_url; /* the one to mend through */
	struct findings findings;
	struct server_identity target;
	char *schema;                  /* in which the object should be */
	struct migrations *migrations; /* NULL: none, or not readable */
	struct history *history;       /* NULL: not readable */
	struct stray_sql strays;
	struct migration *creator;  /* pending; borrowed from migrations */
	struct migration *blocker;  /* pending and in conflict; borrowed */
	struct stray_script *stray; /* the one that creates it; borrowed */
	bool strays_differ;         /* several do, with different texts */
	char *deploy;               /* who holds Prisma's lock */
	char *mend_problem; /* why nothing can be done through migrate_url */
	bool proxied;       /* something stands before the server */
	char *mend_role; /* the role that would mend; NULL where none would */
	char *powerless_role; /* the role that would mend, if it may create
				 nothing */
	/* what follows */
	enum cause cause;
	enum answer fault; /* is it there now? */
	bool lasting;      /* unreachable until somebody changes something */
	enum answer history_clean;
	char *text; /* the cause in a sentence, escaped */
	/* the plan: what to run, in order */
	struct migration **run; /* borrowed from migrations, or proposal */
	size_t n_run;
	struct migration proposal; /* name NULL: none */
	char *proposal_note;       /* where its name comes from */
	bool makes_history;        /* the history's table does not exist */
	bool atomic;               /* all in one transaction */
	bool planned;
	struct plan plan;
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
