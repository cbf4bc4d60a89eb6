/* The control socket: one JSON object a line in, one out, then it is closed.
 *
 *	{"verb":"approve","id":1,"code":"1a2b3c4d"}
 *	{"exit":0,"answer":{...}}	or	{"exit":1,"error":"a sentence"}
 *
 * Who may connect is decided by the socket's mode (group logmend, else root
 * only); who may change something by the peer's uid (requests.h). */
#pragma once

#include <systemd/sd-event.h>
#include <sys/types.h>

#include "base/own.h"
#include "base/why.h"

struct json_t;
struct control;

#define CONTROL_REQUEST_MAX 4096u
/* At once: of one uid, and of all. Who is one too many takes the place of the
 * one that has been connected for longest without a whole request. */
#define CONTROL_CLIENTS_EACH 8u
#define CONTROL_CLIENTS 64u
/* More is no answer that anybody asked for. */
#define CONTROL_ANSWER_MAX (8u << 20)

/* Answers one request: returns a new reference to the whole reply. `uid` is the
 * peer's, from the kernel. */
typedef struct json_t *(*control_answer)(
	const struct json_t *request, uid_t uid, void *arg);

/* Listens at `path`, replacing a stale socket; the last folder of the path is
 * created (0755) where missing. -EADDRINUSE: somebody answers there. */
int control_start(sd_event *event, const char *path, control_answer answer,
	void *arg, struct control **ret, struct why *why);
/* Closes, and removes the socket. */
void control_free(struct control *c);
OWN(control, struct control *, control_free);

/* Replies. New references. */
struct json_t *control_reply(struct json_t *answer); /* steals */
struct json_t *control_refuse(int code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
