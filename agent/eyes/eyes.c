#include "config.h"
#include "eyes/eyes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/frame.h"
#include "base/log.h"
#include "eyes/input/window.h"
#include "eyes/match/match.h"
#include "eyes/reader.h"
#include "eyes/records/record-walk.h"
#include "eyes/sandbox.h"
#include "eyes/search/prefilter.h"
#include "rule/rule.h"
#include "wire/batch.h"
#include "wire/role.h"
#include "wire/source.h"

#define DAMPING (50 * USEC_SECOND / 1000) /* one read of a source in it */
#define QUIET USEC_SECOND                 /* after it an open record is whole */
#define RESCAN (5 * USEC_SECOND)          /* events are hints, no promises */
#define NAME_MAX_BYTES 4096u

/* A source that is read. */
struct reading {
	uint32_t id;
	struct source source;
	struct reader *reader;
	unsigned under_way; /* batches that are not acknowledged */
	usec due;           /* when it is read again; USEC_NEVER: when woken */
	usec read_at;       /* when it was read last */
	usec grew_at;       /* when something new was there last */
	uint64_t offset;    /* how far it was read then */
	bool finish;        /* nothing will be added */
	bool over;          /* its last batch is sent */
};

struct eyes {
	int watches; /* inotify, or -1 */
	struct rules *rules;
	struct reader_tools tools;
	struct reading *readings;
	size_t n, next; /* whose turn it is */
	usec rescan;
	bool ready; /* the door is closed */
};

static struct reading *
find_reading(struct eyes *e, uint32_t id)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->readings[i].id == id)
			return &e->readings[i];
	return NULL;
}

static void
drop(struct eyes *e, struct reading *r)
{
	reader_close(r->reader);
	*r = e->readings[--e->n];
}

static int
send_frame(const struct frame *f)
{
	int r = frame_send(ROLE_SOCKET, f);
	/* Without head there is nobody to read for. */
	return r == -EPIPE ? -ESHUTDOWN : r;
}

static int
give_up(struct eyes *e, struct reading *r, const char *sentence)
{
	own(frame) struct frame f = FRAME(EYES_TROUBLE);
	frame_put_u32(&f, r->id);
	frame_put_str(&f, sentence);
	drop(e, r);
	return send_frame(&f);
}

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
	(void)fcntl(fd, F_SETFL, O_NONBLOCK); /* or poll() tells anyway */
	return 0;
}

static int
on_begin(struct eyes *e, struct why *why)
{
	struct reader_tools *t = &e->tools;
	if (e->ready)
		return because(why, -EBADMSG, "eyes have begun already");
	int r = prefilter_new(e->rules, &t->find, why);
	if (r == 0)
		r = match_new(e->rules, t->find, &t->match, why);
	if (r == 0)
		r = window_new(&t->window, why);
	if (r < 0)
		return r;
	t->walk = record_walk_new();
	if (!match_is_compiled(t->match))
		log_warn("patterns are interpreted, several times slower: this "
			 "system refuses memory that is written and run");
	r = sandbox_enter(why);
	if (r < 0)
		return r;
	e->ready = true;
	own(frame) struct frame f = FRAME(EYES_READY);
	frame_put_u32(&f, (uint32_t)rules_count(e->rules));
	return send_frame(&f);
}

static int
on_source(struct eyes *e, struct frame *f, usec now, struct why *why)
{
	struct source source;
	own(fd) int fd = frame_get_fd(f);
	if (!e->ready || source_get(f, &source, why) < 0)
		return because(why, -EBADMSG, "a source came broken");
	struct reading *old = find_reading(e, source.id);
	if (old)
		drop(e, old);
	e->readings = xrealloc(e->readings, e->n + 1, sizeof(*e->readings));
	struct reading *r = &e->readings[e->n++];
	*r = (struct reading){
		.id = source.id,
		.source = source,
		.due = now,
		.grew_at = now,
		.finish = !source.follow,
	};
	struct why sentence;
	if (reader_open(&source, take(fd), &e->tools, &r->reader, &sentence) <
		0)
		return give_up(e, r, sentence.text);
	return 0;
}

