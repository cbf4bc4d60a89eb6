/* The inside of the store in memory, for its own files only. */
#pragma once

#include "sim/memory-store.h"
#include "sim/table.h"

struct found_row { /* a finding */
	uint64_t incident;
	struct finding finding;
};

struct moment_row {
	uint64_t incident;
	struct moment moment;
};

struct look_row {
	char *app;
	usec at;
};

struct value_row {
	char *key, *value;
};

struct target_row {
	char *app;
	struct target target;
};

struct store {
	struct store *next;
	char *path;
	bool opened, begun;
	memory_store_check *check;
	void *arg;
	struct store_writes writes;
	uint64_t last_id, last_notice;
	struct table incidents, findings, moments, attempts, looks, values,
		targets, unplaced, outbox;
};

/* What the test says of a change, or of a transaction, and counts it. */
int memory_check(struct store *s, struct why *why);
/* Before a change. */
int memory_change(struct store *s, struct why *why);
/* The incident's row; NULL: there is none. */
struct incident *memory_incident(const struct store *s, uint64_t id);
int memory_no_incident(uint64_t id, struct why *why);

extern const struct row_kind memory_findings, memory_attempts, memory_looks,
	memory_values, memory_targets, memory_unplaced, memory_outbox;
