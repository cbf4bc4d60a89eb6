#include "config.h"
#include "notify/webhook.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notify/webhook-url.h"

struct post {
	struct webhooks *webhooks;
	struct post *next;
	sd_event_source *begin; /* in the loop's next turn */
	CURL *easy;
	struct curl_slist *headers;
	struct webhook_request what;
	size_t answered; /* bytes of the answer that came */
	struct webhook_url to;
	struct why refused; /* why an address was refused; "": none was */
	webhook_done done;
	void *arg;
};

struct webhooks {
	sd_event *event;
	CURLM *multi;
	sd_event_source *timer;
	struct post *posts;
};

/* libcurl allows no handle to be freed while its multi handle has it. */
static void
post_free(struct post *p)
{
	sd_event_source_disable_unref(p->begin);
	if (p->easy)
		curl_multi_remove_handle(p->webhooks->multi, p->easy);
	curl_easy_cleanup(p->easy);
	curl_slist_free_all(p->headers);
	webhook_request_free(&p->what);
	free(p);
}

/* Ends a POST: frees it and then calls `done`, which may send the next one. */
static void
post_finish(struct post *p, const struct webhook_answer *answer)
{
	struct post **at = &p->webhooks->posts;
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	webhook_done done = p->done;
	void *arg = p->arg;
	uint64_t id = p->what.id;
	post_free(p);
	done(id, answer, arg);
}

/* Judges an HTTP status. Retry-After counts up to a day. */
static struct webhook_answer
judge_status(CURL *easy, unsigned status)
{
	bool again = status == 408 || status == 425 || status == 429 ||
		status >= 500;
	struct webhook_answer a = webhook_answer_of(
		again ? WEBHOOK_RETRY : WEBHOOK_REFUSED,
		"the receiver answered with HTTP status %u%s", status,
		status / 100 == 3 ? ", a redirect, which is not followed" : "");
	if (status / 100 == 2)
		a = webhook_answer_of(WEBHOOK_SENT, "sent");
	a.status = status;
	curl_off_t after = 0;
	if (curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &after) == CURLE_OK &&
		after > 0)
		a.retry_after = (usec)MIN(after, 86400) * USEC_SECOND;
	return a;
}

/* Judges how a POST ended. An error of the certificate or the URL stays the
 * same until a person changes something; any other may pass. */
static struct webhook_answer
judge(struct post *p, CURLcode code)
{
	long status = 0;
	curl_easy_getinfo(p->easy, CURLINFO_RESPONSE_CODE, &status);
	/* CURLE_WRITE_ERROR: on_answer() cut a long answer off. Its status
	 * counts. */
	if (status > 0 && (code == CURLE_OK || code == CURLE_WRITE_ERROR))
		return judge_status(p->easy, (unsigned)status);
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
	case CURLE_SSL_CACERT_BADFILE:
		return webhook_answer_of(WEBHOOK_REFUSED, "not sent: %s",
			curl_easy_strerror(code));
	case CURLE_COULDNT_CONNECT:
		if (*p->refused.text)
			return webhook_answer_of(WEBHOOK_REFUSED,
				"not sent: %s", p->refused.text);
		/* fall through */
	default:
		/* CURLOPT_ERRORBUFFER would say more, and quote the URL. */
		return webhook_answer_of(WEBHOOK_RETRY, "not sent: %s",
			curl_easy_strerror(code));
	}
}

/* Finishes what libcurl says is done. The message dies with its handle, so what
 * it says is copied first. */
static void
finish_ended(struct webhooks *w)
{
	CURLMsg *m;
	int left;
	while ((m = curl_multi_info_read(w->multi, &left))) {
		if (m->msg != CURLMSG_DONE)
			continue;
		CURLcode code = m->data.result;
		struct post *p = NULL;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &p);
		struct webhook_answer a = judge(p, code);
		post_finish(p, &a);
	}
}

