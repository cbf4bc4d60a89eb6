#include "config.h"
#include "cli/daemon/daemon-client.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/file.h"
#include "head/control/control.h"
#include "head/notices/notice.h"
#include "head/control/requests.h"
#include "config/load-settings.h"
#include "support/check_main.h"

#define NOW (20000 * USEC_DAY)

static char *config, *output, *errors, *socket_path;
static struct settings *settings;
static pid_t daemon_pid;

static void
set_up(void)
{
	own(str) char *folder = scratch_folder();
	config = xprintf("%s/logmend.conf", folder);
	output = xprintf("%s/out", folder);
	errors = xprintf("%s/err", folder);
	socket_path = xprintf("%s/control", folder);
	FILE *f = fopen(config, "w");
	fprintf(f,
		"[agent]\nstore = %s/logmend.db\nsocket = %s\n"
		"freeze-file = %s/freeze\napprovers = %d\n",
		folder, socket_path, folder, (int)geteuid());
	fclose(f);
	struct why why = { "" };
	ck_assert_msg(
		load_settings(config, &settings, &why) == 0, "%s", why.text);
}

/* One that was asked about, with everything in it; its texts are hostile. */
static void
fill(struct store *s)
{
	struct fault f = { .class = CLASS_MISSING_TABLE,
		.count = 3,
		.first_ns = 1763900000123456789,
		.last_ns = 1763900600000000000 };
	object_set(&f.object, OBJECT_SCHEMA, SPAN("public"));
	object_set(&f.object, OBJECT_TABLE, SPAN("AnalyticsEvent"));
	buf_add_str(&f.text, "Error P2021\n\x1b]0;owned\a second line");
	own(incident) struct incident i;
	incident_init(&i, "moverz-v4", "prisma-p2021", &f, NOW);
	fault_free(&f);
	i.state = STATE_AWAITING_APPROVAL;
	i.cause = CAUSE_STRAY_SQL;
	i.cause_text = xstrdup("only a stray file creates it\x1b[2J");
	i.target = xstrdup("db:5432/moving");
	i.action = ACTION_ASK;
	i.reason = xstrdup("a person is asked");
	i.plan.remedy = xstrdup("prisma");
	memset(i.plan.hash, 'a', SHA256_HEX - 1);
	plan_step(&i.plan, "write the folder");
	plan_step(&i.plan, "CREATE TABLE x (\n  a int\n)");
	memcpy(i.code, "1a2b3c4d", APPROVAL_CODE);
	i.expires = clock_wall() + USEC_HOUR;
	i.rehearsed = true;
	i.rehearsal = OUTCOME_PASSED;
	i.rehearsal_text = xstrdup("gone on the copy");
	ck_assert_int_eq(store_incident_add(s, &i, NULL), 0);
	struct finding findings[] = {
		{ (char *)"table-exists", ANSWER_NO, (char *)"it does not" },
		{ (char *)"history-clean", ANSWER_YES, (char *)"it is" },
		{ (char *)"lock-free", ANSWER_UNKNOWN, (char *)"could not" },
	};
	ck_assert_int_eq(store_findings_put(s, 1, findings, 3, NULL), 0);
	ck_assert_int_eq(
		store_moment_add(s, 1, NOW, "state", "opened", NULL), 0);
}

static void
fill_one(struct store *s, unsigned number)
{
	struct fault f = { .class = CLASS_MISSING_TABLE, .count = 1 };
	own(str) char *table = xprintf("T%u", number);
	object_set(&f.object, OBJECT_TABLE, span_of(table));
	own(incident) struct incident i;
	incident_init(&i, "moverz-v4", "prisma-p2021", &f, NOW);
	fault_free(&f);
	ck_assert_int_eq(store_incident_add(s, &i, NULL), 0);
}

static json_t *
on_request(const json_t *request, uid_t uid, void *arg)
{
	return requests_answer(arg, request, uid, clock_wall());
}

static void
add_sources(json_t *status, void *arg)
{
	(void)arg;
	json_object_set_new(status, "sources",
		json_pack("[{s:s, s:s, s:i, s:i, s:b}]", "app", "moverz-v4",
			"path", "/x-json.log", "read", 10, "size", 30,
			"unlinked", 1));
}

static void
serve(struct store *s, int ready)
{
	sd_event *event = NULL;
	struct control *c = NULL;
	struct requests v = {
		.settings = settings, .store = s, .status = add_sources
	};
	(void)signal(SIGPIPE, SIG_IGN);
	if (sd_event_new(&event) < 0 ||
		control_start(
			event, settings->socket, on_request, &v, &c, NULL) < 0)
		_exit(1);
	/* Nobody reads it any more if this is the second time. */
	(void)!write(ready, "r", 1);
	_exit(sd_event_loop(event));
}

