/* Somebody who exchanges two names all the time, to be raced against. */
#pragma once

#include <sys/types.h>

/* A child that exchanges the two, which both exist, until swap_stop(). It is
 * past its first exchange when this returns. */
pid_t swap_start(const char *one, const char *other);
void swap_stop(pid_t child);
