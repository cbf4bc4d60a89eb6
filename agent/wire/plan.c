#include "config.h"
#include "wire/plan.h"

#include <jansson.h>
#include <stdlib.h>

static const char *const verdicts[VERDICTS] = {
	[VERDICT_AUTO] = "auto",
	[VERDICT_GATED] = "gated",
	[VERDICT_ASK] = "ask",
	[VERDICT_FAILS] = "fails",
	[VERDICT_NEVER] = "never",
};

const char *
verdict_name(enum verdict v)
{
	return verdicts[v];
}

void
plan_free(struct plan *p)
{
	free(p->remedy);
	free(p->reason);
	strings_free(p->steps);
	strings_free(p->doubts);
	*p = (struct plan){ 0 };
}

/* Cuts before a character, not inside one: bytes 10xxxxxx continue a UTF-8
 * character. */
static void
cut_at(char *text, size_t max)
{
	size_t len = max - 4;
	while (len && (text[len] & 0xc0) == 0x80)
		len--;
	memcpy(text + len, " ...", 5);
}

void
plan_doubt(struct plan *p, const char *sentence)
{
	if (p->n_doubts++ >= PLAN_DOUBTS_MAX)
		return;
	own(str) char *text = xstrdup(sentence);
	if (strlen(text) > PLAN_DOUBT_MAX)
		cut_at(text, PLAN_DOUBT_MAX);
	strings_add(&p->doubts, text);
}

/* The steps are for people. The hash covers all of the plan, so what is not
 * shown cannot change unnoticed. */
void
plan_step(struct plan *p, const char *fmt, ...)
{
	size_t n = strings_count(p->steps);
	if (n == PLAN_STEPS_MAX)
		return;
	if (n == PLAN_STEPS_MAX - 1) {
		p->cut = true;
		strings_add(&p->steps,
			"... and further steps that are not shown here");
		return;
	}
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	if (strlen(text) > PLAN_TEXT_MAX) {
		p->cut = true;
		cut_at(text, PLAN_TEXT_MAX);
	}
	strings_add(&p->steps, text);
}

static void
put_strings(struct frame *to, char *const *list)
{
	size_t n = strings_count(list);
	frame_put_u32(to, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		frame_put_str(to, list[i]);
}

void
plan_put(struct frame *to, const struct plan *p)
{
	frame_put_str(to, p->remedy);
	frame_put_str(to, p->hash);
	frame_put_u32(to, p->verdict);
	frame_put_str(to, p->reason);
	frame_put_bool(to, p->writable);
	frame_put_u32(to, p->statements);
	frame_put_u32(to, p->n_doubts);
	frame_put_bool(to, p->cut);
	put_strings(to, p->steps);
	put_strings(to, p->doubts);
}

static char **
get_strings(struct frame *from, uint32_t most, size_t longest)
{
	char **list = NULL;
	uint32_t n = frame_get_below(from, most + 1);
	for (uint32_t i = 0; i < n; i++) {
		own(str) char *one = frame_get_str(from, longest);
		if (one)
			strings_add(&list, one);
		else
			from->broken = true;
	}
	return list;
}

/* A plan without a remedy or with half a hash is broken: nobody could approve
 * it. */
int
plan_get(struct frame *from, struct plan *ret, struct why *why)
{
	*ret = (struct plan){ 0 };
	ret->remedy = frame_get_str(from, 128);
	own(str) char *hash = frame_get_str(from, SHA256_HEX - 1);
	snprintf(ret->hash, sizeof(ret->hash), "%s", hash ? hash : "");
	ret->verdict = frame_get_below(from, VERDICTS);
	ret->reason = frame_get_str(from, PLAN_TEXT_MAX);
	ret->writable = frame_get_bool(from);
	ret->statements = frame_get_u32(from);
	ret->n_doubts = frame_get_u32(from);
	ret->cut = frame_get_bool(from);
	ret->steps = get_strings(from, PLAN_STEPS_MAX, PLAN_TEXT_MAX);
	ret->doubts = get_strings(from, PLAN_DOUBTS_MAX, PLAN_DOUBT_MAX);
	if (!ret->remedy || strlen(ret->hash) != SHA256_HEX - 1)
		from->broken = true;
	return frame_end(from, why);
}

json_t *
plan_json(const struct plan *p)
{
	json_t *steps = json_array();
	for (size_t i = 0; p->steps && p->steps[i]; i++)
		json_array_append_new(steps, json_string(p->steps[i]));
	return json_pack("{s:s, s:s, s:o}", "remedy", p->remedy, "hash",
		p->hash, "steps", steps);
}
