#include "config.h"
#include "eyes/eyes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/io/frame.h"
#include "base/io/log.h"
#include "base/redact.h"
#include "eyes/input/window.h"
#include "eyes/match/match.h"
#include "eyes/reader.h"
#include "eyes/readings.h"
#include "eyes/records/record-walk.h"
#include "eyes/sandbox.h"
#include "eyes/search/prefilter.h"
#include "rule/rule.h"
#include "wire/batch.h"
#include "wire/role.h"
#include "wire/source.h"

/* An inotify event is a hint and no promise: all sources are looked at in this
 * interval, whatever was reported. */
#define RESCAN (5 * USEC_SECOND)
#define NAME_MAX_BYTES 4096u

struct eyes {
	int watches; /* head's inotify instance, or -1 */
	struct rules *rules;
	struct reader_tools tools;
	struct readings readings;
	usec rescan; /* when all sources are looked at next */
	bool ready;  /* the rules are compiled, the sandbox holds */
};

static int
send_frame(const struct frame *f, struct why *why)
{
	int r = frame_send(ROLE_SOCKET, f);
	/* Without head there is nobody to read for. */
	if (r == -EPIPE || r == -ECONNRESET)
		return -ESHUTDOWN;
	return r < 0 ? because(why, r, "frame %u could not be sent: %s",
			       f->type, strerror(-r))
		     : r;
}

/* Tells head that a source cannot be read further, in a sentence for a person,
 * and drops it. */
static int
give_up(struct eyes *e, struct reading *r, const char *sentence,
	struct why *why)
{
	own(frame) struct frame f = FRAME(EYES_TROUBLE);
	frame_put_u32(&f, r->id);
	frame_put_str(&f, sentence);
	readings_drop(&e->readings, r);
	return send_frame(&f, why);
}

/* Takes a file of rules or of shapes. A mistake in it ends the process, and
 * head says so: eyes that went on without the file would be blind to its faults
 * in silence. */
static int
on_rules(struct eyes *e, struct frame *f, struct why *why)
{
	own(str) char *name = frame_get_str(f, NAME_MAX_BYTES);
	own(fd) int fd = frame_get_fd(f);
	if (frame_end(f, why) < 0 || !name || e->ready)
		return because(why, -EBADMSG, "a rule file came broken");
	own(file) FILE *file = fdopen(fd, "r");
	if (!file)
		return because(why, -errno, "%s: %s", name, strerror(errno));
	(void)take(fd);
	return rules_add(e->rules, file, name, why);
}

static int
on_watches(struct eyes *e, struct frame *f, struct why *why)
{
	int fd = frame_get_fd(f);
	if (frame_end(f, why) < 0)
		return -EBADMSG;
	fd_close(e->watches);
	e->watches = fd;
	/* Should this fail, poll() still tells when there is something to
	 * read. */
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	return 0;
}

/* Compiles the rules, has all memory mapped that needs it, and closes the
 * sandbox for good. Before this nothing of a log was read; afterwards no system
 * call is left that could open, connect or execute. */
static int
on_begin(struct eyes *e, struct why *why)
{
	struct reader_tools *t = &e->tools;
	if (e->ready)
		return because(why, -EBADMSG, "eyes have begun already");
	int r = prefilter_new(e->rules, &t->prefilter, why);
	if (r == 0)
		r = match_new(e->rules, t->prefilter, &t->match, why);
	if (r == 0)
		r = window_new(&t->window, why);
	if (r < 0)
		return r;
	t->walk = record_walk_new(rules_shapes(e->rules));
	/* Compiles its patterns, which takes memory that is executed. */
	free(redact(SPAN_NONE));
	if (!match_is_compiled(t->match))
		log_warn("patterns are interpreted, several times slower: this "
			 "system refuses memory that is written and run");
	r = sandbox_enter(why);
	if (r < 0)
		return r;
	e->ready = true;
	own(frame) struct frame f = FRAME(EYES_READY);
	frame_put_u32(&f, (uint32_t)rules_count(e->rules));
	return send_frame(&f, why);
}

static int
on_source(struct eyes *e, struct frame *f, usec now, struct why *why)
{
	struct source source;
	own(fd) int fd = frame_get_fd(f);
	if (!e->ready || source_get(f, &source, why) < 0)
		return because(why, -EBADMSG, "a source came broken");
	struct reading *old = readings_find(&e->readings, source.id);
	if (old)
		readings_drop(&e->readings, old);
	struct reading *r = readings_add(&e->readings, &source, now);
	struct why sentence;
	if (reader_open(&source, take(fd), &e->tools, &r->reader, &sentence) <
		0)
		return give_up(e, r, sentence.text, why);
	return 0;
}

static int
on_more(struct eyes *e, struct frame *f, usec now, struct why *why)
{
	struct more more;
	own(fd) int fd = frame_get_fd(f);
	if (more_get(f, &more, why) < 0)
		return because(why, -EBADMSG, "a file came broken");
	struct reading *r = readings_find(&e->readings, more.id);
	if (!r)
		return 0; /* it was given up meanwhile */
	struct why sentence;
	if (reader_append(r->reader, take(fd), more.base, &sentence) < 0)
		return give_up(e, r, sentence.text, why);
	r->source.watch = more.watch;
	/* The record that is open at the end of the last file may continue in
	 * this one. */
	r->due = r->grew_at = now;
	return 0;
}

static void
on_ack(struct reading *r, usec now)
{
	if (r->under_way)
		r->under_way--;
	if (r->due == USEC_NEVER)
		r->due = now;
}

