#include "config.h"
#include "head/events.h"

#include <string.h>

#include "base/own.h"
#include "head/model/incident.h"

/* They never change: somebody may wait for one. */
static const struct {
	const char *kind, *id;
} ids[] = {
	{ "open", "c58be8b4c948457f8e44627190605d5e" },
	{ "cause", "484c6792def64108ac0ff1757ab0d0c5" },
	{ "waiting", "361ec309815743748e0da6d18ac61590" },
	{ "awaiting-approval", "036769fa971040afb285b86543783c2f" },
	{ "approval", "80ff6c6622364be39064a0bd83141def" },
	{ "rejected", "fe68d81b718f47f69858a016c74fef30" },
	{ "expired", "eafcb850555f47ae821988d0c3fecc78" },
	{ "mending", "f62eb6a9b24347a28be8ecf4836e96f0" },
	{ "resolved", "c6992f2530be405dbb58ffb6341ac815" },
	{ "failed", "aba6df1f8d4645529573155c38579d20" },
	{ "in-doubt", "0f4ff217324746debd6d542c5897bbd0" },
	{ "reported", "10b8f9499510422b8c3ccb63104cbb2f" },
	{ "regressed", "65ce2f2755d34936bb7f5f0aa4213c4a" },
	{ "closed", "b63e4097c05640e3aadc2d086ac8f80a" },
	{ "paused", "e2088aa86dee44639fcdc663386d1af7" },
	{ "resumed", "3b8debce2dcd4319b049b114a4d9105d" },
	{ "loaded", "cbb69785294e4d0fa625ab799ecacefd" },
	{ "not-loaded", "3ab7d2beed25478b8cfb7c18980cc1ad" },
};

static const char *
id_of(const char *kind)
{
	for (size_t i = 0; i < ELEMENTS(ids); i++)
		if (strcmp(ids[i].kind, kind) == 0)
			return ids[i].id;
	return NULL;
}

static void
tell(enum log_level level, const struct log_fields *fields, const char *text)
{
	own(str) char *line = fields->incident
		? xprintf("incident %llu: %s",
			  (unsigned long long)fields->incident, text)
		: xstrdup(text);
	log_fields(level, fields, line);
}

void
events_tell(const struct incident *i, const char *kind, const char *text)
{
	const struct log_fields fields = { i ? i->app : NULL, i ? i->id : 0,
		id_of(kind) };
	tell(LOG_LEVEL_INFO, &fields, text);
}

void
events_note(uint64_t incident, const char *text)
{
	tell(LOG_LEVEL_INFO, &(struct log_fields){ .incident = incident },
		text);
}

void
events_warn(uint64_t incident, const char *text)
{
	tell(LOG_LEVEL_WARN, &(struct log_fields){ .incident = incident },
		text);
}
