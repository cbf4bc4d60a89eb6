#include "config.h"
#include "wire/notify/notify-frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "base/io/secret-line.h"

#define FILE_MOST 4096u
#define HEADER_MOST 256u

void
webhook_request_free(struct webhook_request *q)
{
	if (q->url)
		explicit_bzero(q->url, strlen(q->url));
	free(q->url);
	free(q->url_file);
	strings_free(q->headers);
	free(q->body);
	*q = (struct webhook_request){ 0 };
}

struct webhook_answer
webhook_answer_of(enum webhook_end end, const char *fmt, ...)
{
	struct webhook_answer a = { .end = end };
	va_list args;
	va_start(args, fmt);
	vsnprintf(a.text, sizeof(a.text), fmt, args);
	va_end(args);
	return a;
}

/* A line end would begin another header. */
static bool
is_header(const char *line)
{
	for (const char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	return strlen(line) <= HEADER_MOST && strchr(line, ':') > line;
}

static int
too_long(const struct webhook_request *q, struct why *why)
{
	if (strlen(q->url) > SECRET_LINE_MOST)
		return because(why, -EMSGSIZE,
			"%s: the URL has more than %u bytes", q->url_file,
			SECRET_LINE_MOST);
	if (strlen(q->url_file) > FILE_MOST)
		return because(why, -EMSGSIZE,
			"the path of the URL's file has more than %u bytes",
			FILE_MOST);
	if (q->body && strlen(q->body) > WEBHOOK_BODY_MAX)
		return because(why, -EMSGSIZE,
			"the message has more than %u bytes", WEBHOOK_BODY_MAX);
	bool fits = strings_count(q->headers) <= WEBHOOK_HEADERS_MOST;
	for (char **h = q->headers; fits && h && *h; h++)
		fits = is_header(*h);
	return fits ? 0
		    : because(why, -EMSGSIZE,
			      "a header of the message cannot be sent");
}

int
notify_frames_request(struct frame *f, enum notify_frame type,
	const struct webhook_request *q, struct why *why)
{
	int r = too_long(q, why);
	if (r < 0)
		return r;
	f->type = type;
	frame_put_u64(f, q->id);
	frame_put_str(f, q->url);
	frame_put_str(f, q->url_file);
	frame_put_bool(f, q->private);
	frame_put_u32(f, (uint32_t)strings_count(q->headers));
	for (char **h = q->headers; h && *h; h++)
		frame_put_str(f, *h);
	frame_put_str(f, q->body);
	return 0;
}

static void
get_headers(struct frame *f, struct webhook_request *q)
{
	uint32_t n = frame_get_below(f, WEBHOOK_HEADERS_MOST + 1);
	for (uint32_t i = 0; i < n; i++) {
		own(str) char *line = frame_get_str(f, HEADER_MOST);
		if (line && is_header(line))
			strings_add(&q->headers, line);
		else
			f->broken = true;
	}
}

int
notify_frames_get_request(
	struct frame *f, struct webhook_request *ret, struct why *why)
{
	own(webhook_request) struct webhook_request q = { 0 };
	q.id = frame_get_u64(f);
	q.url = frame_get_str(f, SECRET_LINE_MOST);
	q.url_file = frame_get_str(f, FILE_MOST);
	q.private = frame_get_bool(f);
	get_headers(f, &q);
	q.body = frame_get_str(f, WEBHOOK_BODY_MAX);
	bool post = f->type == NOTIFY_POST;
	if ((!post && f->type != NOTIFY_CHECK) || frame_end(f, why) < 0 ||
		!q.url || !q.url_file || (post && !q.body))
		return because(why, -EBADMSG, "a notice came broken");
	*ret = q;
	q = (struct webhook_request){ 0 };
	return 0;
}

void
notify_frames_answer(
	struct frame *f, uint64_t id, const struct webhook_answer *a)
{
	f->type = NOTIFY_ANSWER;
	frame_put_u64(f, id);
	frame_put_u32(f, a->end);
	frame_put_u32(f, a->status);
	frame_put_u64(f, a->retry_after);
	frame_put_str(f, a->text);
}

int
notify_frames_get_answer(struct frame *f, uint64_t *ret_id,
	struct webhook_answer *ret, struct why *why)
{
	struct webhook_answer a = { 0 };
	uint64_t id = frame_get_u64(f);
	a.end = frame_get_below(f, WEBHOOK_ENDS);
	a.status = frame_get_below(f, 1000);
	usec after = frame_get_u64(f);
	a.retry_after = MIN(after, USEC_DAY);
	struct span text = frame_get_span(f, sizeof(a.text) - 1);
	if (f->type != NOTIFY_ANSWER || frame_end(f, why) < 0 || !text.len)
		return because(why, -EBADMSG, "an answer came broken");
	own(str) char *shown =
		escape_str(text, sizeof(a.text) - 1, ESCAPE_LINE);
	snprintf(a.text, sizeof(a.text), "%s", shown);
	*ret_id = id;
	*ret = a;
	return 0;
}

void
notify_frames_wipe(struct frame *f)
{
	if (f->data.len)
		explicit_bzero(f->data.data, f->data.len);
}
