#include "config.h"
#include "docker/exec.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "docker/engine-text.h"
#include "docker/http/hijack.h"
#include "docker/http/output-frames.h"

#define END_TIME (10 * USEC_SECOND)
#define STATUS_PAUSE 20 /* ms between two questions for the status */

struct exec {
	struct engine *engine;
	const char *container;
	const struct exec_program *program;
	struct exec_result *ret;
	struct output_frames frames;
	bool too_much; /* the program wrote */
	char *id;      /* of the exec */
	bool told;     /* the program's number is told */
	uint64_t pid;  /* its number in the container; 0: not known */
};

void
exec_result_free(struct exec_result *r)
{
	buf_free(&r->out);
	buf_free(&r->err);
}

/* Tells its number in the container, which is the program's a moment later, in
 * the first line of standard error. */
#define TELL "echo $$ >&2; exec \"$@\""

static json_t *
list_of(const char *const *strings, bool told)
{
	static const char *const shell[] = { "sh", "-c", TELL, "sh" };
	json_t *list = json_array();
	for (size_t i = 0; told && i < ELEMENTS(shell); i++)
		json_array_append_new(list, json_string(shell[i]));
	for (; strings && *strings; strings++)
		json_array_append_new(list, json_string(*strings));
	return list;
}

static int
create(struct exec *run, struct why *why)
{
	own(buf) struct buf path = { 0 };
	json_t *answer = NULL;
	json_t *body = json_pack("{s:b, s:b, s:b, s:b, s:o, s:o}",
		"AttachStdin", 1, "AttachStdout", 1, "AttachStderr", 1, "Tty",
		0, "Cmd", list_of(run->program->argv, run->told), "Env",
		list_of(run->program->env, false));
	buf_add_str(&path, "/containers/");
	engine_add_part(&path, span_of(run->container));
	buf_add_str(&path, "/exec");
	int r = body
		? engine_post(run->engine, buf_str(&path), body, &answer, why)
		: because(why, -EINVAL,
			  "an argument is not UTF-8, and Docker takes no "
			  "other");
	const char *id = json_string_value(json_object_get(answer, "Id"));
	if (r == 0 && (!id || !engine_is_id(id)))
		r = because(why, -EBADMSG,
			"Docker names no id of the program that it is to run");
	if (r == 0)
		run->id = xstrdup(id);
	json_decref(answer);
	json_decref(body);
	return r;
}

static int
on_output(void *arg, bool is_error, struct span bytes)
{
	struct exec *run = arg;
	struct exec_result *ret = run->ret;
	size_t room = run->program->most - ret->out.len;
	run->too_much |= !is_error && bytes.len > room;
	if (run->too_much)
		return -EFBIG;
	if (is_error)
		buf_add_span(&ret->err,
			span_first(bytes, EXEC_ERRORS - ret->err.len));
	else
		buf_add_span(&ret->out, bytes);
	return 0;
}

static int
on_stream(void *arg, const char *data, size_t len)
{
	struct exec *run = arg;
	return output_frames_take(
		&run->frames, (struct span){ data, len }, on_output, run);
}

static int
start(struct exec *run, usec deadline, struct why *why)
{
	own(str) char *path = xprintf(
		"/v%s/exec/%s/start", engine_version(run->engine), run->id);
	json_t *body = json_pack("{s:b, s:b}", "Detach", 0, "Tty", 0);
	int r = hijack_post(engine_socket(run->engine), path, body,
		run->program->in, deadline, on_stream, run, why);
	json_decref(body);
	if (r < 0 && run->too_much)
		r = because(why, r, "it writes more than %zu bytes",
			run->program->most);
	if (r == 0 && !output_frames_is_whole(&run->frames))
		r = because(why, -EBADMSG,
			"what Docker sends of a program's output is cut off");
	return r;
}

static int
inspect(struct exec *run, json_t **ret, struct why *why)
{
	own(str) char *path = xprintf("/exec/%s/json", run->id);
	return engine_get(run->engine, path, ret, why);
}

/* The outputs may have ended a moment before Docker knows the status. */
static int
read_status(struct exec *run, struct why *why)
{
	bool runs = true;
	int r = 0;
	while (r == 0 && runs) {
		json_t *is = NULL;
		r = inspect(run, &is, why);
		runs = json_is_true(json_object_get(is, "Running"));
		const json_t *code = json_object_get(is, "ExitCode");
		if (r == 0 && !runs && !json_is_integer(code))
			r = because(why, -EBADMSG,
				"Docker names no exit status of a program that "
				"ended");
		if (r == 0 && !runs)
			run->ret->status = (int)json_integer_value(code);
		json_decref(is);
		if (r == 0 && runs)
			(void)poll(NULL, 0, STATUS_PAUSE);
	}
	return r;
}

static int
run_to_end(struct exec *run, usec deadline, struct why *why)
{
	engine_set_deadline(run->engine, deadline);
	int r = create(run, why);
	if (r == 0)
		r = start(run, deadline, why);
	return r == 0 ? read_status(run, why) : r;
}

/* Takes the line that tells the number. */
static void
take_pid(struct exec *run)
{
	struct buf *err = &run->ret->err;
	struct span rest = buf_span(err), line;
	if (!span_cut(&rest, '\n', &line) || !rest.data ||
		!span_u64(line, &run->pid))
		return;
	memmove(err->data, rest.data, rest.len + 1);
	err->len = rest.len;
}

static bool
has_ended(struct exec *run)
{
	json_t *is = NULL;
	int r = inspect(run, &is, NULL);
	bool ended = r == 0 && json_is_false(json_object_get(is, "Running"));
	json_decref(is);
	return ended;
}

/* Kills the program and nothing that it started. What has no parent any more
 * becomes a child of the container's first process, and where that one is
 * PostgreSQL's postmaster, it takes one that a signal ended for a crash of the
 * server, and starts all of it anew. The program itself is no child of any
 * process there. Its number is nobody else's while Docker says that it runs. */
static int
kill_inside(struct exec *run)
{
	own(exec_result) struct exec_result got = { 0 };
	own(str) char *pid = xprintf("%llu", (unsigned long long)run->pid);
	const char *const argv[] = { "sh", "-c", "kill -KILL \"$1\"", "sh", pid,
		NULL };
	const struct exec_program killer = { .argv = argv,
		.most = EXEC_ERRORS };
	struct exec with = { .engine = run->engine,
		.container = run->container,
		.program = &killer,
		.ret = &got };
	int r = run_to_end(&with, clock_mono() + END_TIME, NULL);
	free(with.id);
	return r;
}

/* Ends what nobody waits for any more. The time for it is its own. */
static void
end(struct exec *run, struct why *why)
{
	engine_set_deadline(run->engine, clock_mono() + END_TIME);
	if (has_ended(run))
		return;
	if (run->pid > 1 && kill_inside(run) == 0 &&
		read_status(run, NULL) == 0)
		return;
	own(str) char *before = xstrdup(why ? why->text : "");
	because(why, -EIO,
		"%s; %s in the container %.12s could not be ended: `docker "
		"top %.12s` shows it",
		before, run->program->argv[0], run->container, run->container);
}

int
exec_run(struct engine *e, const char *container, const struct exec_program *p,
	usec deadline, struct exec_result *ret, struct why *why)
{
	struct exec run = { .engine = e,
		.container = container,
		.program = p,
		.ret = ret,
		.told = true };
	int r = run_to_end(&run, deadline, why);
	take_pid(&run);
	if (r < 0 && run.id)
		end(&run, why);
	free(run.id);
	return r;
}
