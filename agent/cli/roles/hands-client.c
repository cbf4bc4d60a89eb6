#include "config.h"
#include "cli/roles/hands-client.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "base/io/frame.h"
#include "wire/role.h"

/* Reads what hands send until their result. Steps, which only say what they do
 * right now, are left out. */
static int
listen_to(int sock, struct report *a, struct why *why)
{
	while (!a->answered) {
		own(frame) struct frame f = FRAME(0);
		int r = frame_recv(sock, &f);
		if (r == 0)
			return because(
				why, -EPIPE, "hands ended without an answer");
		if (r < 0)
			return because(why, r, "hands cannot be heard: %s",
				strerror(-r));
		/* Hands took their credential out of what they say. */
		bool ours = f.type != HANDS_STEP && f.type != HANDS_CREDENTIAL;
		if (ours && (r = report_take(a, &f, why)) < 0)
			return r;
	}
	return 0;
}

int
hands_client_ask(const char *config, const struct job *j, struct report *a,
	struct why *why)
{
	own(fd) int sock = -1;
	pid_t pid;
	int r = role_start(ROLE_HANDS, config, &sock, &pid, why);
	if (r < 0)
		return r;
	own(frame) struct frame f = FRAME(HANDS_JOB);
	job_put(&f, j);
	r = frame_send(sock, &f);
	if (r < 0)
		(void)because(why, r, "hands take no job: %s", strerror(-r));
	else
		r = listen_to(sock, a, why);
	/* Hands that are still at work end by their own deadline; nobody
	 * listens to them any more. */
	fd_close(take(sock));
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return r;
}
