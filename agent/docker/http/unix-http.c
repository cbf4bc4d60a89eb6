#include "config.h"
#include "docker/http/unix-http.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/json.h"

#define HEADERS_MAX (64u << 10) /* bytes of an answer's headers */
#define REFUSAL_MAX (64u << 10) /* bytes of an answer that is an error */
#define SAID_MAX 300            /* bytes of what Docker said, in a sentence */

struct unix_http {
	CURL *easy;
	struct curl_slist *headers;
	char *socket;
	usec deadline; /* by clock_mono() */
	/* Whether libcurl was told that this process uses it. */
	bool global;
};

/* One call: what is asked, and what came of it. */
struct call {
	struct unix_http *http;
	const struct http_request *what;
	/* For sentences: the method, and the path without its query. */
	const char *shown;
	uint64_t left; /* bytes that the sink may still get */
	struct buf answer;
	size_t headers; /* bytes of them that came */
	int stopped;    /* why a callback ended it; 0: none did */
};

void
unix_http_close(struct unix_http *h)
{
	if (!h)
		return;
	curl_easy_cleanup(h->easy);
	curl_slist_free_all(h->headers);
	if (h->global)
		curl_global_cleanup();
	free(h->socket);
	free(h);
}

void
unix_http_set_deadline(struct unix_http *h, usec at)
{
	h->deadline = at;
}

static bool
is_refusal(struct call *c)
{
	long status = 0;
	curl_easy_getinfo(c->http->easy, CURLINFO_RESPONSE_CODE, &status);
	return status / 100 != 2;
}

/* Adds to the answer, and leaves no copy of it behind where the memory moves:
 * an answer may hold the passwords of an app's environment. */
static int
keep(struct buf *answer, const char *data, size_t len, size_t most)
{
	if (len > most || answer->len > most - len)
		return -EFBIG;
	if (answer->room - answer->len < len) {
		struct buf larger = { 0 };
		buf_reserve(&larger, 2 * answer->len + len);
		buf_add_span(&larger, buf_span(answer));
		if (answer->len)
			explicit_bzero(answer->data, answer->len);
		buf_free(answer);
		*answer = larger;
	}
	buf_add(answer, data, len);
	return 0;
}

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	struct call *c = arg;
	size_t len = size * count;
	if (is_refusal(c)) {
		/* What is too long for a sentence is left out. */
		(void)keep(&c->answer, data, len, REFUSAL_MAX);
		return len;
	}
	if (!c->what->sink)
		c->stopped = keep(&c->answer, data, len, HTTP_ANSWER_MAX);
	else if (len > c->left)
		c->stopped = -EFBIG;
	else
		c->stopped = c->what->sink(c->what->arg, data, len);
	c->left -= c->what->sink ? MIN(c->left, len) : 0;
	return c->stopped < 0 ? CURL_WRITEFUNC_ERROR : len;
}

static void
keep_header(const struct http_request *what, struct span line)
{
	size_t len = what->header ? strlen(what->header) : 0;
	if (!len || line.len < len ||
		strncasecmp(line.data, what->header, len) != 0)
		return;
	struct span value = span_trim(span_from(line, len));
	free(*what->ret_header);
	*what->ret_header = xstrndup(value.data, value.len);
}

static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	struct call *c = arg;
	c->headers += size * count;
	keep_header(c->what, (struct span){ data, size * count });
	if (c->headers > HEADERS_MAX)
		c->stopped = -EFBIG;
	return c->headers > HEADERS_MAX ? CURL_WRITEFUNC_ERROR : size * count;
}

