#include "config.h"
#include "head/store/sqlite/incident-columns.h"

#include "head/model/incident.h"
#include "head/policy/policy.h"
#include "head/store/sqlite/query.h"
#include "head/store/sqlite/stored.h"
#include "wire/fault.h"
#include "wire/finding.h"
#include "wire/plan.h"
#include "wire/result.h"

#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum column_kind {
	COLUMN_TEXT,   /* char *, cut to INCIDENT_TEXT_MAX */
	COLUMN_SAMPLE, /* char *, log text, cut to FAULT_TEXT_MAX */
	COLUMN_ARRAY,  /* char[size], never NULL */
	COLUMN_NUMBER, /* uint64_t, int64_t */
	COLUMN_REF,    /* the same, 0 is NULL */
	COLUMN_SMALL,  /* unsigned, uint32_t */
	COLUMN_BOOL,
	COLUMN_ENUM,   /* by its name, so that a new value in the middle of an
			  enumeration does not change what is stored */
	COLUMN_OBJECT, /* struct object, as JSON */
	COLUMN_STEPS,  /* char **, as JSON */
};

struct column {
	const char *name;
	enum column_kind kind;
	size_t field, size;
	const char *(*namer)(unsigned value); /* COLUMN_ENUM */
	unsigned end;                         /* of the enumeration */
	bool fixed; /* not written by store_incident_save() */
};

static const char *
name_of_class(unsigned v)
{
	return class_info((enum fault_class)v)->name;
}

static const char *
name_of_state(unsigned v)
{
	return state_name((enum incident_state)v);
}

static const char *
name_of_cause(unsigned v)
{
	return cause_name((enum cause)v);
}

static const char *
name_of_action(unsigned v)
{
	return action_name((enum action)v);
}

static const char *
name_of_verdict(unsigned v)
{
	return verdict_name((enum verdict)v);
}

static const char *
name_of_outcome(unsigned v)
{
	return outcome_name((enum outcome)v);
}

#define AT(member)                                  \
	.field = offsetof(struct incident, member), \
	.size = sizeof(((struct incident *)0)->member)
#define COLUMN(column, of_kind, member)                         \
	{                                                       \
		.name = (column), .kind = (of_kind), AT(member) \
	}
#define FIXED(column, of_kind, member)                                         \
	{                                                                      \
		.name = (column), .kind = (of_kind), AT(member), .fixed = true \
	}
#define ENUM(column, member, of_namer, of_end)                     \
	{                                                          \
		.name = (column), .kind = COLUMN_ENUM, AT(member), \
		.namer = (of_namer), .end = (of_end)               \
	}

/* In the order of reading: the class stands before the object. */
static const struct column columns[] = {
	FIXED("previous", COLUMN_REF, previous),
	FIXED("app", COLUMN_TEXT, app),
	COLUMN("rule", COLUMN_TEXT, rule),
	ENUM("class", class, name_of_class, CLASSES),
	COLUMN("object", COLUMN_OBJECT, object),
	FIXED("fingerprint", COLUMN_ARRAY, fingerprint),
	FIXED("roll_up", COLUMN_BOOL, roll_up),
	COLUMN("sample", COLUMN_SAMPLE, sample),
	FIXED("count", COLUMN_NUMBER, count),
	FIXED("first", COLUMN_NUMBER, first_ns),
	FIXED("last", COLUMN_NUMBER, last_ns),
	ENUM("state", state, name_of_state, INCIDENT_STATES),
	FIXED("opened", COLUMN_NUMBER, opened),
	COLUMN("since", COLUMN_NUMBER, since),
	COLUMN("breaker", COLUMN_BOOL, breaker),
	ENUM("cause", cause, name_of_cause, CAUSES),
	COLUMN("cause_text", COLUMN_TEXT, cause_text),
	COLUMN("target", COLUMN_TEXT, target),
	ENUM("action", action, name_of_action, ACTIONS),
	COLUMN("reason", COLUMN_TEXT, reason),
	COLUMN("plan_remedy", COLUMN_TEXT, plan.remedy),
	COLUMN("plan_hash", COLUMN_ARRAY, plan.hash),
	COLUMN("plan_steps", COLUMN_STEPS, plan.steps),
	ENUM("plan_verdict", plan.verdict, name_of_verdict, VERDICTS),
	COLUMN("plan_reason", COLUMN_TEXT, plan.reason),
	COLUMN("plan_writable", COLUMN_BOOL, plan.writable),
	COLUMN("plan_statements", COLUMN_SMALL, plan.statements),
	COLUMN("plan_doubts", COLUMN_STEPS, plan.doubts),
	COLUMN("plan_doubts_all", COLUMN_SMALL, plan.n_doubts),
	COLUMN("plan_cut", COLUMN_BOOL, plan.cut),
	COLUMN("code", COLUMN_ARRAY, code),
	COLUMN("expires", COLUMN_NUMBER, expires),
	COLUMN("approved_by", COLUMN_TEXT, approved_by),
	COLUMN("approved_at", COLUMN_NUMBER, approved_at),
	COLUMN("rehearsed", COLUMN_BOOL, rehearsed),
	ENUM("rehearsal", rehearsal, name_of_outcome, OUTCOMES),
	COLUMN("rehearsal_text", COLUMN_TEXT, rehearsal_text),
	COLUMN("attempts", COLUMN_SMALL, attempts),
	COLUMN("committed", COLUMN_NUMBER, committed),
	COLUMN("verified", COLUMN_BOOL, verified),
	ENUM("verification", verification, name_of_outcome, OUTCOMES),
	COLUMN("verification_text", COLUMN_TEXT, verification_text),
	COLUMN("quiet_until", COLUMN_NUMBER, quiet_until),
	COLUMN("wait_until", COLUMN_NUMBER, wait_until),
	COLUMN("wait_reason", COLUMN_TEXT, wait_reason),
	COLUMN("waiting_since", COLUMN_NUMBER, waiting_since),
	COLUMN("recheck_due", COLUMN_NUMBER, recheck_due),
	COLUMN("rechecks", COLUMN_SMALL, rechecks),
	COLUMN("notices", COLUMN_SMALL, notices),
};