static void
be_daemon(int ready)
{
	struct store *s = NULL;
	if (store_open(settings->store, &s, NULL) < 0)
		_exit(1);
	fill(s);
	serve(s, ready);
}

/* Returns when the child says that it is ready. */
static void
start_in_child(void (*be)(int ready))
{
	int ready[2];
	char r;
	ck_assert_int_eq(pipe(ready), 0);
	daemon_pid = fork();
	if (daemon_pid == 0)
		be(ready[1]);
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &r, 1), 1);
	close(ready[0]);
}

static void
start_daemon(void)
{
	start_in_child(be_daemon);
}

static void
stop_daemon(void)
{
	kill(daemon_pid, SIGKILL);
	waitpid(daemon_pid, NULL, 0);
}

static char *
contents(const char *path)
{
	struct buf b = { 0 };
	ck_assert_int_eq(file_read(path, 1 << 20, &b, NULL), 0);
	unlink(path);
	return buf_take_str(&b);
}

/* What the last command wrote; replaced by the next one's. */
struct run {
	int code;
	char *out, *err;
};

static struct run last;

/* Runs a command in a child, as main() would. */
static struct run
run_command(int (*command)(const struct command *, const struct invocation *),
	const char *a, const char *b, const char *c)
{
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(open(output, O_CREAT | O_WRONLY | O_TRUNC, 0600), 1);
		dup2(open(errors, O_CREAT | O_WRONLY | O_TRUNC, 0600), 2);
		char *argv[] = { (char *)"x", (char *)a, (char *)b, (char *)c,
			NULL };
		struct invocation in = {
			.config = config, .config_given = true, .argv = argv
		};
		while (argv[in.argc])
			in.argc++;
		struct command self = { .name = "x", .synopsis = "" };
		int code = command(&self, &in);
		fflush(NULL);
		_exit(code);
	}
	int status;
	waitpid(pid, &status, 0);
	ck_assert(WIFEXITED(status));
	free(last.out);
	free(last.err);
	last = (struct run){ .code = WEXITSTATUS(status),
		.out = contents(output),
		.err = contents(errors) };
	return last;
}

#define assert_has(text, part)                                           \
	ck_assert_msg(strstr((text), (part)) != NULL, "no '%s' in:\n%s", \
		(part), (text))

START_TEST(show_tells_everything_and_nothing_hostile)
{
	set_up();
	start_daemon();
	struct run r = run_command(command_show, "1", NULL, NULL);
	ck_assert_str_eq(r.err, "");
	ck_assert_int_eq(r.code, 0);
	static const char *const parts[] = {
		"Incident 1  moverz-v4: missing-table public.AnalyticsEvent\n",
		"State        awaiting-approval since 2024-10-04 00:00:00 "
		"UTC\n",
		"Seen         3 times, 2025-11-23 12:13:20 to 2025-11-23 "
		"12:23:20 UTC (rule prisma-p2021)\n",
		"Cause        stray-sql\n",
		"             only a stray file creates it\\x1b[2J\n",
		"Decision     ask: a person is asked\n",
		"  no   table-exists\n       it does not\n",
		"  yes  history-clean\n",
		"  ?    lock-free\n",
		"   1. write the folder\n",
		"   2. CREATE TABLE x (\n        a int\n",
		"Rehearsal    passed: gone on the copy\n",
		"Approval     logmend approve 1 1a2b3c4d   until ",
		"  | Error P2021\n  | \\x1b]0;owned\\x07 second line\n",
		"  2024-10-04 00:00:00  state     opened\n",
	};
	for (size_t i = 0; i < ELEMENTS(parts); i++)
		assert_has(r.out, parts[i]);
	ck_assert_ptr_null(strchr(r.out, '\x1b'));
	stop_daemon();
}
END_TEST

START_TEST(json_is_one_object_and_listings_are_one_a_line)
{
	set_up();
	start_daemon();
	struct run r = run_command(command_show, "--json", "1", NULL);
	ck_assert_int_eq(r.code, 0);
	json_t *json = json_loads(r.out, 0, NULL);
	ck_assert_str_eq(
		json_string_value(json_object_get(json, "cause")), "stray-sql");
	ck_assert_ptr_null(json_object_get(json, "more"));
	json_decref(json);
	r = run_command(command_incidents, "--json", NULL, NULL);
	json = json_loads(r.out, 0, NULL);
	ck_assert_int_eq(json_integer_value(json_object_get(json, "id")), 1);
	json_decref(json);
	r = run_command(command_status, "--json", NULL, NULL);
	json = json_loads(r.out, 0, NULL);
	ck_assert(json_is_true(json_object_get(json, "running")));
	json_decref(json);
	stop_daemon();
}
END_TEST

