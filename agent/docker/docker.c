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
watch_for_ever(const char *socket, char *const *services, usec lost)
{
	own(watch) struct watch *w = watch_new(ROLE_SOCKET, services, lost);
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

/* Takes a frame of head's: the name of a service, or the socket, which comes
 * last. */
static int
take_frame(char **ret_socket, char ***services, usec *ret_lost, struct why *why)
{
	own(frame) struct frame f = FRAME(0);
	own(str) char *name = NULL;
	int r = frame_recv(ROLE_SOCKET, &f);
	if (r == 0)
		return -ESHUTDOWN;
	if (r < 0)
		return because(
			why, r, "no frame came from head: %s", strerror(-r));
	if (f.type != DOCKER_SERVICE)
		return docker_frames_get_socket(&f, ret_socket, ret_lost, why);
	r = docker_frames_get_service(&f, &name, why);
	if (r == 0)
		strings_add(services, name);
	return r;
}

static int
prepare(char **ret_socket, char ***services, usec *ret_lost, struct why *why)
{
	int r = docker_sandbox_enter(why);
	while (r == 0 && !*ret_socket)
		r = take_frame(ret_socket, services, ret_lost, why);
	return r;
}

int
docker_main(void)
{
	own(str) char *socket = NULL;
	own(strings) char **services = NULL;
	usec lost = 0;
	struct why why;
	int r = prepare(&socket, &services, &lost, &why);
	if (r == -ESHUTDOWN)
		return 0;
	if (r < 0) {
		log_error("%s", why.text);
		return 1;
	}
	return watch_for_ever(socket, services, lost);
}
