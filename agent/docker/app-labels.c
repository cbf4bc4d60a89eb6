#include "config.h"
#include "docker/app-labels.h"

#include <errno.h>

#include "config/caprover.h"
#include "config/labels.h"
#include "docker/service.h"
#include "docker/swarm.h"

/* `lives`: a service of the app that was asked before is not scaled to 0. */
static int
ask_service(struct engine *e, struct app *app, const char *name, bool *lives,
	struct why *why)
{
	own(engine_service) struct engine_service *s = NULL;
	int r = engine_service_get(e, name, &s, why);
	if (r < 0)
		return r == -ESRCH ? 0 : r;
	*lives |= !s->none_wanted;
	app->scaled_to_none = !*lives;
	labels_apply(app, name, s->labels);
	if (s->labels_cut)
		labels_too_many(app, name);
	return 0;
}

int
app_labels_ask(struct engine *e, struct app *app, struct why *why)
{
	enum swarm_node node = NODE_UNKNOWN;
	own(strings) char **names = caprover_services(app);
	int r = swarm_node(e, &node, why);
	labels_clear(app);
	if (r == 0 && node == NODE_UNKNOWN)
		r = because(why, -EAGAIN,
			"%s: this host's swarm is being started, or has lost "
			"its other managers: `docker node ls` shows whether it "
			"answers",
			engine_socket(e));
	if (node != NODE_MANAGER)
		return r;
	int worst = 0;
	bool lives = false;
	app->scaled_to_none = false;
	/* A label of the other service may forbid what the file allows. */
	for (char **name = names; r != -ETIMEDOUT && name && *name; name++) {
		r = ask_service(e, app, *name, &lives, worst < 0 ? NULL : why);
		worst = worst < 0 ? worst : r;
	}
	return r == -ETIMEDOUT ? r : worst;
}
