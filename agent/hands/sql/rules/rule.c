#include "config.h"
#include "hands/sql/rules/rule.h"

#include <assert.h>
#include <string.h>

#include "base/own.h"

#define RULE(rule_name, key, when, place, lock_, other_, effect_, verdict_, \
	gate_, fresh_, words_, reason_, note_, example_)                    \
	{                                                                   \
		.name = rule_name,                                          \
		.words = words_,                                            \
		.lock = LOCK_##lock_,                                       \
		.other = LOCK_##other_,                                     \
		.effect = EFFECT_##effect_,                                 \
		.verdict = VERDICT_##verdict_,                              \
		.gate = GATE_##gate_,                                       \
		.fresh = fresh_,                                            \
		.reason = reason_,                                          \
		.note = note_,                                              \
		.example = example_,                                        \
	},

static const struct guard_rule rules[] = {
#include "hands/sql/rules/rule-rows.h"
};

static const char *const locks[LOCK_LEVELS] = {
	[LOCK_NONE] = "none",
	[LOCK_ACCESS_SHARE] = "ACCESS SHARE",
	[LOCK_ROW_SHARE] = "ROW SHARE",
	[LOCK_ROW_EXCLUSIVE] = "ROW EXCLUSIVE",
	[LOCK_SHARE_UPDATE] = "SHARE UPDATE EXCLUSIVE",
	[LOCK_SHARE] = "SHARE",
	[LOCK_SHARE_ROW] = "SHARE ROW EXCLUSIVE",
	[LOCK_EXCLUSIVE] = "EXCLUSIVE",
	[LOCK_ACCESS_EXCLUSIVE] = "ACCESS EXCLUSIVE",
};

static const char *const effects[EFFECTS] = {
	[EFFECT_NONE] = "none",
	[EFFECT_SCAN] = "scan",
	[EFFECT_BUILD] = "build",
	[EFFECT_REWRITE] = "rewrite",
};

static const char *const gates[GATES] = {
	[GATE_NONE] = "",
	[GATE_SIZE] = "the time under the lock",
	[GATE_EMPTY] = "that the table has no row, else it fails",
	[GATE_NULLS] = "the time under the lock; rows without a value, with "
		       "which it fails",
	[GATE_UNIQUE] = "the time under the lock; values that occur twice, "
			"with which it fails",
	[GATE_KEY] = "the time under the lock; values that occur twice and "
		     "rows without a value, with which it fails",
	[GATE_CHECK] = "the time under the lock; rows that do not pass, with "
		       "which it fails",
	[GATE_FOREIGN] = "the time under the lock; rows without a parent, with "
			 "which it fails",
	[GATE_DEFAULT] = "the time under the lock; whether the default passes, "
			 "else it fails",
	[GATE_TYPE] = "by the catalog, whether the values stay as they are: "
		      "then it runs by itself; values that do not fit, with "
		      "which it fails",
	[GATE_ROOM] = "that the default has room in the type of its column",
	[GATE_LIMIT] = "that it is at most what the remedy sets",
	[GATE_ALONE] = "that it stands alone in its script",
	[GATE_APART] = "that no statement of the same plan adds what it "
		       "validates",
	[GATE_LABEL] = "that the script does not use the new value, else it "
		       "fails",
	[GATE_COUNT] = "how many rows there are",
	[GATE_LOSS] = "what is dropped",
};

bool
rule_may_pass(const struct guard_rule *r)
{
	return r->verdict == VERDICT_AUTO || r->verdict == VERDICT_GATED ||
		r->fresh || r->gate == GATE_TYPE;
}

size_t
rule_count(void)
{
	return ELEMENTS(rules);
}

const struct guard_rule *
rule_at(size_t i)
{
	return i < ELEMENTS(rules) ? &rules[i] : NULL;
}

const struct guard_rule *
rule_named(const char *name)
{
	size_t i = 0;
	while (i < ELEMENTS(rules) && strcmp(rules[i].name, name) != 0)
		i++;
	assert(i < ELEMENTS(rules));
	return &rules[i];
}

const char *
lock_level_name(enum lock_level l)
{
	return locks[l];
}

const char *
effect_name(enum effect e)
{
	return effects[e];
}

const char *
gate_text(enum gate g)
{
	return gates[g];
}