#define SET(easy, option, value) \
	(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

/* What all calls have in common. */
static bool
set_always(struct unix_http *u)
{
	CURL *h = u->easy;
	u->headers = curl_slist_append(NULL, "Content-Type: application/json");
	/* Without "Expect: 100-continue" libcurl sends the body at once. */
	struct curl_slist *more = curl_slist_append(u->headers, "Expect:");
	return u->headers && more &&
		SET(h, CURLOPT_UNIX_SOCKET_PATH, u->socket) &&
		SET(h, CURLOPT_HTTPHEADER, u->headers) &&
		SET(h, CURLOPT_PROTOCOLS_STR, "http") &&
		SET(h, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) &&
		SET(h, CURLOPT_FOLLOWLOCATION, 0L) &&
		SET(h, CURLOPT_PROXY, "") && SET(h, CURLOPT_NOSIGNAL, 1L) &&
		SET(h, CURLOPT_USERAGENT, "logmend/" PACKAGE_VERSION) &&
		SET(h, CURLOPT_WRITEFUNCTION, on_body) &&
		SET(h, CURLOPT_HEADERFUNCTION, on_header);
}

/* Milliseconds that the call has; 0: none. */
static long
time_of(const struct call *c)
{
	usec now = clock_mono();
	usec left = c->http->deadline > now ? c->http->deadline - now : 0;
	return (long)(MIN(c->what->time, left) / 1000);
}

static bool
set_call(struct call *c, const char *url, const char *body, long time)
{
	CURL *h = c->http->easy;
	bool post = strcmp(c->what->method, "POST") == 0;
	bool head = strcmp(c->what->method, "HEAD") == 0;
	return SET(h, CURLOPT_URL, url) && SET(h, CURLOPT_HTTPGET, 1L) &&
		(!head || SET(h, CURLOPT_NOBODY, 1L)) &&
		(!post ||
			(SET(h, CURLOPT_POST, 1L) &&
				SET(h, CURLOPT_POSTFIELDSIZE,
					(long)strlen(body)) &&
				SET(h, CURLOPT_COPYPOSTFIELDS, body))) &&
		SET(h, CURLOPT_CUSTOMREQUEST, c->what->method) &&
		SET(h, CURLOPT_TIMEOUT_MS, time) &&
		SET(h, CURLOPT_LOW_SPEED_LIMIT, 1L) &&
		SET(h, CURLOPT_LOW_SPEED_TIME,
			c->what->sink && !c->what->patient
				? (long)(HTTP_SILENCE / USEC_SECOND)
				: 0L) &&
		SET(h, CURLOPT_WRITEDATA, c) && SET(h, CURLOPT_HEADERDATA, c);
}

/* What systemd shows of a socket that a unit hides: one that nobody may use,
 * and at which nobody listens. Docker's own may be used by its owner. */
static bool
is_hidden(const char *socket)
{
	struct stat st;
	return stat(socket, &st) == 0 && S_ISSOCK(st.st_mode) &&
		(st.st_mode & 0777) == 0;
}

/* The socket could not be connected to. */
static int
not_connected(const char *socket, int error, struct why *why)
{
	if (is_hidden(socket))
		return because(why, -EACCES,
			"%s: the service's unit hides it, for whoever may "
			"speak to Docker is root: `sudo logmend doctor` has "
			"the command that shows it",
			socket);
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return because(why, -ENOENT,
			"%s: there is no such socket: start Docker, or say "
			"with "
			"docker-socket in [agent] where it listens",
			socket);
	case EACCES:
	case EPERM:
		return because(why, -EACCES,
			"%s: permission denied: whoever may speak to Docker is "
			"root, and this process may not; logmend(8), Docker, "
			"says how to allow it",
			socket);
	default:
		return because(why, -ECONNREFUSED,
			"%s: nobody answers there (%s): start Docker, or say "
			"with docker-socket in [agent] where it listens",
			socket, error ? strerror(error) : "no connection");
	}
}

static int
too_long(const struct call *c, struct why *why)
{
	return because(why, -EFBIG,
		"%s: Docker's answer to %s is longer than it may be; it was "
		"cut off and left out of account",
		c->http->socket, c->shown);
}

/* libcurl ended the call without an answer, or with half of one. */
static int
failed(struct call *c, CURLcode code, struct why *why)
{
	const char *socket = c->http->socket;
	long error = 0;
	if (c->stopped == -EFBIG)
		return too_long(c, why);
	if (c->stopped < 0)
		return because(why, c->stopped,
			"%s: reading what %s answers was stopped: %s", socket,
			c->shown, strerror(-c->stopped));
	switch (code) {
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(c->http->easy, CURLINFO_OS_ERRNO, &error);
		return not_connected(socket, (int)error, why);
	case CURLE_OPERATION_TIMEDOUT:
		return because(why, -ETIMEDOUT,
			"%s: Docker did not answer %s in time; `docker "
			"info` "
			"shows whether it answers at all",
			socket, c->shown);
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
		return because(why, -EBADMSG,
			"%s: Docker's answer to %s ended early: %s", socket,
			c->shown, curl_easy_strerror(code));
	default:
		return because(why, -EPROTO,
			"%s: what answers %s there is not the Docker "
			"Engine: "
			"%s; docker-socket in [agent] says where it listens",
			socket, c->shown, curl_easy_strerror(code));
	}
}