_Static_assert(sizeof(enum fault_class) == sizeof(unsigned) &&
		sizeof(enum cause) == sizeof(unsigned),
	"enumerations are read and written as unsigned");

void
columns_sql(struct incident_sql *ret)
{
	own(buf) struct buf names = { 0 };
	own(buf) struct buf places = { 0 };
	own(buf) struct buf sets = { 0 };
	for (size_t i = 0; i < ELEMENTS(columns); i++) {
		const char *name = columns[i].name;
		buf_printf(&names, "%s%s", i ? ", " : "", name);
		buf_printf(&places, "%s?%zu", i ? ", " : "", i + 1);
		if (!columns[i].fixed)
			buf_printf(&sets, "%s%s = ?%zu", sets.len ? ", " : "",
				name, i + 1);
	}
	ret->insert = xprintf("INSERT INTO incident (%s) VALUES (%s)",
		buf_str(&names), buf_str(&places));
	ret->save = xprintf("UPDATE incident SET %s WHERE id = ?%zu",
		buf_str(&sets), ELEMENTS(columns) + 1);
	ret->get = xprintf(
		"SELECT %s, id FROM incident WHERE id = ?1", buf_str(&names));
	ret->newest =
		xprintf("SELECT %s, id FROM incident WHERE fingerprint = ?1 "
			"ORDER BY id DESC LIMIT 1",
			buf_str(&names));
	ret->list = xprintf("SELECT %s, id FROM incident "
			    "WHERE (?1 IS NULL OR app = ?1) "
			    "AND (?2 IS NULL OR class = ?2) "
			    "AND (?4 IS NULL OR id < ?4) "
			    "ORDER BY id DESC LIMIT ?3",
		buf_str(&names));
	/* With the very words of the index incident_live, so that it serves. */
	ret->live = xprintf("SELECT %s, id FROM incident WHERE state NOT IN "
			    "('resolved', 'closed', 'not-confirmed') "
			    "AND (?1 IS NULL OR app = ?1) "
			    "AND (?2 IS NULL OR class = ?2) "
			    "AND (?4 IS NULL OR id < ?4) "
			    "ORDER BY id DESC LIMIT ?3",
		buf_str(&names));
}

void
incident_sql_free(struct incident_sql *sql)
{
	free(sql->insert);
	free(sql->save);
	free(sql->get);
	free(sql->newest);
	free(sql->list);
	free(sql->live);
}

static char *
steps_dump(char *const *steps)
{
	json_t *json = json_array();
	for (size_t i = 0; steps && steps[i]; i++)
		json_array_append_new(json, json_string(steps[i]));
	char *text = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	return text;
}

static char **
steps_load(struct span text)
{
	json_t *json = json_loadb(text.data, text.len, 0, NULL);
	char **steps = NULL;
	size_t i;
	json_t *step;
	json_array_foreach (json, i, step)
		if (json_is_string(step))
			strings_add(&steps, json_string_value(step));
	json_decref(json);
	return steps;
}

