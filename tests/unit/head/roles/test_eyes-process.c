#include "config.h"
#include "head/roles/eyes-process.h"

#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/file.h"
#include "support/check_main.h"
#include "wire/eyes-frames.h"

/* What the eyes of these tests do, as the first line of a rule file says. */
enum { EYES_COUNT_WRONG = '0', EYES_WORK = '1' };

static void
send_batch(uint32_t id)
{
	struct batch b = { .source = id, .generation = 5 };
	own(frame) struct frame f = FRAME(EYES_BATCH);
	batch_put(&f, &b);
	(void)frame_send(ROLE_SOCKET, &f);
}

static void
send_text(uint16_t type, uint32_t id, const char *text)
{
	own(frame) struct frame f = FRAME(type);
	frame_put_u32(&f, id);
	frame_put_bool(&f, true);
	frame_put_str(&f, text);
	(void)frame_send(ROLE_SOCKET, &f);
}

/* The kind of eyes, and how many descriptors came: a rule file and watches. */
static char
begin(unsigned *fds)
{
	char kind[4] = "";
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		if (frame_recv(ROLE_SOCKET, &f) <= 0)
			_exit(1);
		*fds += (unsigned)f.n_fds;
		if (f.type == EYES_RULES)
			(void)!pread(f.fds[0], kind, 3, 0);
		if (f.type == EYES_BEGIN)
			return kind[2];
	}
}

/* This program in the place of eyes. The id of a source says what it does with
 * it: 1 reads it, 2 gives it up, 3 dies, 4 says what no eyes say, 5 sends a
 * batch that is broken. */
static int
play_eyes(void)
{
	unsigned fds = 0;
	char kind = begin(&fds);
	own(frame) struct frame ready = FRAME(EYES_READY);
	frame_put_u32(&ready, kind == EYES_WORK && fds == 2 ? 1 : 9);
	(void)frame_send(ROLE_SOCKET, &ready);
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		struct source s;
		if (frame_recv(ROLE_SOCKET, &f) <= 0)
			return 0;
		if (f.type != EYES_SOURCE || source_get(&f, &s, NULL) < 0)
			continue;
		if (s.id == 1)
			send_batch(s.id);
		else if (s.id == 2)
			send_text(EYES_TROUBLE, s.id, "torn\n");
		else if (s.id == 3)
			return 42;
		else
			send_text(s.id == 4 ? EYES_RULES : EYES_BATCH, 1, "");
	}
}

struct world {
	sd_event *loop;
	struct rules *rules;
	struct eyes_process *eyes;
	int watches;
	unsigned readies, batches, gone;
	int status;
	char *trouble;
	uint32_t source; /* is told as soon as eyes are ready; 0: none */
	unsigned until_readies, until_gone;
	char *path; /* of the rule file */
	/* What happens to the file behind head's back; NULL: nothing. */
	void (*meanwhile)(const char *path);
};

static void
check_end(struct world *w)
{
	if (w->readies >= w->until_readies && w->gone >= w->until_gone)
		sd_event_exit(w->loop, 0);
}

static void
on_ready(void *arg)
{
	struct world *w = arg;
	ck_assert(eyes_process_is_ready(w->eyes));
	struct source s = { .id = w->source };
	own(fd) int log = open("/dev/null", O_RDONLY | O_CLOEXEC);
	w->readies++;
	if (w->source)
		eyes_process_add(w->eyes, &s, log);
	check_end(w);
}

static void
on_batch(void *arg, struct batch *b)
{
	struct world *w = arg;
	ck_assert_uint_eq(b->generation, 5);
	w->batches++;
	sd_event_exit(w->loop, 0);
}

static void
on_trouble(void *arg, uint32_t source, bool broken, const char *text)
{
	struct world *w = arg;
	ck_assert(broken);
	ck_assert_uint_eq(source, 2);
	w->trouble = xstrdup(text);
	sd_event_exit(w->loop, 0);
}

static void
on_gone(void *arg, int status, const char *why)
{
	struct world *w = arg;
	ck_assert_str_eq(why, "");
	ck_assert(!eyes_process_is_ready(w->eyes));
	w->status = status;
	w->gone++;
	check_end(w);
}

static void
on_unstarted(void *arg, const char *why)
{
	(void)arg;
	ck_abort_msg("%s", why);
}