static int
on_more(struct eyes *e, struct frame *f, usec now, struct why *why)
{
	struct more more;
	own(fd) int fd = frame_get_fd(f);
	if (more_get(f, &more, why) < 0)
		return because(why, -EBADMSG, "a file came broken");
	struct reading *r = find_reading(e, more.id);
	if (!r)
		return 0; /* given up meanwhile */
	struct why sentence;
	if (reader_append(r->reader, take(fd), more.base, &sentence) < 0)
		return give_up(e, r, sentence.text);
	r->source.watch = more.watch;
	/* What is open at the end of the last file may go on here. */
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
	struct reading *r = find_reading(e, id);
	if (!r)
		return 0; /* given up meanwhile */
	if (f->type == EYES_DROP) {
		drop(e, r);
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

/* Something was written to a log: read it, but not at every line. */
static void
wake(struct reading *r, usec now)
{
	usec earliest = r->read_at + DAMPING;
	usec due = MAX(now, earliest);
	r->due = MIN(r->due, due);
}

static void
on_watch(struct eyes *e, usec now)
{
	_Alignas(struct inotify_event) char events[4096];
	ssize_t n;
	while ((n = read(e->watches, events, sizeof(events))) > 0)
		for (char *p = events; p < events + n;) {
			const struct inotify_event *event = (void *)p;
			for (size_t i = 0; i < e->n; i++)
				if (e->readings[i].source.watch == event->wd ||
					event->mask & IN_Q_OVERFLOW)
					wake(&e->readings[i], now);
			p += sizeof(*event) + event->len;
		}
}

/* Nothing is left to read: when to look again. */
static void
rest(struct reading *r, usec now)
{
	bool grew = reader_offset(r->reader) != r->offset;
	r->offset = reader_offset(r->reader);
	if (grew)
		r->grew_at = now;
	r->read_at = now;
	r->due = USEC_NEVER;
	if (reader_waits(r->reader))
		r->due = MAX(r->grew_at + QUIET, now + DAMPING);
}

static enum reader_end
end_of(const struct reading *r, usec now)
{
	if (r->finish)
		return READER_ENDED;
	return now - r->grew_at >= QUIET ? READER_PAUSED : READER_GOES_ON;
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

/* One batch of one source at the most. */
static int
turn(struct eyes *e, struct reading *r, usec now)
{
	own(batch) struct batch batch = { 0 };
	struct why why;
	int n = reader_step(r->reader, end_of(r, now), now, &batch, &why);
	tell_undecided(e, r);
	if (n < 0)
		return give_up(e, r, why.text);
	if (n == 0) {
		rest(r, now);
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
	return send_frame(&f);
}

/* The next source, in turn, that may be read now; NULL if none. */
static struct reading *
whose_turn(struct eyes *e, usec now)
{
	for (size_t i = 0; i < e->n; i++) {
		struct reading *r = &e->readings[(e->next + i) % e->n];
		if (r->due <= now && r->under_way < EYES_WINDOW && !r->over) {
			e->next = (e->next + i + 1) % e->n;
			return r;
		}
	}
	return NULL;
}

static int
timeout(const struct eyes *e, usec now)
{
	usec due = e->rescan;
	for (size_t i = 0; i < e->n; i++) {
		const struct reading *r = &e->readings[i];
		if (r->under_way < EYES_WINDOW && !r->over)
			due = MIN(due, r->due);
	}
	return due <= now ? 0 : (int)((due - now + 999) / 1000);
}

static int
take_frames(struct eyes *e, usec now, struct why *why)
{
	own(frame) struct frame f = FRAME(0);
	int r = frame_recv(ROLE_SOCKET, &f);
	if (r == 0)
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
	struct reading *r = whose_turn(e, now);
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
		for (size_t i = 0; i < e->n; i++)
			wake(&e->readings[i], now);
	}
	/* Frames first: a source may be dropped by one. */
	if (fds[0].revents)
		return take_frames(e, now, why);
	return r ? turn(e, r, now) : 0;
}

static void
close_all(struct eyes *e)
{
	while (e->n)
		drop(e, &e->readings[0]);
	free(e->readings);
	window_free(e->tools.window);
	prefilter_free(e->tools.find);
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