/* Not in the middle of a character. */
static void
bind_text(struct query *q, int at, const char *text)
{
	struct span s = span_of(text);
	size_t len = MIN(s.len, INCIDENT_TEXT_MAX);
	while (len && len < s.len && (s.data[len] & 0xc0) == 0x80)
		len--;
	own(str) char *cut = text ? xstrndup(text, len) : NULL;
	query_str(q, at, cut);
}

static unsigned
small_at(const void *field)
{
	unsigned v;
	memcpy(&v, field, sizeof(v));
	return v;
}

static void
bind_column(struct query *q, int at, const struct column *c,
	const struct incident *i)
{
	const void *field = (const char *)i + c->field;
	own(str) char *text = NULL;
	switch (c->kind) {
	case COLUMN_TEXT:
		bind_text(q, at, *(char *const *)field);
		break;
	case COLUMN_SAMPLE:
		if (i->sample)
			query_blob(q, at,
				span_first(span_of(i->sample), FAULT_TEXT_MAX));
		break;
	case COLUMN_ARRAY:
		query_str(q, at, field);
		break;
	case COLUMN_NUMBER:
		query_u64(q, at, *(const uint64_t *)field);
		break;
	case COLUMN_REF:
		if (*(const uint64_t *)field)
			query_u64(q, at, *(const uint64_t *)field);
		break;
	case COLUMN_SMALL:
		query_u64(q, at, small_at(field));
		break;
	case COLUMN_BOOL:
		query_u64(q, at, *(const bool *)field);
		break;
	case COLUMN_ENUM:
		query_str(q, at, c->namer(small_at(field)));
		break;
	case COLUMN_OBJECT:
		text = object_dump(i->class, &i->object);
		query_str(q, at, text);
		break;
	case COLUMN_STEPS:
		text = steps_dump(*(char **const *)field);
		query_str(q, at, text);
		break;
	}
}

void
columns_bind(struct query *q, const struct incident *i, bool all)
{
	for (size_t c = 0; c < ELEMENTS(columns); c++)
		if (all || !columns[c].fixed)
			bind_column(q, (int)c + 1, &columns[c], i);
	if (!all)
		query_u64(q, (int)ELEMENTS(columns) + 1, i->id);
}

/* false: the store names a value that this program does not know. */
static bool
read_enum(struct query *q, int at, const struct column *c, void *field)
{
	struct span name = query_get_span(q, at);
	for (unsigned v = 0; v < c->end; v++)
		if (span_is(name, c->namer(v))) {
			memcpy(field, &v, sizeof(v));
			return true;
		}
	return false;
}

static bool
read_column(struct query *q, int at, const struct column *c, struct incident *i)
{
	void *field = (char *)i + c->field;
	struct span s;
	unsigned small;
	switch (c->kind) {
	case COLUMN_TEXT:
		*(char **)field = query_get_str(q, at);
		break;
	case COLUMN_SAMPLE:
		*(char **)field = sample_load(q, at);
		break;
	case COLUMN_ARRAY:
		s = span_first(query_get_span(q, at), c->size - 1);
		memcpy(field, s.len ? s.data : "", s.len);
		break;
	case COLUMN_NUMBER:
	case COLUMN_REF:
		*(uint64_t *)field = query_get_u64(q, at);
		break;
	case COLUMN_SMALL:
		small = (unsigned)query_get_u64(q, at);
		memcpy(field, &small, sizeof(small));
		break;
	case COLUMN_BOOL:
		*(bool *)field = query_get_u64(q, at) != 0;
		break;
	case COLUMN_ENUM:
		return read_enum(q, at, c, field);
	case COLUMN_OBJECT:
		object_load(query_get_span(q, at), &i->object);
		break;
	case COLUMN_STEPS:
		*(char ***)field = steps_load(query_get_span(q, at));
		break;
	}
	return true;
}

int
columns_read(struct query *q, struct incident *ret, struct why *why)
{
	*ret = (struct incident){ 0 };
	ret->id = query_get_u64(q, (int)ELEMENTS(columns));
	for (size_t c = 0; c < ELEMENTS(columns); c++)
		if (!read_column(q, (int)c, &columns[c], ret)) {
			unsigned long long id = ret->id;
			incident_free(ret);
			return because(why, -EBADMSG,
				"incident %llu has a %s in the store that this "
				"logmend does not know",
				id, columns[c].name);
		}
	return 0;
}
