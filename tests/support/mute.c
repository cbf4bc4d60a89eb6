/* mute SOCKET: listens there as systemd does for a daemon that is not started
 * yet: whoever connects gets no answer. Prints the process of each. */
#include "config.h"

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct ucred caller;
	socklen_t len = sizeof(caller);
	if (argc != 2 || strlen(argv[1]) >= sizeof(a.sun_path))
		errx(2, "usage: mute SOCKET");
	strcpy(a.sun_path, argv[1]);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
		listen(fd, 64) < 0)
		err(2, "%s", argv[1]);
	for (;;) {
		/* It stays open, and is closed with this process. */
		int one = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (one < 0 ||
			getsockopt(one, SOL_SOCKET, SO_PEERCRED, &caller,
				&len) < 0)
			err(2, "%s", argv[1]);
		printf("%d\n", (int)caller.pid);
		if (fflush(stdout) != 0)
			err(2, "standard output");
	}
}
