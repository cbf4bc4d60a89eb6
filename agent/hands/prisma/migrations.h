/* A migrations folder, read as Prisma reads it. */
#pragma once

#include "base/buf.h"
#include "base/hash.h"
#include "base/why.h"
#include "hands/sql/script.h"

#define PRISMA_FOLDERS 2000u

enum migration_state {
	MIGRATION_PENDING, /* no row, or only rolled-back ones */
	MIGRATION_APPLIED,
	MIGRATION_FAILED, /* begun, neither finished nor rolled back */
};

struct migration {
	char *name;      /* of its folder: the key in the history */
	char *problem;   /* why it has no text, or NULL */
	struct buf text; /* as Prisma would run it */
	char checksum[SHA256_HEX];
	/* the history's part */
	enum migration_state state;
	bool edited;      /* the row's checksum is of another text */
	bool rolled_back; /* it was tried before */
	/* the diagnosis' part; of pending ones */
	struct script script;
	unsigned made;      /* objects it creates */
	unsigned conflicts; /* of these: exist already */
	char *conflict;     /* the first of these, in words */
	enum made_kind conflict_kind;
};

struct migrations {
	char *folder;
	struct migration *list; /* in the order of their names' bytes */
	size_t n;
	char *provider; /* of migration_lock.toml; NULL without it */
	char *linked;   /* a link to a folder, which Prisma ignores; NULL */
};

int
migrations_read(const char *folder, struct migrations **ret, struct why *why);
void migrations_free(struct migrations *m);
OWN(migrations, struct migrations *, migrations_free);
void migration_free(struct migration *m);

struct migration *migrations_find(const struct migrations *m, const char *name);
/* Whether Prisma from 6.6 on, which compares names as ICU does, would take them
 * in another order than older ones, which compare bytes. */
bool migrations_order_differs(const struct migrations *m);
