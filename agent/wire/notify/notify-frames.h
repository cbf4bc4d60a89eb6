/* The frames between head and the role `notify`, which sends notices: role.h
 * has their types. Head reads the file of a webhook's URL and encodes what is
 * to be sent; the role connects, and answers in typed values, never with what a
 * receiver wrote. */
#pragma once

#include "base/clock.h"
#include "base/io/frame.h"
#include "base/own.h"
#include "base/why.h"
#include "wire/role.h"

/* How long one POST may take. */
#define WEBHOOK_TIME (10 * USEC_SECOND)
#define WEBHOOK_BODY_MAX 49152u
#define WEBHOOK_HEADERS_MOST 8u

/* What is to be sent, or, of a question about the URL, only where. */
struct webhook_request {
	uint64_t id;    /* the answer has the same */
	char *url;      /* a secret, which no message may quote */
	char *url_file; /* where it was read, for sentences */
	bool private;   /* private addresses are allowed */
	char **headers; /* `Name: value` each; NULL: none */
	char *body;
};

/* Wipes the URL and frees all. */
void webhook_request_free(struct webhook_request *q);
static inline void
webhook_request_let_go(struct webhook_request *q)
{
	webhook_request_free(q);
}

enum webhook_end {
	WEBHOOK_SENT,    /* 2xx; of a question: it may be sent to */
	WEBHOOK_RETRY,   /* 429, 408, 5xx, no answer: later may help */
	WEBHOOK_REFUSED, /* any other answer, a bad URL or address: a person
			    must change something */
	WEBHOOK_ENDS
};

struct webhook_answer {
	enum webhook_end end;
	unsigned status;  /* HTTP; 0: there was none */
	usec retry_after; /* a length, what Retry-After asks for; 0: nothing */
	char text[256];   /* what happened, a sentence without the URL */
};

/* An answer without a status; the text is cut to its room. */
struct webhook_answer webhook_answer_of(enum webhook_end end, const char *fmt,
	...) __attribute__((format(printf, 2, 3)));

/* `type` is NOTIFY_POST or NOTIFY_CHECK. -EMSGSIZE: a part is longer than it
 * may be; the sentence says which. The frame holds the URL: see
 * notify_frames_wipe(). */
int notify_frames_request(struct frame *f, enum notify_frame type,
	const struct webhook_request *q, struct why *why);
void notify_frames_answer(
	struct frame *f, uint64_t id, const struct webhook_answer *a);
/* Overwrites what is in the frame. */
void notify_frames_wipe(struct frame *f);

/* Each reads a frame of its type; -EBADMSG: it is broken. What was read is
 * owned. */
int notify_frames_get_request(
	struct frame *f, struct webhook_request *ret, struct why *why);
/* The text is escaped anew, and Retry-After is a day at the most: whatever got
 * hold of the role gets to no terminal through this, and holds nothing up. */
int notify_frames_get_answer(struct frame *f, uint64_t *ret_id,
	struct webhook_answer *ret, struct why *why);
