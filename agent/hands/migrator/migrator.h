/* The seam to the tool that applies an app's migrations. Jobs, plan and
 * diagnosis know this struct and no tool: a further tool is a further folder
 * that fills it in, and a line in hands/migrators.c. */
#pragma once

#include "base/clock.h"
#include "base/why.h"
#include "config/settings.h"
#include "hands/container/container-files.h"
#include "hands/container/inside.h"
#include "hands/migrator/history.h"
#include "hands/migrator/stray-sql.h"
#include "hands/migrator/unit.h"
#include "hands/postgres/session.h"
#include "hands/run/progress.h"
#include "hands/run/stop.h"

/* The tool's own names and habits, as parts of sentences. */
struct migrator_words {
	const char *name;    /* of the tool */
	const char *history; /* its table */
	const char *deploy;  /* the command that applies what is pending */
	const char *resolve; /* the command that settles a failed unit */
	const char *resolve_rolled_back; /* the same, before a unit's name */
	const char *make; /* the command that makes a unit of a changed model */
	/* What the tool does in a schema that has tables and no history. */
	const char *without_history;
	/* What it does after one of its statements failed. */
	const char *after_failure;
	/* Its own codes for a failed row and for a unit without a script, each
	 * with a blank before; "" if it has none. */
	const char *failed_code;
	const char *unreadable_code;
	const char *inside; /* where below an image's WORKDIR it looks */
	const char *script; /* the file that a new unit's folder holds */
};

/* What is to be applied, in order. Everything is borrowed. */
struct migrator_run {
	const struct unit_script *list;
	size_t n;
	bool makes_history; /* the history's table does not exist yet */
	bool atomic;        /* all scripts fit in one transaction */
	const char *schema; /* of the history */
	const char *key;    /* the attempt's */
	/* A lock that somebody holds is waited for in short tries until then
	 * (clock_mono()); 0: in one. */
	usec retry_until;
	const char *place; /* for steps: " on the copy"; "" in production */
	/* Asked before the first change, between the units, and right before
	 * each commit; on the copy NULL, which never stops. */
	struct stop *stop;
};

enum migrator_end {
	MIGRATOR_APPLIED,     /* committed */
	MIGRATOR_ROLLED_BACK, /* failed; nothing of it is there */
	MIGRATOR_FAILED,  /* a unit failed, and nothing of it is there; those
			     before it are applied and recorded */
	MIGRATOR_PARTLY,  /* failed; some of it is or may be there */
	MIGRATOR_LOST,    /* the connection went: the end is unknown */
	MIGRATOR_STOPPED, /* it was stopped; nothing of it is there */
	MIGRATOR_CUT,     /* it was stopped between two units: those before
			     are applied and recorded, the others not begun
			   */
};

/* Every function that takes a session fails as session_ask() does. */
struct migrator {
	struct migrator_words describe;

	/* The folder, read as the tool would read it. Negative: it cannot be
	 * read at all, and `why` names it. */
	int (*read_folder)(
		const char *folder, struct unit_folder **ret, struct why *why);
	/* That the folder is no level too high or too low: 0, or -EINVAL and
	 * which one is meant. A folder with units is the right one, and one
	 * without may be empty. NULL: the tool's folders have one level. */
	int (*check_level)(const char *folder, struct why *why);
	/* Whether the folder that `dir` is open on, anybody's, is one that the
	 * tool keeps its units in. NULL: it cannot be told by its look. */
	bool (*is_folder)(int dir);
	/* Which variables of the environment have the URLs of the application
	 * and of the tool, as what lies around such a folder says; each is
	 * owned, and NULL where it does not say. NULL: it never does. */
	void (*url_variables)(int dir, char **ret_url, char **ret_direct);
	/* Whether the tool's versions disagree about the order of these. */
	bool (*order_differs)(const struct unit_script *list, size_t n);
	/* Whether the history can hold this name. */
	bool (*can_record)(const char *name);
	/* SQL files that the tool never reads and that hold the text `word`. */
	void (*find_stray_sql)(const char *folder, const char *word,
		usec deadline, struct stray_sql *ret);
	/* Whether the application's own schema knows this table, or column
	 * where it is not NULL, and the file (owned) that was asked. Unknown:
	 * it cannot be read. */
	enum answer (*knows_object)(const struct app *app, const char *table,
		const char *column, char **ret_file);
	/* In an image: the ends of the names of files that are copied out of
	 * it, as a list. And to copy the folder of migrations, with what the
	 * tool reads around it: `given`, or NULL: where the tool itself looks
	 * below the image's WORKDIR (without a slash at its end). -EINVAL,
	 * -ENOTUNIQ: that cannot be told; `why` says which key tells it. Free
	 * *ret in any case.
	 * NULL: this tool's migrations are not read out of images. */
	const char *const *inside_files;
	int (*copy_inside)(struct container_files *f, const char *workdir,
		const char *given, struct inside_place *ret, struct why *why);
	/* Every table that the application's own schema knows; owned. NULL:
	 * none, or it cannot be read. */
	char **(*list_tables)(const struct app *app);

	/* A unit made from a stray file: its name (owned) and a sentence
	 * (owned) about where the name comes from; write and take away again,
	 * by whole units. */
	char *(*name_unit)(const struct unit_folder *f, const struct history *h,
		const struct stray_script *from, char **ret_note);
	int (*write_unit)(
		const char *folder, const struct unit *u, struct why *why);
	int (*remove_unit)(
		const char *folder, const struct unit *u, struct why *why);

	/* The history. -EACCES: the role may not read it. */
	int (*read_history)(struct session *s, const char *schema,
		struct history **ret, struct why *why);
	/* Whether a checksum of the history is one of this text. */
	bool (*is_same_text)(struct span text, const char *checksum);
	/* The history's rows from one database into another, whose table is
	 * there already; nothing where `from` has none. */
	int (*copy_history)(struct session *from, struct session *to,
		const char *schema, struct why *why);

	/* The tool's lock, with a wait of at most 10 s. -EBUSY: held. */
	int (*lock)(struct session *s, usec deadline, struct why *why);
	/* Who else holds it, in words and owned, or NULL. `except` is a server
	 * process of ours. */
	int (*lock_holder)(
		struct session *s, int except, char **ret, struct why *why);
	/* Runs it all; `why` says what failed, or who stopped it. */
	enum migrator_end (*apply)(struct session *s,
		const struct migrator_run *run, struct progress *t,
		struct why *why);

	/* Recovery: whether the attempt with this key wrote the row, and the
	 * row marked as rolled back, with a text for its log. */
	bool (*is_own_row)(const struct history_row *r, const char *key);
	int (*mark_rolled_back)(struct session *s, const char *schema,
		const struct history_row *r, const char *text, struct why *why);
};
