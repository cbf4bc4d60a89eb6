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
/* Who can make a pattern give up must not fill our own log. */
#define TELL_EVERY (10 * USEC_SECOND)
#define NAME_MAX_BYTES 4096u

struct eyes {
	int watches; /* head's inotify instance, or -1 */
	struct rules *rules;
	struct reader_tools tools;
	struct readings readings;
	struct frame in, out; /* reused: most are frames of batches */
	usec rescan;          /* when all sources are looked at next */
	uint32_t untold;      /* records about which rules could not tell */
	usec tell;            /* when that may be told again */
	bool sealed;          /* the patterns' machine code cannot be freed */
	bool ready;           /* the rules are compiled, the sandbox holds */
};

/* A frame that is lost would leave head and eyes with different beliefs, so it
 * ends the process, and head starts another at the stored positions. Without
 * head there is nobody to read for. */
static int
send_frame(const struct frame *f, struct why *why)
{
	int r = frame_send(ROLE_SOCKET, f);
	if (r >= 0)
		return 0;
	if (r == -EPIPE || r == -ECONNRESET)
		return -ESHUTDOWN;
	return because(
		why, r, "a frame could not be sent to head: %s", strerror(-r));
}

/* Tells head that a source cannot be read further, in a sentence for a person,
 * and drops it. */
static int
give_up(struct eyes *e, struct reading *r, int error, const char *sentence,
	struct why *why)
{
	own(frame) struct frame f = FRAME(EYES_TROUBLE);
	frame_put_u32(&f, r->id);
	frame_put_bool(&f, error == -EBADMSG || error == -ENODATA);
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
	if (!match_is_compiled(t->match))
		log_warn("patterns are interpreted, several times slower: this "
			 "system refuses memory that is written and run");
	redact_interpret(); /* for lines of the own log */
	e->sealed = true;   /* perhaps, if entering fails */
	r = sandbox_enter(ROLE_SOCKET, why);
	if (r < 0)
		return r;
	e->sealed = r;
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
	int n = reader_open(
		&source, take(fd), &e->tools, &r->reader, &sentence);
	if (n < 0)
		return give_up(e, r, n, sentence.text, why);
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
	int n = reader_append(r->reader, take(fd), more.base, now, &sentence);
	if (n < 0)
		return give_up(e, r, n, sentence.text, why);
	r->source.watch = more.watch;
	r->due = now;
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
tell_undecided(struct eyes *e, const struct reading *r, usec now)
{
	struct match_undecided u = reader_undecided(r->reader);
	e->untold += u.times;
	if (!u.times || now < e->tell)
		return;
	log_warn("source %u: rule '%s' could not tell about the record at byte "
		 "%llu: its pattern needed too many steps (%u such records "
		 "since this was told last)",
		r->id, u.rule->name, (unsigned long long)u.offset, e->untold);
	e->untold = 0;
	e->tell = now + TELL_EVERY;
}

/* Gives one source its turn, which is short, so that no source keeps the others
 * waiting. */
static int
turn(struct eyes *e, struct reading *r, usec now, struct why *why)
{
	own(batch) struct batch batch = { 0 };
	struct why sentence;
	int n = reader_step(r->reader, r->finish, now, &batch, &sentence);
	tell_undecided(e, r, now);
	if (n < 0)
		return give_up(e, r, n, sentence.text, why);
	if (n == READER_ALL)
		reading_rests(r, now);
	if (n != READER_BATCH)
		return 0;
	r->under_way++;
	r->over = batch.end;
	r->due = r->under_way < EYES_WINDOW && !r->over ? now : USEC_NEVER;
	frame_reset(&e->out, EYES_BATCH);
	batch_put(&e->out, &batch);
	return send_frame(&e->out, why);
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
	int r = frame_recv(ROLE_SOCKET, &e->in);
	if (r == 0 || r == -ECONNRESET)
		return -ESHUTDOWN;
	if (r == -EAGAIN)
		return 0;
	if (r < 0)
		return because(why, r,
			"a frame could not be received from head: %s",
			strerror(-r));
	return on_frame(e, &e->in, now, why);
}

static int
step(struct eyes *e, struct why *why)
{
	usec now = clock_mono();
	struct pollfd fds[2] = {
		{ .fd = ROLE_SOCKET, .events = POLLIN },
		{ .fd = e->watches, .events = POLLIN },
	};
	if (poll(fds, 2, timeout(e, now)) < 0 && errno != EINTR)
		return because(why, -errno, "poll: %s", strerror(errno));
	now = clock_mono();
	if (fds[1].revents)
		on_watch(e, now);
	if (now >= e->rescan) {
		e->rescan = now + RESCAN;
		readings_wake_all(&e->readings, now);
	}
	/* Frames come first. Only then is it told whose turn it is: a source
	 * would else lose its turn to the acknowledgement of another's batch.
	 */
	if (fds[0].revents)
		return take_frames(e, now, why);
	struct reading *r = readings_next(&e->readings, now);
	return r ? turn(e, r, now, why) : 0;
}

static void
close_all(struct eyes *e)
{
	readings_free(&e->readings);
	frame_free(&e->in);
	frame_free(&e->out);
	window_free(e->tools.window);
	prefilter_free(e->tools.prefilter);
	if (!e->sealed)
		match_free(e->tools.match);
	record_walk_free(e->tools.walk);
	rules_free(e->rules);
	fd_close(e->watches);
}

int
eyes_main(void)
{
	struct eyes e = { .watches = -1,
		.in = FRAME(0),
		.out = FRAME(0),
		.rules = rules_new(),
		.tools = { .turn = TURN(clock_cpu) } };
	e.rescan = clock_mono() + RESCAN;
	struct why why = { "" };
	int r = sandbox_prepare(&why);
	while (r >= 0)
		r = step(&e, &why);
	close_all(&e);
	if (r == -ESHUTDOWN)
		return 0;
	log_error("%s", why.text);
	return 1;
}
