/* The store of head/store/store.h, in memory: linked before the real one, it
 * takes its place. What was stored outlives store_close(), as a file would,
 * until memory_store_forget(). Positions of logs are not kept. */
#pragma once

#include "head/store/store.h"

/* Asked before each commit, and before each change outside of a transaction.
 * Negative: it is not durable, like on a disk that is full. */
typedef int memory_store_check(void *arg, struct why *why);
void memory_store_watch(struct store *s, memory_store_check *check, void *arg);
/* As an incident stands, of a transaction's open changes too; borrowed until
 * the next change. NULL behind the last one. */
const struct incident *memory_store_incident(const struct store *s, size_t k);
const struct attempt *memory_store_attempt(const struct store *s, size_t k);
/* Everything that was ever stored, by whatever path. */
void memory_store_forget(void);
