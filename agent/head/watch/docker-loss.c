#include "config.h"
#include "head/watch/docker-loss.h"

#include <errno.h>

#include "base/io/log.h"
#include "base/span.h"
#include "head/store/store.h"

#define LOST_KEY "docker-lost"

usec
docker_loss(struct store *store)
{
	own(str) char *value = NULL;
	uint64_t at = 0;
	struct why why;
	int r = store_value_get(store, LOST_KEY, &value, &why);
	if (r < 0 && r != -ENOENT)
		log_warn("when Docker was lost is not known: %s", why.text);
	return r >= 0 && span_u64(span_of(value), &at) ? at : 0;
}

void
docker_loss_keep(struct store *store, usec now)
{
	own(str) char *value = xprintf("%llu", (unsigned long long)now);
	struct why why;
	if (store_value_put(store, LOST_KEY, value, &why) < 0)
		log_warn("that Docker was lost is not stored: %s", why.text);
}
