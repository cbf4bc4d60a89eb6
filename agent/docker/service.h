/* Swarm's services and their tasks, as the Engine describes them. Texts are as
 * in docker/container.h. */
#pragma once

#include "docker/engine.h"

struct engine_service {
	char *id;
	char *name;
	char *image; /* that its tasks shall have; may hold the digest */
	usec created, updated; /* its specification; 0: not told */
	usec update_ended;     /* 0: none, or it goes on */
	char *update_state;    /* `updating`, `completed`, `rollback_completed`;
				  NULL: it was never updated */
	bool none_wanted;      /* it is scaled to 0 */
	/* `logmend.KEY=VALUE` alone, as in struct service_labels. */
	char **labels;
	bool labels_cut;
};

void engine_service_free(struct engine_service *s);
OWN(engine_service, struct engine_service *, engine_service_free);
/* By id or name. -ESRCH: there is none; -EREMOTE: this host is no manager of
 * a swarm. */
int engine_service_get(struct engine *e, const char *name,
	struct engine_service **ret, struct why *why);
int engine_service_read(
	const json_t *json, struct engine_service **ret, struct why *why);

struct engine_task {
	char *id;
	char *container; /* NULL: it has none yet */
	char *state;     /* `running`, `failed`, `shutdown`, `complete`, ... */
	char *desired;   /* `running`, `shutdown`, ... */
	char *error;     /* NULL: none */
	char *node;      /* NULL: none yet */
	char *service;   /* its id */
	char *image;     /* that its container was to have; NULL: not told */
	int exit_code;   /* of its container; 0 also if that is not known */
	json_int_t slot; /* which replica; 0: of a service with one a node */
	usec created;    /* 0: not told */
	usec reached;    /* when it came to its state; 0: not told */
};

void engine_task_free(struct engine_task *t);
OWN(engine_task, struct engine_task *, engine_task_free);
/* In any other state the task may run, whatever became of its container. */
bool engine_task_has_ended(const struct engine_task *t);
/* Whether Swarm made the one to take the place of the other. */
bool engine_task_replaces(
	const struct engine_task *next, const struct engine_task *t);
int engine_task_get(struct engine *e, const char *id, struct engine_task **ret,
	struct why *why);
/* When Swarm knew at the latest that the task of the service had ended: so long
 * its state is one of an end, and since then another one is in its place. 0:
 * Docker does not say. Swarm writes down the state of a task anew when Docker
 * was started again, but never when it made one: `replaced` says that it made
 * another one in the task's place. */
int engine_task_noticed(struct engine *e, const char *service, const char *id,
	usec *ret, bool *ret_replaced, struct why *why);
int
engine_task_read(const json_t *json, struct engine_task **ret, struct why *why);
