/* The frames between head and the role `docker`, which speaks to Docker's
 * socket: role.h has their types. Head gets small typed values, and never what
 * Docker wrote. */
#pragma once

#include "base/clock.h"
#include "base/io/frame.h"
#include "base/own.h"
#include "base/why.h"
#include "wire/role.h"

#define NEWS_TEXT 255u

enum container_health {
	HEALTH_NONE, /* nobody checks it */
	HEALTH_STARTING,
	HEALTH_GOOD,
	HEALTH_BAD,
	HEALTHS
};

/* A container of a Swarm service, as it is since something happened to it. */
struct container_news {
	char *id, *name, *service;
	char *image;    /* as it was asked for; NULL: not told */
	char *image_id; /* NULL: not told */
	bool running;
	/* Of one that died: somebody asked for it (a stop, a redeploy, fewer
	 * replicas), or the kernel ended it for want of memory. */
	bool asked, out_of_memory;
	/* `asked`, because nobody says otherwise: later somebody may. */
	bool unsure;
	bool listed; /* found in a list, and not seen happening */
	int exit_code;
	enum container_health health;
	usec created, started, finished; /* 0: not yet, or not told */
	/* Of one that is `listed` and died: when Swarm knew of it at the
	 * latest; 0: it does not know, or does not say. */
	usec noticed;
	/* Swarm made another one in its place by then, so that is when it did
	 * know; else it may have known before. */
	bool replaced;
	/* Of one that is `listed` and died: all others of this host ended when
	 * Swarm noticed that, as with a Docker that is started again. */
	bool together;
	/* Of one that is gone, and that only Swarm knows of: `finished` is when
	 * it noticed, and it died by itself. */
	bool gone;
	usec deployed; /* its service was changed last; 0: not told */
};

void container_news_free(struct container_news *n);
static inline void
container_news_let_go(struct container_news *n)
{
	container_news_free(n);
}

#define LABELS_MOST 32u

/* What Docker says of a Swarm service: its labels `logmend.KEY` above all. */
struct service_labels {
	char *service;
	enum labels_state {
		LABELS_TOLD,
		LABELS_NO_SERVICE, /* Docker has none of that name */
		LABELS_NO_MANAGER, /* this host manages no swarm, and so knows
				      no service */
		LABELS_STATES
	} state;
	/* `KEY=VALUE`; KEY alone: the value is too long. A list (own.h), NULL:
	 * none. */
	char **labels;
	bool cut;         /* there are more than LABELS_MOST */
	bool none_wanted; /* the service is scaled to 0 */
};

void service_labels_free(struct service_labels *l);
static inline void
service_labels_let_go(struct service_labels *l)
{
	service_labels_free(l);
}

/* Each function that writes takes a frame that is FRAME(0). Texts are cut at
 * NEWS_TEXT bytes. */
/* `lost`: when an earlier role lost Docker, by clock_wall(); 0: none did. */
void docker_frames_socket(struct frame *f, const char *path, usec lost);
void docker_frames_service(struct frame *f, const char *name);
void docker_frames_link(struct frame *f, bool speaks, const char *text);
void docker_frames_news(struct frame *f, const struct container_news *n);
void docker_frames_gone(struct frame *f, const char *id);
void docker_frames_labels(struct frame *f, const struct service_labels *l);

/* Each reads a frame of its type; -EBADMSG: it is broken. Texts are owned, and
 * escaped anew: whatever got hold of the role gets to no terminal through this.
 */
int docker_frames_get_socket(
	struct frame *f, char **ret, usec *ret_lost, struct why *why);
int docker_frames_get_service(struct frame *f, char **ret, struct why *why);
int docker_frames_get_link(
	struct frame *f, bool *ret_speaks, char **ret_text, struct why *why);
int docker_frames_get_news(
	struct frame *f, struct container_news *ret, struct why *why);
int docker_frames_get_gone(struct frame *f, char **ret_id, struct why *why);
int docker_frames_get_labels(
	struct frame *f, struct service_labels *ret, struct why *why);
