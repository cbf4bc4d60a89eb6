#include "config.h"
#include "docker/docker.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/io/log.h"
#include "docker/docker-sandbox.h"
#include "docker/watch.h"
#include "wire/docker/docker-frames.h"

/* Before Docker is asked again that did not answer: doubles. */
#define PAUSE_LEAST USEC_SECOND
#define PAUSE_MOST (30 * USEC_SECOND)

/* Waits that long, or for the end of head, which never sends another frame. */
static int
wait_for(usec pause)
{
	struct pollfd head = { .fd = ROLE_SOCKET, .events = POLLIN };
	int n = poll(&head, 1, (int)(pause / 1000));
	return n > 0 ? -ESHUTDOWN : 0;
}

static int
watch_for_ever(const char *socket)
{
	own(watch) struct watch *w = watch_new(ROLE_SOCKET);
	usec pause = PAUSE_LEAST;
	struct why why = { "" };
	for (;;) {
		int r = watch_run(w, socket, &why);
		if (r == -ESHUTDOWN)
			return 0;
		log_debug("%s", why.text);
		pause = watch_spoke(w) ? PAUSE_LEAST
				       : MIN(2 * pause, PAUSE_MOST);
		if (wait_for(pause) == -ESHUTDOWN)
			return 0;
	}
}

static int
prepare(char **ret_socket, struct why *why)
{
	own(frame) struct frame f = FRAME(0);
	int r = docker_sandbox_enter(why);
	if (r < 0)
		return r;
	r = frame_recv(ROLE_SOCKET, &f);
	if (r == 0)
		return -ESHUTDOWN;
	return r < 0
		? because(why, r, "no frame came from head: %s", strerror(-r))
		: docker_frames_get_socket(&f, ret_socket, why);
}

int
docker_main(void)
{
	own(str) char *socket = NULL;
	struct why why;
	int r = prepare(&socket, &why);
	if (r == -ESHUTDOWN)
		return 0;
	if (r < 0) {
		log_error("%s", why.text);
		return 1;
	}
	return watch_for_ever(socket);
}
