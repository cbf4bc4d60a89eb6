#include "config.h"
#include "eyes/eyes.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io/file.h"
#include "rule/rule.h"
#include "support/check_main.h"
#include "wire/eyes-frames.h"
#include "wire/role.h"

/* Eyes as a process, which this program becomes when it is started as one. */
struct setting {
	struct rules *rules;
	int sock;
	pid_t pid;
};

static void
setting_start(struct setting *s)
{
	char *folders[] = { (char *)TEST_RULES, NULL };
	struct why why = { "" };
	ck_assert_int_eq(rules_load(folders, &s->rules, &why), 0);
	ck_assert_int_eq(
		role_start(ROLE_EYES, NULL, &s->sock, &s->pid, &why), 0);
	for (size_t i = 0; i < rules_files(s->rules); i++) {
		own(frame) struct frame f = FRAME(0);
		ck_assert_int_ge(eyes_frames_rules(&f, rules_file(s->rules, i),
					 rules_text(s->rules, i), &why),
			0);
		ck_assert_int_eq(frame_send(s->sock, &f), 0);
	}
	own(frame) struct frame begin = FRAME(EYES_BEGIN);
	ck_assert_int_eq(frame_send(s->sock, &begin), 0);
}

static void
setting_open(struct setting *s)
{
	setting_start(s);
	own(frame) struct frame ready = FRAME(0);
	ck_assert_int_eq(frame_recv(s->sock, &ready), 1);
	ck_assert_uint_eq(ready.type, EYES_READY);
}

static void
setting_close(struct setting *s)
{
	int status;
	close(s->sock);
	ck_assert_int_eq(waitpid(s->pid, &status, 0), s->pid);
	ck_assert_int_eq(status, 0);
	rules_free(s->rules);
}

static void
add_log(struct setting *s, uint32_t id, const char *line, unsigned times)
{
	struct why why = { "" };
	struct source source = { .id = id, .watch = -1, .follow = true };
	own(fd) int fd = memfd_create("log", MFD_CLOEXEC);
	own(buf) struct buf log = { 0 };
	while (times--)
		buf_add_str(&log, line);
	ck_assert_int_eq(write_all(fd, buf_span(&log)), 0);
	ck_assert_int_eq(rules_select(s->rules, NULL, NULL, &source, &why), 0);
	own(frame) struct frame f = FRAME(0);
	eyes_frames_source(&f, &source, fd);
	ck_assert_int_eq(frame_send(s->sock, &f), 0);
}

/* The source of the next batch, which is acknowledged at once. */
static uint32_t
next(struct setting *s)
{
	struct why why = { "" };
	own(batch) struct batch b = { 0 };
	own(frame) struct frame f = FRAME(0), ack = FRAME(0);
	ck_assert_int_eq(frame_recv(s->sock, &f), 1);
	ck_assert_uint_eq(f.type, EYES_BATCH);
	ck_assert_int_eq(
		batch_get(&f, (uint32_t)rules_count(s->rules), &b, &why), 0);
	eyes_frames_id(&ack, EYES_ACK, b.source);
	ck_assert_int_eq(frame_send(s->sock, &ack), 0);
	return b.source;
}

/* Each batch of faults is answered, and the answer must cost the other log no
 * turn. */
START_TEST(a_flood_of_faults_delays_no_other_log)
{
	static const char line[] = "{\"level\":50,\"msg\":\"The table "
				   "`public.X` does not exist in "
				   "the current database.\"}\n";
	struct setting s;
	setting_open(&s);
	add_log(&s, 1, line, 60000);
	ck_assert_uint_eq(next(&s), 1);
	for (uint32_t id = 2; id <= 9; id++) {
		unsigned batches = 0;
		add_log(&s, id, line, 1);
		while (next(&s) != id)
			ck_assert_uint_le(++batches, 3 * EYES_WINDOW);
	}
	setting_close(&s);
}
END_TEST

#ifndef SANITIZED /* they leave this call out */
/* The memory of the patterns' machine code is sealed by then. */
START_TEST(eyes_that_cannot_lock_themselves_up_say_so)
{
	struct setting s;
	int status;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	ck_assert_ptr_nonnull(filter);
	ck_assert_int_eq(
		seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl),
			1, SCMP_A0(SCMP_CMP_EQ, PR_SET_DUMPABLE)),
		0);
	ck_assert_int_eq(seccomp_load(filter), 0);
	seccomp_release(filter);
	setting_start(&s);
	ck_assert_int_eq(waitpid(s.pid, &status, 0), s.pid);
	ck_assert_msg(WIFEXITED(status), "status %x", status);
	ck_assert_int_eq(WEXITSTATUS(status), 1);
	close(s.sock);
	rules_free(s.rules);
}
END_TEST
#endif

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--role=eyes") == 0)
		return eyes_main();
	const TTest *const tests[] = {
#ifndef SANITIZED
		eyes_that_cannot_lock_themselves_up_say_so,
#endif
		a_flood_of_faults_delays_no_other_log
	};
	return check_main("eyes", tests, ELEMENTS(tests));
}
