/* The role that speaks to Docker's socket, as head sees it. Starts it, tells it
 * the socket, and starts another when it dies. */
#pragma once

#include "head/roles/process.h"
#include "wire/docker/docker-frames.h"

struct docker_process;

struct docker_process_calls {
	/* Docker answers, in this version of its API, or why it does not. */
	void (*on_link)(void *arg, bool speaks, const char *text);
	/* The news are freed after the call. */
	void (*on_news)(void *arg, const struct container_news *n);
	/* What labels a service has; freed after the call. */
	void (*on_labels)(void *arg, const struct service_labels *l);
	/* The container was removed. */
	void (*on_removed)(void *arg, const char *id);
	/* A list is over: what was not told since Docker answers is gone. */
	void (*on_listed)(void *arg);
	/* The role ended, or could not be started; another is started. */
	void (*on_gone)(void *arg, const char *why);
	void *arg;
};

/* Starts it, now or, where that fails, later. Owned; `socket` and the list of
 * the services that matter are borrowed and outlive it. `lost`: when Docker was
 * lost last, by clock_wall(); 0: never. */
struct docker_process *
docker_process_start(sd_event *loop, const char *socket, char *const *services,
	usec lost, const struct docker_process_calls *calls);
/* Docker was lost: a process that is started from now on is told so. */
void docker_process_lost(struct docker_process *p, usec lost);
/* To be called every DOCKER_PROCESS_TICK: one that hangs before its first word
 * is killed. Docker itself may be silent for as long as the role waits for it.
 * Time is counted in ticks, for the reason that watchdog.c gives. */
#define DOCKER_PROCESS_TICK (5 * USEC_SECOND)
#define DOCKER_PROCESS_FIRST (60 * USEC_SECOND)
void docker_process_tick(struct docker_process *p);
/* Kills it and frees all. */
void docker_process_free(struct docker_process *p);
