#include "config.h"
#include "cli/roles/eyes-client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/io/spawn.h"
#include "wire/batch.h"
#include "wire/eyes-frames.h"
#include "wire/fault.h"
#include "wire/role.h"
#include "wire/source.h"

struct eyes_client {
	const struct rules *rules;
	int sock;
	pid_t pid;
	uint32_t last_id;
	eyes_client_on_batch *on_batch;
	void *watcher;
	/* Faults that wait for their turn: eyes report a record when it is
	 * closed, and one of the other stream that began earlier may still be
	 * open. */
	struct fault *held;
	size_t n_held;
	struct frame in; /* reused */
};

/* Reaps eyes whose socket has ended, and says how they ended. */
static int
explain_end(struct eyes_client *s, struct why *why)
{
	char text[64];
	int status = 0;
	fd_close(s->sock);
	s->sock = -1;
	if (s->pid > 0 && waitpid(s->pid, &status, 0) == s->pid) {
		s->pid = 0;
		return because(why, -ECONNRESET,
			"the reading process ended: %s",
			spawn_status_text(status, text));
	}
	return because(why, -ECONNRESET, "the reading process ended");
}

static int
send_frame(struct eyes_client *s, const struct frame *f, struct why *why)
{
	return frame_send(s->sock, f) < 0 ? explain_end(s, why) : 0;
}

static int
send_rules(struct eyes_client *s, struct why *why)
{
	int r = 0;
	for (size_t i = 0; r >= 0 && i < rules_files(s->rules); i++) {
		own(frame) struct frame f = FRAME(0);
		r = eyes_frames_rules(&f, rules_file(s->rules, i),
			rules_text(s->rules, i), why);
		if (r >= 0)
			r = send_frame(s, &f, why);
	}
	return r;
}

static int
wait_ready(struct eyes_client *s, struct why *why)
{
	own(frame) struct frame begin = FRAME(EYES_BEGIN);
	own(frame) struct frame f = FRAME(0);
	int r = send_frame(s, &begin, why);
	if (r < 0)
		return r;
	if (frame_recv(s->sock, &f) <= 0)
		return explain_end(s, why);
	return eyes_frames_ready(&f, rules_count(s->rules), why);
}

int
eyes_client_open(
	const struct rules *rules, struct eyes_client **ret, struct why *why)
{
	own(eyes_client) struct eyes_client *s = xcalloc(1, sizeof(*s));
	s->rules = rules;
	s->sock = -1;
	s->in = (struct frame)FRAME(0);
	int r = role_start(ROLE_EYES, NULL, &s->sock, &s->pid, why);
	if (r == 0)
		r = send_rules(s, why);
	if (r == 0)
		r = wait_ready(s, why);
	if (r < 0)
		return r;
	*ret = take(s);
	return 0;
}

void
eyes_client_close(struct eyes_client *s)
{
	if (!s)
		return;
	fd_close(s->sock); /* eyes end when their peer is gone */
	if (s->pid > 0)
		(void)waitpid(s->pid, NULL, 0);
	for (size_t i = 0; i < s->n_held; i++)
		fault_free(&s->held[i]);
	free(s->held);
	frame_free(&s->in);
	free(s);
}

/* Orders by offset, and rules that match the same record by their number. */
static int
by_line(const void *a, const void *b)
{
	const struct fault *x = a, *y = b;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

/* Most often nothing is to be done. */
static void
sort_held(struct eyes_client *s)
{
	bool sorted = true;
	for (size_t i = 1; i < s->n_held; i++)
		sorted &= by_line(&s->held[i - 1], &s->held[i]) <= 0;
	if (!sorted)
		qsort(s->held, s->n_held, sizeof(*s->held), by_line);
}

/* Hands over the faults that lie before `offset`, where nothing can come any
 * more that would have to stand before them. */
static void
hand_over(struct eyes_client *s, uint64_t offset,
	eyes_client_on_fault *on_fault, void *user)
{
	size_t n = 0;
	sort_held(s);
	while (n < s->n_held && s->held[n].offset < offset) {
		on_fault(&s->held[n], user);
		fault_free(&s->held[n++]);
	}
	s->n_held -= n;
	if (n)
		memmove(s->held, s->held + n, s->n_held * sizeof(*s->held));
}

static void
hold(struct eyes_client *s, struct batch *batch)
{
	s->held = xrealloc(
		s->held, s->n_held + batch->n_faults + 1, sizeof(*s->held));
	for (size_t i = 0; i < batch->n_faults; i++)
		s->held[s->n_held++] = batch->faults[i];
	batch->n_faults = 0; /* so that batch_free() leaves them */
}

static int
take_trouble(struct frame *f, struct why *why)
{
	own(str) char *sentence = NULL;
	uint32_t id;
	bool broken;
	int r = eyes_frames_trouble(f, &id, &broken, &sentence, why);
	return r < 0 ? r : because(why, -EIO, "%s", sentence);
}

/* Takes one frame of eyes: 1 if the log was read to its end, 0 if more comes,
 * or a negative errno. Acknowledges a batch, or eyes would stop after
 * EYES_WINDOW of them. */
static int
take_answer(struct eyes_client *s, eyes_client_on_fault *on_fault, void *user,
	struct eyes_client_totals *totals, struct why *why)
{
	struct frame *f = &s->in;
	if (frame_recv(s->sock, f) <= 0)
		return explain_end(s, why);
	if (f->type == EYES_TROUBLE)
		return take_trouble(f, why);
	own(batch) struct batch batch = { 0 };
	if (f->type != EYES_BATCH ||
		batch_get(f, (uint32_t)rules_count(s->rules), &batch, why) < 0)
		return because(why, -EBADMSG,
			"the reading process sent something broken");
	batch_redact(&batch);
	totals->bytes += batch.bytes;
	totals->broken += batch.broken;
	totals->faults += batch.n_faults;
	if (s->on_batch)
		s->on_batch(totals, s->watcher);
	hold(s, &batch);
	hand_over(s, batch.end ? UINT64_MAX : position_least(&batch.to),
		on_fault, user);
	if (batch.end)
		return 1;
	own(frame) struct frame ack = FRAME(0);
	eyes_frames_id(&ack, EYES_ACK, batch.source);
	return send_frame(s, &ack, why);
}

void
eyes_client_watch(
	struct eyes_client *s, eyes_client_on_batch *on_batch, void *user)
{
	s->on_batch = on_batch;
	s->watcher = user;
}

int
eyes_client_read(struct eyes_client *s, struct source *source, int fd,
	eyes_client_on_fault *on_fault, void *user,
	struct eyes_client_totals *totals, struct why *why)
{
	source->id = ++s->last_id;
	source->watch = -1;
	own(frame) struct frame f = FRAME(0), drop = FRAME(0);
	eyes_frames_source(&f, source, fd);
	int r = send_frame(s, &f, why);
	while (r == 0)
		r = take_answer(s, on_fault, user, totals, why);
	hand_over(s, UINT64_MAX, on_fault, user);
	eyes_frames_id(&drop, EYES_DROP, source->id);
	if (r >= 0)
		/* Lets eyes free the source now instead of at their end. */
		(void)frame_send(s->sock, &drop);
	return r < 0 ? r : 0;
}
