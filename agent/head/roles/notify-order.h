/* One request to the sender, from the wish to send it to the answer: a part of
 * notify-process.c, which owns all of them. */
#pragma once

#include "head/roles/notify-process.h"

struct notify_order {
	struct notify_process *process;
	struct notify_order *next;
	enum notify_frame type;
	struct webhook_request what; /* its URL is never kept here */
	usec deadline;               /* monotonic; 0: it was not given yet */
	bool late;                   /* that is the second one */
	sd_event_source *begin;      /* in the loop's next turn */
	webhook_done *done;
	void *arg;
};

/* A copy of what is to be sent, under this number; the rest is the caller's to
 * set. Owned. */
struct notify_order *
notify_order_new(const struct webhook_order *w, uint64_t id);
void notify_order_free(struct notify_order *o);
/* What the sender is given of it; the URL's file is read for that. The URL is
 * in our memory only as long as *f, which notify_frames_wipe() must end. */
int
notify_order_frame(struct notify_order *o, struct frame *f, struct why *why);
/* Whether the time of an answer, or of being ready, is over for good; at first
 * a moment more is given. 0 is no deadline. */
bool notify_order_over(usec *deadline, bool *late, usec now);
