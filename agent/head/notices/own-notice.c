#include "config.h"
#include "head/notices/own-notice.h"

#include <errno.h>
#include <string.h>

int
own_notice_queue(struct store *store, const struct settings *settings,
	const struct own_notice *n, usec now, struct why *why)
{
	int r = 0;
	for (size_t i = 0; r >= 0 && i < settings->n_notifies; i++) {
		struct outgoing o = { .notify = settings->notifies[i].name,
			.kind = (char *)"agent",
			.text = (char *)n->text,
			.queued = now,
			.due = now };
		if (!n->except || strcmp(o.notify, n->except) != 0)
			r = store_outbox_add(store, &o, why);
	}
	return r;
}

/* The value is when people were told, or NULL. */
static int
queue_and_keep(struct store *store, const struct settings *settings,
	const struct own_notice *n, const char *key, const char *value,
	usec now, struct why *why)
{
	int r = store_begin(store, why);
	if (r < 0)
		return r;
	r = own_notice_queue(store, settings, n, now, why);
	if (r >= 0)
		r = store_value_put(store, key, value, why);
	if (r < 0) {
		store_rollback(store);
		return r;
	}
	r = store_commit(store, why);
	return r < 0 ? r : 1;
}

/* When people were told; 0: they were not. */
static int
told(struct store *store, const char *key, usec *ret, struct why *why)
{
	own(str) char *value = NULL;
	*ret = 0;
	int r = store_value_get(store, key, &value, why);
	if (value && !span_u64(span_of(value), ret))
		*ret = 0;
	return r == -ENOENT ? 0 : r;
}

int
own_notice_begin(struct store *store, const struct settings *settings,
	const struct own_notice *n, usec now, struct why *why)
{
	own(str) char *key = xprintf("trouble:%s", n->name);
	own(str) char *value = xprintf("%llu", (unsigned long long)now);
	usec then;
	int r = told(store, key, &then, why);
	/* Told in the future: the clock was set back. */
	if (r < 0 || (then && then <= now && now - then < USEC_DAY))
		return r;
	return queue_and_keep(store, settings, n, key, value, now, why);
}

int
own_notice_end(struct store *store, const struct settings *settings,
	const struct own_notice *n, usec now, struct why *why)
{
	own(str) char *key = xprintf("trouble:%s", n->name);
	usec then;
	int r = told(store, key, &then, why);
	return r < 0 || !then
		? r
		: queue_and_keep(store, settings, n, key, NULL, now, why);
}