/* What Docker says in an answer that is an error, escaped. Owned. */
static char *
said(struct buf *answer)
{
	json_replace_nul(answer->data, answer->len);
	json_t *json = answer->len
		? json_loadb(answer->data, answer->len, 0, NULL)
		: NULL;
	const json_t *message = json_object_get(json, "message");
	char *text = NULL;
	if (json_is_string(message))
		text = escape_joined((struct span){ json_string_value(message),
					     json_string_length(message) },
			SAID_MAX);
	json_decref(json);
	return text ? text : xstrdup("no reason given");
}

/* Both sentences of Docker's begin so: of a node in no swarm, and of a worker.
 * Any other 503 is a trouble. */
#define NO_MANAGER "This node is not a swarm manager"

static int
error_of(long status, const char *text)
{
	if (status == 503 &&
		strncmp(text, NO_MANAGER, sizeof(NO_MANAGER) - 1) == 0)
		return -EREMOTE;
	return status == 404 ? -ESRCH : status == 409 ? -EBUSY : -EREMOTEIO;
}

static int
refused(struct call *c, struct why *why)
{
	long status = 0;
	curl_easy_getinfo(c->http->easy, CURLINFO_RESPONSE_CODE, &status);
	own(str) char *text = said(&c->answer);
	int r = error_of(status, text);
	return because(why, r, "%s: Docker answers %s with status %ld: %s",
		c->http->socket, c->shown, status, text);
}

static int
perform(struct call *c, struct why *why)
{
	own(str) char *url = xprintf("http://docker%s", c->what->path);
	char *body = c->what->body ? json_dumps(c->what->body, JSON_COMPACT)
				   : strdup("");
	long time = time_of(c);
	if (time == 0) {
		free(body);
		return failed(c, CURLE_OPERATION_TIMEDOUT, why);
	}
	bool set = body && set_call(c, url, body, time);
	free(body);
	if (!set)
		return because(why, -EINVAL, "%s: libcurl cannot ask for %s",
			c->http->socket, c->shown);
	CURLcode code = curl_easy_perform(c->http->easy);
	if (code != CURLE_OK)
		return failed(c, code, why);
	return is_refusal(c) ? refused(c, why) : 0;
}

static void
forget(struct buf *answer)
{
	if (answer->len)
		explicit_bzero(answer->data, answer->len);
	buf_free(answer);
}

int
unix_http_ask(struct unix_http *h, const struct http_request *what,
	json_t **ret, struct why *why)
{
	own(str) char *shown = xprintf("%s %.*s", what->method,
		(int)strcspn(what->path, "?"), what->path);
	struct call c = {
		.http = h, .what = what, .shown = shown, .left = what->most
	};
	int r = perform(&c, why);
	json_t *json = NULL;
	if (r == 0 && ret && c.answer.len) {
		json_replace_nul(c.answer.data, c.answer.len);
		json = json_loadb(c.answer.data, c.answer.len, 0, NULL);
		if (!json)
			r = because(why, -EBADMSG,
				"%s: Docker's answer to %s is not JSON, or "
				"cut off",
				h->socket, c.shown);
	}
	forget(&c.answer);
	if (r == 0 && ret)
		*ret = json;
	return r;
}

int
unix_http_begin(struct why *why)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
		? 0
		: because(why, -ENOMEM, "libcurl cannot be used");
}

int
unix_http_open(const char *socket, struct unix_http **ret, struct why *why)
{
	struct sockaddr_un address;
	if (*socket != '/' || strlen(socket) >= sizeof(address.sun_path))
		return because(why, -EINVAL,
			"%s: is not a path of a socket: it begins with a slash "
			"and has at most %zu bytes",
			socket, sizeof(address.sun_path) - 1);
	own(unix_http) struct unix_http *h = xcalloc(1, sizeof(*h));
	h->socket = xstrdup(socket);
	h->deadline = USEC_NEVER;
	h->global = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	h->easy = h->global ? curl_easy_init() : NULL;
	if (!h->easy || !set_always(h))
		return because(why, -ENOMEM, "libcurl cannot be used");
	*ret = take(h);
	return 0;
}
