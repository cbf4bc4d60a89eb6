#include "config.h"
#include "support/hands.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hands/hands.h"
#include "wire/role.h"

pid_t
hands_start(const char *config, const struct job *job, int *ret_sock)
{
	int pair[2];
	ck_assert_int_eq(frame_pair(pair, NULL), 0);
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		close(pair[0]);
		(void)signal(SIGPIPE, SIG_IGN);
		if (pair[1] != ROLE_SOCKET) {
			dup2(pair[1], ROLE_SOCKET);
			close(pair[1]);
		}
		_exit(hands_main(config));
	}
	close(pair[1]);
	own(frame) struct frame f = FRAME(HANDS_JOB);
	job_put(&f, job);
	ck_assert_int_eq(frame_send(pair[0], &f), 0);
	*ret_sock = pair[0];
	return pid;
}

static void
keep(struct answer_of_hands *a, const char *text)
{
	buf_add_str(&a->everything, text ? text : "");
	buf_add_char(&a->everything, '\n');
}

static void
take_frame(struct answer_of_hands *a, struct frame *f)
{
	struct why why = { "" };
	int r = 0;
	switch (f->type) {
	case HANDS_FINDING:
		ck_assert_uint_lt(a->n_findings, ANSWERS_MAX);
		r = finding_get(f, &a->findings[a->n_findings++], &why);
		keep(a, a->findings[a->n_findings - 1].text);
		break;
	case HANDS_MISSING:
		r = missing_get(f, &a->missing, &why);
		break;
	case HANDS_PLAN:
		r = plan_get(f, &a->plan, &why);
		a->planned = true;
		keep(a, a->plan.reason);
		for (size_t i = 0; a->plan.steps && a->plan.steps[i]; i++)
			keep(a, a->plan.steps[i]);
		break;
	case HANDS_LISTING:
		buf_add_span(&a->listing, frame_get_span(f, FRAME_MAX));
		r = frame_end(f, &why);
		break;
	case HANDS_STEP:
		ck_assert_uint_lt(a->n_steps, ANSWERS_MAX);
		a->steps[a->n_steps++] = frame_get_str(f, FRAME_MAX);
		keep(a, a->steps[a->n_steps - 1]);
		break;
	case HANDS_RESULT:
		r = result_get(f, &a->result, &why);
		a->ended = true;
		keep(a, a->result.text);
		break;
	default:
		ck_abort_msg("frame %u", f->type);
	}
	ck_assert_msg(r == 0, "%s", why.text);
}

void
hands_finish(pid_t pid, int sock, struct answer_of_hands *ret)
{
	*ret = (struct answer_of_hands){ 0 };
	for (;;) {
		own(frame) struct frame f = FRAME(0);
		if (frame_recv(sock, &f) <= 0)
			break;
		take_frame(ret, &f);
	}
	close(sock);
	int status = 0;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	/* Where the test is to look at everything that was said. */
	if (getenv("LOGMEND_DEBUG"))
		fprintf(stderr, "----\n%s", buf_str(&ret->everything));
}

void
hands_do(const char *config, const struct job *job, struct answer_of_hands *ret)
{
	int sock = -1;
	pid_t pid = hands_start(config, job, &sock);
	hands_finish(pid, sock, ret);
	ck_assert(ret->ended);
}

void
answer_of_hands_free(struct answer_of_hands *a)
{
	for (size_t i = 0; i < a->n_findings; i++)
		finding_free(&a->findings[i]);
	for (size_t i = 0; i < a->n_steps; i++)
		free(a->steps[i]);
	plan_free(&a->plan);
	missing_free(&a->missing);
	result_free(&a->result);
	buf_free(&a->everything);
	buf_free(&a->listing);
}

bool
has_finding(
	const struct answer_of_hands *a, const char *name, enum answer answer)
{
	for (size_t i = 0; i < a->n_findings; i++)
		if (strcmp(a->findings[i].name, name) == 0)
			return a->findings[i].answer == answer;
	return false;
}

const char *
finding_text(const struct answer_of_hands *a, const char *name)
{
	for (size_t i = 0; i < a->n_findings; i++)
		if (strcmp(a->findings[i].name, name) == 0)
			return a->findings[i].text;
	return "";
}
