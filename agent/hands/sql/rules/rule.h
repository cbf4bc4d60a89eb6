/* The table of the guard: what each kind of statement, and of part of ALTER
 * TABLE, locks and does, and what follows. Its rows stand in rule-rows.h;
 * logmend.guard(7) is made from them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "wire/plan.h"

/* PostgreSQL's locks of a table, from the weakest to the strongest. */
enum lock_level {
	LOCK_NONE,
	LOCK_ACCESS_SHARE,
	LOCK_ROW_SHARE,
	LOCK_ROW_EXCLUSIVE,
	LOCK_SHARE_UPDATE,
	LOCK_SHARE,
	LOCK_SHARE_ROW,
	LOCK_EXCLUSIVE,
	LOCK_ACCESS_EXCLUSIVE,
	LOCK_LEVELS
};

/* What is done with the rows under that lock, from the least to the most. */
enum effect {
	EFFECT_NONE,
	EFFECT_SCAN,    /* every row is read */
	EFFECT_BUILD,   /* and put into an index */
	EFFECT_REWRITE, /* every row is written anew */
	EFFECTS
};

/* What is measured before the verdict is final. */
enum gate {
	GATE_NONE,
	GATE_SIZE,    /* the time under the lock */
	GATE_EMPTY,   /* that the table has no row */
	GATE_NULLS,   /* that no row lacks a value */
	GATE_UNIQUE,  /* that no two rows have the same values */
	GATE_KEY,     /* both */
	GATE_CHECK,   /* that each row passes */
	GATE_FOREIGN, /* that each row's parent is there */
	GATE_DEFAULT, /* that a new column's default passes */
	GATE_TYPE,  /* which types the catalog names, and whether values fit */
	GATE_ROOM,  /* that the default has room in its column */
	GATE_LIMIT, /* that a time-out is at most the agent's own */
	GATE_ALONE, /* that nothing else stands in the script */
	GATE_APART, /* that the same run did not add what it validates */
	GATE_LABEL, /* that the same script does not use the new label */
	GATE_COUNT, /* how many rows there are, for the question */
	GATE_LOSS,  /* what is dropped, for the question */
	GATES
};

/* A row. All strings are static. */
struct guard_rule {
	const char *name;      /* `add-column` */
	const char *words;     /* `ALTER TABLE ... ADD COLUMN` */
	enum lock_level lock;  /* on the table that it names */
	enum lock_level other; /* on the table that it refers to */
	enum effect effect;
	enum verdict verdict; /* as long as nothing is measured */
	enum gate gate;
	/* Whether it runs by itself on a table that the same plan makes, and
	 * into which it put no rows but those that it wrote out. */
	bool fresh;
	const char *reason; /* the rest of a sentence: why not by itself */
	const char *note;   /* where PostgreSQL's versions differ; NULL */
	/* A statement of it in tests/data/guard/rules.sql's database; NULL: a
	 * test's server cannot run it. */
	const char *example;
};

/* Whether the database, or what the rest of the run makes, may let it run by
 * itself. */
bool rule_may_pass(const struct guard_rule *r);

size_t rule_count(void);
/* The row, or NULL if there are fewer. */
const struct guard_rule *rule_at(size_t i);
/* The row of this name; ends the program if there is none. */
const struct guard_rule *rule_named(const char *name);

/* Static strings: `ACCESS EXCLUSIVE`, or `none`; `rewrite`; what the gate asks,
 * for people. */
const char *lock_level_name(enum lock_level l);
const char *effect_name(enum effect e);
const char *gate_text(enum gate g);
