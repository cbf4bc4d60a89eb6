#include "config.h"
#include "wire/result.h"

#include <stdlib.h>
#include <string.h>

/* Of a unit, as file systems have it; and of its folder, escaped. */
#define NAME_MOST 255u
#define FOLDER_MOST 8192u

static const char *const names[OUTCOMES] = {
	[OUTCOME_DONE] = "done",
	[OUTCOME_PASSED] = "passed",
	[OUTCOME_BROKE] = "broke",
	[OUTCOME_IMPOSSIBLE] = "impossible",
	[OUTCOME_APPLIED] = "applied",
	[OUTCOME_NOT_APPLIED] = "not-applied",
	[OUTCOME_STALE] = "stale",
	[OUTCOME_GONE] = "gone",
	[OUTCOME_IN_DOUBT] = "in-doubt",
	[OUTCOME_ERROR] = "error",
	[OUTCOME_HELD_BACK] = "held-back",
	[OUTCOME_HELD_PARTLY] = "held-partly",
};

const char *
outcome_name(enum outcome o)
{
	return names[o];
}

bool
outcome_counts(enum outcome o)
{
	return o != OUTCOME_HELD_BACK;
}

int
outcome_by_name(struct span name)
{
	for (int o = 0; o < OUTCOMES; o++)
		if (span_is(name, names[o]))
			return o;
	return -1;
}

void
proposal_free(struct proposal *p)
{
	free(p->name);
	free(p->folder);
	*p = (struct proposal){ 0 };
}

struct proposal
proposal_copy(const struct proposal *p)
{
	struct proposal copy = *p;
	copy.name = xstrdup(p->name);
	copy.folder = xstrdup(p->folder);
	return copy;
}

void
proposal_put(struct frame *to, const struct proposal *p)
{
	frame_put_str(to, p->name);
	frame_put_str(to, p->name ? p->checksum : NULL);
	frame_put_str(to, p->folder);
}

void
proposal_get(struct frame *from, struct proposal *ret)
{
	*ret = (struct proposal){ .name = frame_get_str(from, NAME_MOST) };
	own(str) char *checksum = frame_get_str(from, SHA256_HEX - 1);
	ret->folder = frame_get_str(from, FOLDER_MOST);
	snprintf(ret->checksum, sizeof(ret->checksum), "%s",
		checksum ? checksum : "");
	if (ret->name && strlen(ret->checksum) != SHA256_HEX - 1)
		from->broken = true;
}

void
result_free(struct result *r)
{
	proposal_free(&r->proposal);
	free(r->text);
	free(r->history_text);
	free(r->host);
	free(r->port);
	free(r->database);
	free(r->schema);
	*r = (struct result){ 0 };
}

void
result_put(struct frame *to, const struct result *r)
{
	frame_put_u32(to, r->outcome);
	frame_put_u32(to, r->cause);
	frame_put_u32(to, r->fault);
	frame_put_u32(to, r->history);
	frame_put_bool(to, r->lasting);
	frame_put_bool(to, r->unbegun);
	frame_put_bool(to, r->may_copy);
	frame_put_u32(to, r->server);
	frame_put_u32(to, r->deployed);
	frame_put_u32(to, r->again);
	proposal_put(to, &r->proposal);
	frame_put_span(to, span_first(span_of(r->text), RESULT_TEXT_MAX));
	frame_put_span(
		to, span_first(span_of(r->history_text), RESULT_TEXT_MAX));
	frame_put_str(to, r->host);
	frame_put_str(to, r->port);
	frame_put_str(to, r->database);
	frame_put_str(to, r->schema);
}

/* The limits are those of names in DNS, PostgreSQL and /etc/services, with
 * room to spare. Unlike a plan's, every text may be missing. */
int
result_get(struct frame *from, struct result *ret, struct why *why)
{
	*ret = (struct result){ 0 };
	ret->outcome = frame_get_below(from, OUTCOMES);
	ret->cause = frame_get_below(from, CAUSES);
	ret->fault = frame_get_below(from, ANSWERS);
	ret->history = frame_get_below(from, ANSWERS);
	ret->lasting = frame_get_bool(from);
	ret->unbegun = frame_get_bool(from);
	ret->may_copy = frame_get_bool(from);
	ret->server = frame_get_u32(from);
	ret->deployed = frame_get_below(from, ANSWERS);
	ret->again = frame_get_below(from, ASK_AGAINS);
	proposal_get(from, &ret->proposal);
	ret->text = frame_get_str(from, RESULT_TEXT_MAX);
	ret->history_text = frame_get_str(from, RESULT_TEXT_MAX);
	ret->host = frame_get_str(from, 1024);
	ret->port = frame_get_str(from, 16);
	ret->database = frame_get_str(from, 256);
	ret->schema = frame_get_str(from, 256);
	return frame_end(from, why);
}