/* Runs eyes of this kind, with this source, until so much has happened. */
static void
run(struct world *w, char kind, uint32_t source, unsigned readies,
	unsigned gone)
{
	struct why why = { "" };
	*w = (struct world){ .source = source,
		.meanwhile = w->meanwhile,
		.until_readies = readies,
		.until_gone = gone,
		.rules = rules_new() };
	own(str) char *folder = scratch_folder();
	own(str) char *path = xprintf("%s/x.rules", folder);
	own(str) char *text = xprintf("; %c\n[rule x]\nclass = disk-full\n"
				      "match = no space left\n",
		kind);
	own(fd) int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
	own(file) FILE *f = fopen(path, "re");
	ck_assert_msg(rules_add(w->rules, f, path, &why) == 0, "%s", why.text);
	ck_assert_uint_eq(rules_count(w->rules), 1);
	w->path = take(path);
	if (w->meanwhile)
		w->meanwhile(w->path);
	w->watches = inotify_init1(IN_CLOEXEC);
	ck_assert_int_ge(sd_event_new(&w->loop), 0);
	const struct eyes_process_calls calls = { on_ready, on_batch,
		on_trouble, on_gone, on_unstarted, w };
	ck_assert_msg(eyes_process_start(w->loop, w->rules, w->watches, &calls,
			      &w->eyes, &why) == 0,
		"%s", why.text);
	ck_assert(!eyes_process_is_ready(w->eyes));
	ck_assert_int_ge(sd_event_loop(w->loop), 0);
}

static void
world_free(struct world *w)
{
	eyes_process_free(w->eyes);
	rules_free(w->rules);
	fd_close(w->watches);
	sd_event_unref(w->loop);
	str_free(w->trouble);
	str_free(w->path);
}

static void
append(const char *path)
{
	own(file) FILE *f = fopen(path, "ae");
	ck_assert_int_ge(
		fputs("[rule y]\nclass = disk-full\nmatch = full\n", f), 0);
}

static void
become_another(const char *path)
{
	own(file) FILE *f = fopen(path, "we");
	ck_assert_int_ge(fputs("; 0\n", f), 0);
}

static void
go(const char *path)
{
	ck_assert_int_eq(unlink(path), 0);
}

START_TEST(eyes_get_what_head_loaded_whatever_became_of_the_file)
{
	static void (*const ways[])(
		const char *path) = { append, become_another, go };
	for (size_t i = 0; i < ELEMENTS(ways); i++) {
		struct world w = { .meanwhile = ways[i] };
		/* They die, and the next ones get the same. */
		run(&w, EYES_WORK, 3, 3, 2);
		ck_assert(WIFEXITED(w.status) && WEXITSTATUS(w.status) == 42);
		world_free(&w);
	}
}
END_TEST

START_TEST(eyes_get_rules_and_watches_and_are_ready)
{
	struct world w = { 0 };
	run(&w, EYES_WORK, 0, 1, 0);
	ck_assert_uint_eq(w.readies, 1);
	ck_assert_int_gt(eyes_process_pid(w.eyes), 0);
	world_free(&w);
}
END_TEST

START_TEST(a_batch_comes_from_eyes_that_read)
{
	struct world w = { 0 };
	run(&w, EYES_WORK, 1, 9, 9);
	ck_assert_uint_eq(w.batches, 1);
	world_free(&w);
}
END_TEST

START_TEST(trouble_comes_as_an_escaped_sentence)
{
	struct world w = { 0 };
	run(&w, EYES_WORK, 2, 9, 9);
	ck_assert_str_eq(w.trouble, "torn\\x0a");
	world_free(&w);
}
END_TEST

START_TEST(eyes_that_die_are_started_again)
{
	struct world w = { 0 };
	run(&w, EYES_WORK, 3, 3, 2);
	ck_assert_uint_eq(w.gone, 2);
	ck_assert(WIFEXITED(w.status) && WEXITSTATUS(w.status) == 42);
	world_free(&w);
}
END_TEST

START_TEST(eyes_with_other_rules_are_killed_and_never_ready)
{
	struct world w = { 0 };
	run(&w, EYES_COUNT_WRONG, 1, 0, 2);
	ck_assert_uint_eq(w.readies, 0);
	ck_assert(WIFSIGNALED(w.status) && WTERMSIG(w.status) == SIGKILL);
	world_free(&w);
}
END_TEST

START_TEST(eyes_that_send_what_no_eyes_send_are_killed)
{
	for (uint32_t source = 4; source <= 5; source++) {
		struct world w = { 0 };
		run(&w, EYES_WORK, source, 0, 1);
		ck_assert_uint_eq(w.batches, 0);
		ck_assert(
			WIFSIGNALED(w.status) && WTERMSIG(w.status) == SIGKILL);
		world_free(&w);
	}
}
END_TEST

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=eyes") == 0)
		return play_eyes();
	const TTest *const tests[] = { eyes_get_rules_and_watches_and_are_ready,
		a_batch_comes_from_eyes_that_read,
		trouble_comes_as_an_escaped_sentence,
		eyes_that_die_are_started_again,
		eyes_get_what_head_loaded_whatever_became_of_the_file,
		eyes_with_other_rules_are_killed_and_never_ready,
		eyes_that_send_what_no_eyes_send_are_killed };
	return check_main("eyes-process", tests, ELEMENTS(tests));
}
