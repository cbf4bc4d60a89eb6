/* besideflood: how late a fault of one app is seen while another app's log is
 * full of what is dear to read.
 *
 *	besideflood RULES FLOOD FAULTS
 *
 * Starts eyes as head does, with the rules of the folder RULES. They follow
 * FLOOD, which is read from its start, and a log of their own, into which a
 * fault is written FAULTS times. Prints the median, the 99th percentile and the
 * worst time until a fault was seen, and how much of the flood was read
 * meanwhile. */
#include "config.h"

#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io/file.h"
#include "eyes/eyes.h"
#include "rule/rule.h"
#include "wire/eyes-frames.h"
#include "wire/role.h"

enum { FLOOD = 1, QUIET = 2 };

static struct rules *rules;
static int sock;

static void
check(int r, const struct why *why)
{
	if (r < 0)
		errx(EXIT_FAILURE, "%s", why->text);
}

/* Eyes that have the rules and are locked up. */
static pid_t
start(const char *folder, int watches)
{
	char *folders[] = { (char *)folder, NULL };
	struct why why = { "" };
	pid_t pid = -1;
	check(rules_load(folders, &rules, &why), &why);
	check(role_start(ROLE_EYES, NULL, &sock, &pid, &why), &why);
	for (size_t i = 0; i < rules_files(rules); i++) {
		own(frame) struct frame f = FRAME(0);
		check(eyes_frames_rules(&f, rules_file(rules, i),
			      rules_text(rules, i), &why),
			&why);
		check(frame_send(sock, &f), &why);
	}
	own(frame) struct frame all = FRAME(EYES_WATCHES);
	frame_lend_fd(&all, watches);
	check(frame_send(sock, &all), &why);
	own(frame) struct frame begin = FRAME(EYES_BEGIN);
	check(frame_send(sock, &begin), &why);
	own(frame) struct frame ready = FRAME(0);
	if (frame_recv(sock, &ready) <= 0)
		errx(EXIT_FAILURE, "eyes did not begin");
	return pid;
}

static void
add(uint32_t id, int fd, int watch)
{
	struct why why = { "" };
	struct source source = {
		.id = id, .watch = watch, .follow = true, .fold = true
	};
	check(rules_select(rules, NULL, NULL, &source, &why), &why);
	own(frame) struct frame f = FRAME(0);
	eyes_frames_source(&f, &source, fd);
	check(frame_send(sock, &f), &why);
}

/* The next batch, acknowledged. */
static void
next(struct batch *ret)
{
	struct why why = { "" };
	own(frame) struct frame f = FRAME(0);
	if (frame_recv(sock, &f) <= 0 || f.type != EYES_BATCH)
		errx(EXIT_FAILURE, "eyes sent no batch");
	check(batch_get(&f, (uint32_t)rules_count(rules), ret, &why), &why);
	own(frame) struct frame ack = FRAME(0);
	eyes_frames_id(&ack, EYES_ACK, ret->source);
	check(frame_send(sock, &ack), &why);
}

static int
ascending(const void *a, const void *b)
{
	const usec *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Takes what comes for a while, so that faults come at any moment of a turn. */
static void
wait_a_while(unsigned number, uint64_t *flood)
{
	usec until = clock_mono() + 30000 + number * 7919 % 100 * 1000;
	for (usec now; (now = clock_mono()) < until;) {
		struct pollfd p = { .fd = sock, .events = POLLIN };
		if (poll(&p, 1, (int)((until - now) / 1000) + 1) <= 0)
			continue;
		own(batch) struct batch b = { 0 };
		next(&b);
		if (b.source == FLOOD)
			*flood += b.bytes;
	}
}

/* Writes a fault and waits until it is seen; how long that took. */
static usec
see_one(int fd, unsigned number, uint64_t *flood)
{
	own(str) char *line = xprintf(
		"{\"level\":50,\"msg\":\"The table `public.T%u` does not exist "
		"in the current database.\"}\n",
		number);
	wait_a_while(number, flood);
	usec begun = clock_mono();
	struct why why = { "no fault could be written" };
	check(write_all(fd, span_of(line)), &why);
	for (;;) {
		own(batch) struct batch b = { 0 };
		next(&b);
		if (b.source == FLOOD)
			*flood += b.bytes;
		else if (b.n_faults)
			return clock_mono() - begun;
	}
}

int
main(int argc, char **argv)
{
	uint64_t n = 0, flood = 0;
	if (argc > 1 && strcmp(argv[1], "--role=eyes") == 0)
		return eyes_main();
	if (argc != 4 || !span_u64(span_of(argv[3]), &n) || !n)
		errx(2, "usage: besideflood RULES FLOOD FAULTS");
	int watches = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	own(fd) int dear = open(argv[2], O_RDONLY | O_CLOEXEC);
	char name[] = "/tmp/besideflood.XXXXXX";
	own(fd) int quiet = mkstemp(name);
	if (dear < 0 || quiet < 0)
		err(EXIT_FAILURE, "%s", argv[2]);
	int watch = inotify_add_watch(watches, name, IN_MODIFY);
	(void)unlink(name);
	pid_t pid = start(argv[1], watches);
	usec begun = clock_mono();
	add(FLOOD, dear, -1);
	add(QUIET, quiet, watch);
	usec *took = xcalloc(n, sizeof(*took));
	for (size_t i = 0; i < n; i++)
		took[i] = see_one(quiet, (unsigned)i, &flood);
	usec all = clock_mono() - begun;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	qsort(took, n, sizeof(*took), ascending);
	printf("median %5.0f ms, p99 %5.0f ms, worst %5.0f ms; %.1f MB of the "
	       "flood in %.1f s\n",
		(double)took[n / 2] / 1e3, (double)took[n * 99 / 100] / 1e3,
		(double)took[n - 1] / 1e3, (double)flood / 1e6,
		(double)all / 1e6);
	free(took);
	rules_free(rules);
	return EXIT_SUCCESS;
}
