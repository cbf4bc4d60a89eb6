#include "config.h"
#include "head/batch-commit.h"

/* Whether it is history that `start` leaves out. What was logged since head has
 * the log is none, whatever a clock said that was set since. */
static bool
is_left_out(const struct followed_log *t, const struct fault *f)
{
	return f->offset < t->old_end && f->last_ns && f->last_ns < t->since_ns;
}

static int
count_faults(const struct batch_commit *to, const struct followed_log *t,
	const struct batch *b, usec now, uint64_t *ret, struct why *why)
{
	for (size_t i = 0; i < b->n_faults; i++) {
		const struct fault *f = &b->faults[i];
		if (is_left_out(t, f))
			continue;
		int r = scheduler_fault(to->scheduler, t->app,
			rules_at(to->rules, f->rule)->name, f, now, why);
		if (r < 0)
			return r;
		*ret += f->count;
	}
	return 0;
}

int
batch_commit(const struct batch_commit *to, const struct followed_log *t,
	const struct batch *b, uint64_t *ret_faults, struct why *why)
{
	usec now;
	uint64_t faults = 0;
	int r = scheduler_clock(to->scheduler, &now, why);
	if (r >= 0)
		r = store_begin(to->store, why);
	if (r < 0)
		return r;
	r = store_checkpoint_move(
		to->store, t->source.id, &b->from, &b->to, now, why);
	if (r >= 0)
		r = count_faults(to, t, b, now, &faults, why);
	if (r < 0) {
		store_rollback(to->store);
		return r;
	}
	r = store_commit(to->store, why);
	if (r >= 0)
		*ret_faults = faults;
	return r;
}