START_TEST(listings_are_tables_for_people)
{
	set_up();
	start_daemon();
	struct run r = run_command(command_incidents, NULL, NULL, NULL);
	ck_assert_str_eq(r.out,
		"ID  STATE              APP        FAULT"
		"                                CAUSE      SEEN  LAST (UTC)\n"
		"1   awaiting-approval  moverz-v4  missing-table "
		"public.AnalyticsEvent  stray-sql  3     "
		"2025-11-23T12:23:20\n");
	r = run_command(command_status, NULL, NULL, NULL);
	assert_has(r.out, ", running\n");
	assert_has(r.out, "Incidents    1 awaiting-approval\n");
	assert_has(r.out,
		"  moverz-v4  /x-json.log: 10 of 30 bytes read, 20 are left "
		"only here");
	stop_daemon();
}
END_TEST

static size_t
lines_of(const char *text)
{
	size_t n = 0;
	for (; *text; text++)
		n += *text == '\n';
	return n;
}

START_TEST(a_long_list_comes_whole_and_as_much_of_it_as_is_wished)
{
	set_up();
	if (geteuid() != 0)
		return;
	own(store) struct store *s = NULL;
	ck_assert_int_eq(store_open(settings->store, &s, NULL), 0);
	ck_assert_int_eq(store_begin(s, NULL), 0);
	for (unsigned k = 0; k < 450; k++)
		fill_one(s, k);
	ck_assert_int_eq(store_commit(s, NULL), 0);
	store_close(take(s));
	static const struct {
		const char *a, *b, *c;
		size_t lines;
	} cases[] = { { "--json", NULL, NULL, 450 }, { NULL, NULL, NULL, 451 },
		{ "--json", "--limit", "3", 3 },
		{ "--json", "--limit", "201", 201 },
		{ "--limit", "5", NULL, 6 } };
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct run r = run_command(
			command_incidents, cases[i].a, cases[i].b, cases[i].c);
		ck_assert_int_eq(r.code, EXIT_DONE);
		ck_assert_uint_eq(lines_of(r.out), cases[i].lines);
	}
	static const char *const wrong[] = { "0", "-1", "x", "" };
	for (size_t i = 0; i < ELEMENTS(wrong); i++) {
		struct run r = run_command(
			command_incidents, "--limit", wrong[i], NULL);
		ck_assert_int_eq(r.code, EXIT_USAGE);
	}
}
END_TEST

START_TEST(changing_commands_say_what_they_did)
{
	set_up();
	start_daemon();
	struct run r = run_command(command_approve, "1", "00000000", NULL);
	ck_assert_int_eq(r.code, EXIT_NO);
	assert_has(r.err, "logmend: this is not the code of incident 1's");
	r = run_command(command_approve, "1", "1A2B3C4D", NULL);
	ck_assert_int_eq(r.code, EXIT_DONE);
	assert_has(r.out, "incident 1: approved by ");
	r = run_command(command_reject, "1", NULL, NULL);
	ck_assert_int_eq(r.code, EXIT_DONE);
	assert_has(r.out, "incident 1: rejected by ");
	r = run_command(command_reject, "1", NULL, NULL);
	ck_assert_int_eq(r.code, EXIT_NO);
	r = run_command(command_close, "1", NULL, NULL);
	ck_assert_int_eq(r.code, EXIT_DONE);
	r = run_command(command_pause, NULL, NULL, NULL);
	ck_assert_int_eq(r.code, EXIT_DONE);
	r = run_command(command_status, NULL, NULL, NULL);
	assert_has(r.out, "paused since ");
	r = run_command(command_resume, NULL, NULL, NULL);
	ck_assert_int_eq(r.code, EXIT_DONE);
	stop_daemon();
}
END_TEST

START_TEST(wrong_uses_are_told_apart)
{
	set_up();
	start_daemon();
	ck_assert_int_eq(
		run_command(command_show, "999", NULL, NULL).code, EXIT_NO);
	static const char *const bad[] = { "0", "x", "-1", "1x",
		"99999999999999999999", "" };
	for (size_t i = 0; i < ELEMENTS(bad); i++)
		ck_assert_int_eq(
			run_command(command_show, bad[i], NULL, NULL).code,
			EXIT_USAGE);
	ck_assert_int_eq(
		run_command(command_show, NULL, NULL, NULL).code, EXIT_USAGE);
	ck_assert_int_eq(
		run_command(command_show, "1", "2", NULL).code, EXIT_USAGE);
	ck_assert_int_eq(
		run_command(command_incidents, "--jsn", NULL, NULL).code,
		EXIT_USAGE);
	ck_assert_int_eq(
		run_command(command_approve, "1", NULL, NULL).code, EXIT_USAGE);
	stop_daemon();
}
END_TEST

