/* What the role remembers of the containers that head was told of: no more than
 * what only events tell. */
#pragma once

#include "base/clock.h"
#include "base/own.h"

#include <stdbool.h>

struct known_container {
	struct known_container *next;
	char *id;
	bool running;
	bool told; /* since Docker answers; what was told before is told anew */
	bool listed; /* in the list that is being read */
	bool missed; /* an earlier list has it dead, and no event said so */
	/* Since it was started: when somebody had Docker send it a signal that
	 * ends it, and when the kernel ended a process of it, each the last
	 * time, by Docker's clock; 0: never. It may have survived that. */
	usec killed, out_of_memory;
	bool unhealthy;
	usec deployed; /* its service, when it ran; 0: not known */
	/* Docker could not describe it, and is asked again then, by
	 * clock_mono(); 0: it could. */
	usec again;
	usec pause; /* until then: doubles */
};

struct known;
struct known *known_new(void);
void known_free(struct known *k);

/* Adds it, or finds it; one that did not run before and runs now begins anew.
 * Borrowed, until it is forgotten. */
struct known_container *
known_put(struct known *k, const char *id, bool running);
/* NULL: it is not known. */
struct known_container *known_find(struct known *k, const char *id);
void known_forget(struct known *k, const char *id);
/* Docker was lost, and what head knows is old: none is `told`. */
void known_untell(struct known *k);
/* A list begins: none is `listed`. */
void known_unlist(struct known *k);
/* One that is not `listed`, borrowed; NULL: there is none. */
const char *known_unlisted(const struct known *k);