static int
on_number(struct eyes *e, struct frame *f, usec now, struct why *why)
{
	uint32_t id = frame_get_u32(f);
	if (frame_end(f, why) < 0)
		return -EBADMSG;
	struct reading *r = readings_find(&e->readings, id);
	if (!r)
		return 0; /* it was given up meanwhile */
	if (f->type == EYES_DROP) {
		readings_drop(&e->readings, r);
	} else if (f->type == EYES_FINISH) {
		r->finish = true;
		r->due = now;
	} else {
		on_ack(r, now);
	}
	return 0;
}

static int
on_frame(struct eyes *e, struct frame *f, usec now, struct why *why)
{
	switch (f->type) {
	case EYES_RULES:
		return on_rules(e, f, why);
	case EYES_WATCHES:
		return on_watches(e, f, why);
	case EYES_BEGIN:
		return on_begin(e, why);
	case EYES_SOURCE:
		return on_source(e, f, now, why);
	case EYES_MORE:
		return on_more(e, f, now, why);
	case EYES_FINISH:
	case EYES_DROP:
	case EYES_ACK:
		return on_number(e, f, now, why);
	default:
		return because(why, -EBADMSG, "unknown frame %u", f->type);
	}
}

static void
on_watch(struct eyes *e, usec now)
{
	_Alignas(struct inotify_event) char events[4096];
	ssize_t n;
	while ((n = read(e->watches, events, sizeof(events))) > 0)
		for (char *p = events; p < events + n;) {
			const struct inotify_event *event = (void *)p;
			/* After an overflow nobody knows whose event was
			 * lost. */
			if (event->mask & IN_Q_OVERFLOW)
				readings_wake_all(&e->readings, now);
			else
				readings_wake(&e->readings, event->wd, now);
			p += sizeof(*event) + event->len;
		}
}

static void
tell_undecided(const struct eyes *e, const struct reading *r)
{
	uint64_t offset;
	const struct rule *rule = match_undecided(e->tools.match, &offset);
	if (rule)
		log_warn("source %u: rule '%s' could not tell about the record "
			 "at byte %llu: its pattern needed too many steps",
			r->id, rule->name, (unsigned long long)offset);
}

/* Reads one source until a batch is due or nothing is left, so that no source
 * keeps the others waiting. */
static int
turn(struct eyes *e, struct reading *r, usec now, struct why *why)
{
	own(batch) struct batch batch = { 0 };
	struct why failed;
	int n = reader_step(
		r->reader, reading_end(r, now), now, &batch, &failed);
	tell_undecided(e, r);
	if (n < 0)
		return give_up(e, r, failed.text, why);
	if (n == 0) {
		reading_rests(r, now);
		return 0;
	}
	r->under_way++;
	r->over = batch.end;
	r->due = r->under_way < EYES_WINDOW && !r->over ? now : USEC_NEVER;
	if (r->offset != reader_offset(r->reader)) {
		r->offset = reader_offset(r->reader);
		r->grew_at = now;
	}
	own(frame) struct frame f = FRAME(EYES_BATCH);
	batch_put(&f, &batch);
	return send_frame(&f, why);
}

/* How many milliseconds poll() may wait for a frame or an event. */
static int
timeout(const struct eyes *e, usec now)
{
	usec next = readings_due(&e->readings), due = MIN(next, e->rescan);
	return due <= now ? 0 : (int)((due - now + 999) / 1000);
}

static int
take_frames(struct eyes *e, usec now, struct why *why)
{
	own(frame) struct frame f = FRAME(0);
	int r = frame_recv(ROLE_SOCKET, &f);
	if (r == 0 || r == -ECONNRESET)
		return -ESHUTDOWN;
	if (r == -EAGAIN)
		return 0;
	if (r < 0)
		return because(
			why, r, "no frame could be read: %s", strerror(-r));
	return on_frame(e, &f, now, why);
}

static int
step(struct eyes *e, struct why *why)
{
	usec now = clock_mono();
	struct reading *r = readings_next(&e->readings, now);
	struct pollfd fds[2] = {
		{ .fd = ROLE_SOCKET, .events = POLLIN },
		{ .fd = e->watches, .events = POLLIN },
	};
	if (poll(fds, 2, r ? 0 : timeout(e, now)) < 0 && errno != EINTR)
		return because(why, -errno, "poll: %s", strerror(errno));
	now = clock_mono();
	if (fds[1].revents)
		on_watch(e, now);
	if (now >= e->rescan) {
		e->rescan = now + RESCAN;
		readings_wake_all(&e->readings, now);
	}
	/* Frames come first: one of them may drop the source whose turn it
	 * is. */
	if (fds[0].revents)
		return take_frames(e, now, why);
	return r ? turn(e, r, now, why) : 0;
}

static void
close_all(struct eyes *e)
{
	readings_free(&e->readings);
	window_free(e->tools.window);
	prefilter_free(e->tools.prefilter);
	match_free(e->tools.match);
	record_walk_free(e->tools.walk);
	rules_free(e->rules);
	fd_close(e->watches);
}

int
eyes_main(void)
{
	struct eyes e = { .watches = -1, .rules = rules_new() };
	e.rescan = clock_mono() + RESCAN;
	struct why why = { "" };
	int r;
	do
		r = step(&e, &why);
	while (r >= 0);
	close_all(&e);
	if (r == -ESHUTDOWN)
		return 0;
	log_error("%s", why.text);
	return 1;
}
