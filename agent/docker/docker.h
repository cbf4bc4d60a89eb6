/* The role `docker`, the one process that speaks to Docker's socket for long.
 * It has no capability and a filter of system calls (docker/docker-sandbox.h);
 * head gives it the socket's path and
 * gets small typed frames (wire/docker/docker-frames.h). */
#pragma once

/* Runs as the role until head is gone. Returns the exit status. */
int docker_main(void);
