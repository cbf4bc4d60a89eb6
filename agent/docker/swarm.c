#include "config.h"
#include "docker/swarm.h"

#include <errno.h>
#include <string.h>

#include "docker/service.h"

#define ASK_TIME (2 * USEC_SECOND)
#define SILENT USEC_MINUTE

static bool
begin(const struct swarm *s, struct engine *e)
{
	usec now = clock_mono();
	if (now < s->again)
		return false;
	engine_set_deadline(e, now + ASK_TIME);
	return true;
}

static void
end(struct swarm *s, struct engine *e, int r)
{
	engine_set_deadline(e, USEC_NEVER);
	if (r == -ETIMEDOUT)
		s->again = clock_mono() + SILENT;
}

usec
swarm_deployed(struct swarm *s, struct engine *e, const char *service)
{
	own(engine_service) struct engine_service *found = NULL;
	if (!begin(s, e))
		return 0;
	int r = engine_service_get(e, service, &found, NULL);
	end(s, e, r);
	return r == 0 ? found->updated : 0;
}

static bool
is_one_of(const char *word, const char *const *words)
{
	while (*words && (!word || strcmp(*words, word) != 0))
		words++;
	return *words;
}

/* Swarm writes what became of a task before it wishes for something else: one
 * that failed is to be shut down, too, as soon as another takes its place. */
static enum swarm_wish
wish_of(const struct engine_task *t)
{
	static const char *const ended[] = { "shutdown", "remove", NULL };
	static const char *const itself[] = { "failed", "complete", "rejected",
		NULL };
	if (is_one_of(t->state, ended))
		return WISH_END;
	if (is_one_of(t->state, itself))
		return WISH_NONE;
	return is_one_of(t->desired, ended) ? WISH_END : WISH_LIVE;
}

enum swarm_wish
swarm_wish(struct swarm *s, struct engine *e, const char *task)
{
	own(engine_task) struct engine_task *t = NULL;
	if (!task || !begin(s, e))
		return WISH_UNKNOWN;
	int r = engine_task_get(e, task, &t, NULL);
	end(s, e, r);
	return r == 0 ? wish_of(t) : WISH_UNKNOWN;
}

usec
swarm_noticed(struct swarm *s, struct engine *e, const char *service,
	const char *task, bool *ret_replaced)
{
	usec at = 0;
	*ret_replaced = false;
	if (!task || !begin(s, e))
		return 0;
	int r = engine_task_noticed(e, service, task, &at, ret_replaced, NULL);
	end(s, e, r);
	return r == 0 ? at : 0;
}

int
swarm_node(struct engine *e, enum swarm_node *ret, struct why *why)
{
	json_t *info = NULL;
	int r = engine_get(e, "/info", &info, why);
	const json_t *swarm = json_object_get(info, "Swarm");
	const char *state =
		json_string_value(json_object_get(swarm, "LocalNodeState"));
	bool active = state && strcmp(state, "active") == 0;
	bool none = !state || strcmp(state, "inactive") == 0;
	bool control = json_is_true(json_object_get(swarm, "ControlAvailable"));
	*ret = active && control ? NODE_MANAGER
		: active || none ? NODE_NO_MANAGER
				 : NODE_UNKNOWN;
	json_decref(info);
	return r;
}