static int
on_timer(sd_event_source *source, uint64_t now, void *arg)
{
	(void)source;
	(void)now;
	struct webhooks *w = arg;
	int running;
	curl_multi_socket_action(w->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	finish_ended(w);
	return 0;
}

/* libcurl wants to be called in `ms`, or not any more (-1). It must not be
 * called from inside this callback, so even 0 only sets the timer:
 * https://curl.se/libcurl/c/CURLMOPT_TIMERFUNCTION.html */
static int
set_timer(CURLM *multi, long ms, void *arg)
{
	(void)multi;
	struct webhooks *w = arg;
	if (ms < 0)
		return sd_event_source_set_enabled(w->timer, SD_EVENT_OFF) < 0
			? -1
			: 0;
	if (sd_event_source_set_time_relative(w->timer, (usec)ms * 1000) < 0 ||
		sd_event_source_set_enabled(w->timer, SD_EVENT_ONESHOT) < 0)
		return -1;
	return 0;
}

static int
on_socket(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	(void)source;
	struct webhooks *w = arg;
	int flags = 0, running;
	if (events & (EPOLLIN | EPOLLHUP))
		flags |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		flags |= CURL_CSELECT_OUT;
	if (events & EPOLLERR)
		flags |= CURL_CSELECT_ERR;
	curl_multi_socket_action(w->multi, fd, flags, &running);
	finish_ended(w);
	return 0;
}

/* libcurl wants to be called when this socket is ready, or not any more
 * (CURL_POLL_REMOVE, before it closes the socket). The event source must go at
 * once: the next socket may get the same number, which epoll takes for the old
 * one. */
static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *old)
{
	(void)easy;
	struct webhooks *w = arg;
	sd_event_source *source = old;
	if (what == CURL_POLL_REMOVE) {
		sd_event_source_disable_unref(source);
		return 0;
	}
	uint32_t events = (what & CURL_POLL_IN ? EPOLLIN : 0u) |
		(what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	if (source)
		return sd_event_source_set_io_events(source, events) < 0 ? -1
									 : 0;
	if (sd_event_add_io(w->event, &source, fd, events, on_socket, w) < 0)
		return -1;
	curl_multi_assign(w->multi, fd, source);
	return 0;
}

/* Opens the socket for a connection, if the address may be connected to.
 * libcurl calls this behind its resolver, with the very address it connects to,
 * so a name server that answers a check with one address and the connection
 * with another (DNS rebinding) gains nothing:
 * https://curl.se/libcurl/c/CURLOPT_OPENSOCKETFUNCTION.html */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct post *p = arg;
	if (purpose != CURLSOCKTYPE_IPCXN ||
		!webhook_url_allows(&p->to, &address->addr, &p->refused))
		return CURL_SOCKET_BAD;
	return socket(address->family,
		address->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
		address->protocol);
}

/* Counts the answer, which nobody reads, and ends one that is too long. */
static size_t
on_answer(char *data, size_t size, size_t count, void *arg)
{
	(void)data;
	struct post *p = arg;
	p->answered += size * count;
	return p->answered > WEBHOOK_ANSWER_MAX ? 0 : size * count;
}