START_TEST(without_a_daemon_root_reads_the_store)
{
	set_up();
	struct run r = run_command(command_incidents, NULL, NULL, NULL);
	ck_assert_int_eq(r.code, EXIT_UNABLE);
	if (geteuid() != 0) {
		assert_has(r.err, "not running: no daemon answers");
		return;
	}
	assert_has(r.err, "there is no store");
	start_daemon();
	stop_daemon();
	/* Its socket is stale now. */
	r = run_command(command_incidents, NULL, NULL, NULL);
	ck_assert_str_eq(r.err, "");
	assert_has(r.out, "awaiting-approval");
	r = run_command(command_status, NULL, NULL, NULL);
	assert_has(r.out, ", not running\n");
	r = run_command(command_approve, "1", "1a2b3c4d", NULL);
	ck_assert_int_eq(r.code, EXIT_DONE);
}
END_TEST

/* Listens, in time, while the store's lock is held. */
static void
start_late(int ready)
{
	struct store *s = NULL;
	if (store_open(settings->store, &s, NULL) < 0 ||
		write(ready, "r", 1) != 1)
		_exit(1);
	fill(s);
	struct timespec a_while = { .tv_nsec = 300000000 };
	nanosleep(&a_while, NULL);
	serve(s, ready);
}

START_TEST(a_daemon_that_is_just_starting_is_waited_for)
{
	set_up();
	if (geteuid() != 0)
		return;
	start_in_child(start_late);
	struct run r = run_command(command_show, "1", NULL, NULL);
	ck_assert_str_eq(r.err, "");
	ck_assert_int_eq(r.code, EXIT_DONE);
	stop_daemon();
}
END_TEST

static int
as_nobody(const struct command *c, const struct invocation *in)
{
	if (setresgid(65534, 65534, 65534) < 0 ||
		setresuid(65534, 65534, 65534) < 0)
		_exit(99);
	return command_incidents(c, in);
}

START_TEST(others_are_told_that_it_is_not_running)
{
	set_up();
	if (geteuid() != 0)
		return;
	/* The folders of the test are root's alone. */
	own(str) char *folder = xstrndup(config, strlen(config) - 13);
	ck_assert_int_eq(chmod(scratch_root, 0755), 0);
	ck_assert_int_eq(chmod(folder, 0755), 0);
	struct run r = run_command(as_nobody, NULL, NULL, NULL);
	ck_assert_int_eq(r.code, EXIT_UNABLE);
	assert_has(r.err, "not running: no daemon answers");
	start_daemon();
	r = run_command(as_nobody, NULL, NULL, NULL);
	ck_assert_int_eq(r.code, EXIT_UNABLE);
	assert_has(r.err, "only root and members of the group");
	stop_daemon();
}
END_TEST

/* Takes the question and leaves. */
static void
be_mute(int listening)
{
	char question[4096];
	int fd = accept(listening, NULL, NULL);
	ssize_t n = recv(fd, question, sizeof(question), 0);
	_exit(n > 0 ? 0 : 1);
}

START_TEST(a_daemon_that_leaves_without_an_answer_is_an_error)
{
	set_up();
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", socket_path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	pid_t pid = fork();
	if (pid == 0)
		be_mute(fd);
	struct run r = run_command(command_incidents, NULL, NULL, NULL);
	waitpid(pid, NULL, 0);
	ck_assert_int_eq(r.code, EXIT_UNABLE);
	assert_has(r.err, "without an answer");
}
END_TEST

START_TEST(a_broken_configuration_is_told_with_its_line)
{
	set_up();
	FILE *f = fopen(config, "a");
	fputs("nonsense = 1\n", f);
	fclose(f);
	struct run r = run_command(command_incidents, NULL, NULL, NULL);
	ck_assert_int_eq(r.code, EXIT_USAGE);
	assert_has(r.err, "logmend.conf:6: ");
}
END_TEST

CHECK_MAIN("ask", show_tells_everything_and_nothing_hostile,
	json_is_one_object_and_listings_are_one_a_line,
	listings_are_tables_for_people,
	a_long_list_comes_whole_and_as_much_of_it_as_is_wished,
	changing_commands_say_what_they_did, wrong_uses_are_told_apart,
	without_a_daemon_root_reads_the_store,
	a_daemon_that_is_just_starting_is_waited_for,
	others_are_told_that_it_is_not_running,
	a_daemon_that_leaves_without_an_answer_is_an_error,
	a_broken_configuration_is_told_with_its_line)
