#include "config.h"
#include "wire/finding.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const answers[ANSWERS] = {
	[ANSWER_NO] = "no",
	[ANSWER_YES] = "yes",
	[ANSWER_UNKNOWN] = "unknown",
};

/* Only a pending migration may be applied without a question: it says itself
 * what to do. Where a cause has more than one way out, a person picks it. */
static const struct {
	const char *name;
	enum most most;
} causes[CAUSES] = {
	[CAUSE_NONE] = { "none", MOST_REPORT },
	[CAUSE_UNREACHABLE] = { "unreachable", MOST_WAIT },
	[CAUSE_NOT_CONFIRMED] = { "not-confirmed", MOST_CLOSE },
	[CAUSE_DEPLOY_UNDER_WAY] = { "deploy-under-way", MOST_WAIT },
	[CAUSE_FAILED_MIGRATION] = { "failed-migration", MOST_ASK },
	[CAUSE_NO_PRIVILEGE] = { "no-privilege", MOST_REPORT },
	[CAUSE_WRONG_DATABASE] = { "wrong-database", MOST_REPORT },
	[CAUSE_WRONG_SCHEMA] = { "wrong-schema", MOST_REPORT },
	[CAUSE_BASELINE_CONFLICT] = { "baseline-conflict", MOST_ASK },
	[CAUSE_PENDING_MIGRATION] = { "pending-migration", MOST_ACT },
	[CAUSE_EDITED_MIGRATION] = { "edited-migration", MOST_ASK },
	[CAUSE_APP_OLDER_THAN_DATABASE] = { "app-older-than-database",
		MOST_REPORT },
	[CAUSE_RECORDED_BUT_ABSENT] = { "recorded-but-absent", MOST_ASK },
	[CAUSE_STRAY_SQL] = { "stray-sql", MOST_ASK },
	[CAUSE_MODEL_WITHOUT_MIGRATION] = { "model-without-migration",
		MOST_REPORT },
	[CAUSE_UNKNOWN] = { "unknown", MOST_REPORT },
};

const char *
answer_name(enum answer a)
{
	return answers[a];
}

enum answer
answer_by_name(struct span name)
{
	for (int a = 0; a < ANSWERS; a++)
		if (span_is(name, answers[a]))
			return (enum answer)a;
	return ANSWER_UNKNOWN;
}

const char *
cause_name(enum cause c)
{
	return causes[c].name;
}

enum most
cause_most(enum cause c)
{
	return causes[c].most;
}

void
finding_free(struct finding *f)
{
	free(f->name);
	free(f->text);
	*f = (struct finding){ 0 };
}

/* Cuts instead of failing: a long name of a table must not cost the diagnosis.
 */
void
finding_put(struct frame *to, const struct finding *f)
{
	frame_put_span(to, span_first(span_of(f->name), FINDING_NAME_MAX));
	frame_put_u32(to, f->answer);
	frame_put_span(to, span_first(span_of(f->text), FINDING_TEXT_MAX));
}

/* A finding without a name or a text says nothing, so its frame is broken. */
int
finding_get(struct frame *from, struct finding *ret, struct why *why)
{
	ret->name = frame_get_str(from, FINDING_NAME_MAX);
	ret->answer = frame_get_below(from, ANSWERS);
	ret->text = frame_get_str(from, FINDING_TEXT_MAX);
	if (!ret->name || !ret->text)
		from->broken = true;
	return frame_end(from, why);
}

json_t *
finding_json(const struct finding *f)
{
	return json_pack("{s:s, s:s, s:s}", "name", f->name, "answer",
		answers[f->answer], "text", f->text);
}

struct finding *
finding_list_with(const struct finding *old, size_t n_old, const char *name,
	const struct finding *list, size_t n, size_t *ret_n)
{
	struct finding *all = xcalloc(n_old + n + 1, sizeof(*all));
	*ret_n = 0;
	for (size_t i = 0; i < n_old; i++)
		if (strcmp(old[i].name, name) == 0)
			all[(*ret_n)++] = old[i];
	for (size_t i = 0; i < n; i++)
		all[(*ret_n)++] = list[i];
	return all;
}