#define SET(easy, option, value) \
	(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static bool
set_options(struct post *p, const char *url)
{
	CURL *e = p->easy;
	return SET(e, CURLOPT_URL, url) && SET(e, CURLOPT_PRIVATE, p) &&
		SET(e, CURLOPT_PROTOCOLS_STR, "http,https") &&
		SET(e, CURLOPT_FOLLOWLOCATION, 0L) &&
		SET(e, CURLOPT_PROXY, "") && SET(e, CURLOPT_NOSIGNAL, 1L) &&
		/* At the time limit libcurl would else wait for its resolver
		 * thread, and the loop with it, as long as the name server
		 * takes: https://curl.se/libcurl/c/CURLOPT_QUICK_EXIT.html */
		SET(e, CURLOPT_QUICK_EXIT, 1L) &&
		SET(e, CURLOPT_TIMEOUT_MS, (long)(WEBHOOK_TIME / 1000)) &&
		SET(e, CURLOPT_SSL_VERIFYPEER, 1L) &&
		SET(e, CURLOPT_SSL_VERIFYHOST, 2L) &&
		SET(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
		/* A connection that is used again would not pass
		 * open_socket(). */
		SET(e, CURLOPT_FRESH_CONNECT, 1L) &&
		SET(e, CURLOPT_FORBID_REUSE, 1L) &&
		SET(e, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
		SET(e, CURLOPT_OPENSOCKETDATA, p) &&
		SET(e, CURLOPT_WRITEFUNCTION, on_answer) &&
		SET(e, CURLOPT_WRITEDATA, p) &&
		SET(e, CURLOPT_USERAGENT, "logmend/" PACKAGE_VERSION) &&
		SET(e, CURLOPT_HTTPHEADER, p->headers) &&
		SET(e, CURLOPT_POSTFIELDSIZE, (long)strlen(p->what.body)) &&
		SET(e, CURLOPT_POSTFIELDS, p->what.body);
}

static bool
add_headers(struct post *p)
{
	/* Without "Expect: 100-continue" libcurl sends the body at once. */
	p->headers = curl_slist_append(NULL, "Expect:");
	for (char **h = p->what.headers; p->headers && h && *h; h++) {
		struct curl_slist *more = curl_slist_append(p->headers, *h);
		if (!more)
			return false;
		p->headers = more;
	}
	return p->headers != NULL;
}

/* Begins a POST. The URL is in our memory only until libcurl has copied it. */
static int
post_start(struct post *p, struct why *why)
{
	int r = webhook_url_parse(&p->what, &p->to, why);
	if (r < 0)
		return r;
	explicit_bzero(p->what.url, strlen(p->what.url));
	p->easy = curl_easy_init();
	if (!p->easy || !add_headers(p) || !set_options(p, p->to.url) ||
		curl_multi_add_handle(p->webhooks->multi, p->easy) != CURLM_OK)
		r = because(why, -ENOMEM, "libcurl cannot be used");
	webhook_url_forget(&p->to); /* libcurl has a copy */
	return r;
}

static int
on_begin(sd_event_source *source, void *arg)
{
	(void)source;
	struct post *p = arg;
	struct why why;
	if (post_start(p, &why) < 0) {
		struct webhook_answer a = webhook_answer_of(
			WEBHOOK_REFUSED, "not sent: %.240s", why.text);
		post_finish(p, &a);
	}
	return 0;
}

static void
copy_request(struct webhook_request *to, const struct webhook_request *q)
{
	*to = (struct webhook_request){ .id = q->id,
		.url = xstrdup(q->url),
		.url_file = xstrdup(q->url_file),
		.private = q->private,
		.body = xstrdup(q->body) };
	for (char **h = q->headers; h && *h; h++)
		strings_add(&to->headers, *h);
}

void
webhook_send(struct webhooks *w, const struct webhook_request *q,
	webhook_done done, void *arg)
{
	struct post *p = xcalloc(1, sizeof(*p));
	p->webhooks = w;
	copy_request(&p->what, q);
	p->done = done;
	p->arg = arg;
	p->next = w->posts;
	w->posts = p;
	/* The loop calls on_begin(): `done` must not be called before this
	 * returns, even where the URL is none. */
	int r = sd_event_add_defer(w->event, &p->begin, on_begin, p);
	if (r < 0)
		abort(); /* it fails only without memory or after a fork */
}

/* CURLMOPT_SOCKETFUNCTION and CURLMOPT_TIMERFUNCTION let libcurl run inside
 * sd-event instead of a loop of its own:
 * https://curl.se/libcurl/c/libcurl-multi.html */
static bool
set_multi_options(struct webhooks *w)
{
	return curl_multi_setopt(w->multi, CURLMOPT_SOCKETFUNCTION,
		       watch_socket) == CURLM_OK &&
		curl_multi_setopt(w->multi, CURLMOPT_SOCKETDATA, w) ==
		CURLM_OK &&
		curl_multi_setopt(w->multi, CURLMOPT_TIMERFUNCTION,
			set_timer) == CURLM_OK &&
		curl_multi_setopt(w->multi, CURLMOPT_TIMERDATA, w) == CURLM_OK;
}

int
webhooks_new(sd_event *event, struct webhooks **ret, struct why *why)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return because(why, -ENOMEM, "libcurl cannot be used");
	own(webhooks) struct webhooks *w = xcalloc(1, sizeof(*w));
	w->event = sd_event_ref(event);
	w->multi = curl_multi_init();
	int r = sd_event_add_time(
		event, &w->timer, CLOCK_MONOTONIC, 0, 0, on_timer, w);
	if (r >= 0)
		r = sd_event_source_set_enabled(w->timer, SD_EVENT_OFF);
	if (r < 0)
		return because(
			why, r, "no timer for webhooks: %s", strerror(-r));
	if (!w->multi || !set_multi_options(w))
		return because(why, -ENOMEM, "libcurl cannot be used");
	*ret = take(w);
	return 0;
}

void
webhooks_free(struct webhooks *w)
{
	if (!w)
		return;
	while (w->posts) {
		struct post *p = w->posts;
		w->posts = p->next;
		post_free(p);
	}
	if (w->multi)
		curl_multi_cleanup(w->multi);
	sd_event_source_disable_unref(w->timer);
	sd_event_unref(w->event);
	free(w);
	curl_global_cleanup();
}
