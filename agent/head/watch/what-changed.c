#include "config.h"
#include "head/watch/what-changed.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"

/* What is older than this explains no fault of now. */
#define RECENT USEC_DAY
/* Docker notes the start of a container a moment after its first line. */
#define SLACK (2 * USEC_SECOND)
#define DIGEST_SHOWN 19u /* sha256: and 12 digits, as Docker shows an image */

/* A container logs its first line before Docker notes that it runs: until then
 * it counts from when it was made. */
static usec
begun(const struct docker_container *c)
{
	return c->started ? c->started : c->made;
}

static bool
ran_at(const struct docker_container *c, usec at)
{
	return begun(c) && begun(c) <= at + SLACK &&
		(c->running || !c->finished || c->finished >= at ||
			c->finished < begun(c));
}

/* The one that was started last of those that ran then; else the one that was
 * started last before it. */
static const struct docker_container *
current(struct docker_container *const *list, size_t n, usec first)
{
	const struct docker_container *best = NULL;
	for (size_t i = 0; i < n; i++) {
		const struct docker_container *c = list[i];
		if (!begun(c) || begun(c) > first + SLACK)
			continue;
		bool better = !best || ran_at(c, first) > ran_at(best, first) ||
			(ran_at(c, first) == ran_at(best, first) &&
				begun(c) > begun(best));
		if (better)
			best = c;
	}
	return best;
}

static bool
same_image(const struct docker_container *a, const struct docker_container *b)
{
	const char *x = a->image_id ? a->image_id : a->image;
	const char *y = b->image_id ? b->image_id : b->image;
	return x && y && strcmp(x, y) == 0;
}

/* The one before it: what was started last before it was. */
static const struct docker_container *
previous(struct docker_container *const *list, size_t n,
	const struct docker_container *now)
{
	const struct docker_container *best = NULL;
	for (size_t i = 0; i < n; i++) {
		const struct docker_container *c = list[i];
		if (c != now && begun(c) && begun(c) < begun(now) &&
			(!best || begun(c) > begun(best)))
			best = c;
	}
	return best;
}

/* `img-captain-shop:7 (sha256:0123456789ab)` */
static void
add_image(struct buf *to, const struct docker_container *c)
{
	buf_add_str(to, c->image ? c->image : "of an unknown name");
	if (c->image_id)
		buf_printf(to, " (%.*s)", (int)DIGEST_SHOWN, c->image_id);
}

/* `12s before the fault`. */
static void
add_before(struct buf *to, usec then, usec fault, const char *word)
{
	char text[CLOCK_TEXT];
	if (then + USEC_SECOND > fault)
		buf_printf(to, "less than a second before %s", word);
	else
		buf_printf(to, "%s before %s",
			duration_text(fault - then, text), word);
}

static void
add_previous(struct buf *to, const struct docker_container *old,
	const struct docker_container *c)
{
	char text[CLOCK_TEXT];
	if (!old)
		return;
	if (same_image(old, c)) {
		buf_add_str(to, ", the same image as the container before it");
		return;
	}
	buf_add_str(to, ", in the place of image ");
	add_image(to, old);
	if (old->finished && old->finished >= begun(old))
		buf_printf(to, ", whose container %s ended %s",
			old->name ? old->name : "before it",
			clock_text(old->finished, text));
}

static bool
is_recent(usec then, usec first)
{
	return then && then <= first + SLACK && then + RECENT >= first;
}

static void
add_deploy(struct buf *to, const struct docker_container *c, usec first)
{
	if (!is_recent(c->deployed, first))
		return;
	buf_add_str(to, "; its service was changed ");
	add_before(to, c->deployed, first, "it");
}

void
what_changed(struct docker_container *const *list, size_t n, usec first,
	struct finding *ret)
{
	own(buf) struct buf text = { 0 };
	char when[CLOCK_TEXT];
	const struct docker_container *c = current(list, n, first);
	*ret = (struct finding){ .name = xstrdup(FINDING_CHANGED) };
	if (!c) {
		ret->answer = ANSWER_UNKNOWN;
		ret->text = xstrdup("no container of the app is known that "
				    "ran before the first fault");
		return;
	}
	bool recent = is_recent(begun(c), first);
	const char *name = c->name ? c->name : c->id;
	ret->answer = recent ? ANSWER_YES : ANSWER_NO;
	if (recent) {
		buf_printf(&text, "container %s was %s ", name,
			c->started ? "started" : "made");
		add_before(&text, begun(c), first, "the first fault");
	} else {
		buf_printf(&text, "nothing: container %s has run since %s",
			name, clock_text(begun(c), when));
	}
	buf_add_str(&text, ", with image ");
	add_image(&text, c);
	if (recent) {
		add_previous(&text, previous(list, n, c), c);
		add_deploy(&text, c, first);
	}
	ret->text = buf_take_str(&text);
}
