#include "config.h"
#include "docker/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "docker/http/unix-http.h"

/* The versions of the API that this file was written for: 1.24 has every field
 * that is read, and Docker 29 speaks nothing older than 1.44. */
#define OLDEST 1024
#define NEWEST 1047

struct engine {
	struct unix_http *http;
	char *socket;
	char version[16]; /* "": not known yet */
};

void
engine_close(struct engine *e)
{
	if (!e)
		return;
	unix_http_close(e->http);
	free(e->socket);
	free(e);
}

const char *
engine_version(const struct engine *e)
{
	return e->version;
}

const char *
engine_socket(const struct engine *e)
{
	return e->socket;
}

void
engine_set_deadline(struct engine *e, usec at)
{
	unix_http_set_deadline(e->http, at);
}

void
engine_add_part(struct buf *to, struct span part)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_";
	for (size_t i = 0; i < part.len; i++) {
		char c = part.data[i];
		/* A part that begins with a dot could be `..`, which libcurl
		 * and Docker's router take for a step up. */
		if ((c && strchr(plain, c)) || (c == '.' && i > 0))
			buf_add_char(to, c);
		else
			buf_printf(to, "%%%02X", (unsigned char)c);
	}
}

/* Asks for an address of the API at the version that is spoken. */
static int
ask(struct engine *e, struct http_request *what, json_t **ret, struct why *why)
{
	own(str) char *path = xprintf(
		"%s%s%s", *e->version ? "/v" : "", e->version, what->path);
	what->path = path;
	if (!what->time)
		what->time = what->sink ? ENGINE_STREAM_TIME : ENGINE_TIME;
	return unix_http_ask(e->http, what, ret, why);
}

int
engine_get(struct engine *e, const char *path, json_t **ret, struct why *why)
{
	struct http_request what = { .method = "GET", .path = path };
	json_t *json = NULL;
	int r = ask(e, &what, &json, why);
	if (r < 0)
		return r;
	if (!json)
		return because(why, -EBADMSG,
			"%s: Docker's answer to GET %s is empty", e->socket,
			path);
	*ret = json;
	return 0;
}

int
engine_head(struct engine *e, const char *path, const char *header, char **ret,
	struct why *why)
{
	struct http_request what = { .method = "HEAD",
		.path = path,
		.header = header,
		.ret_header = ret };
	*ret = NULL;
	int r = ask(e, &what, NULL, why);
	if (r < 0) {
		free(*ret);
		*ret = NULL;
	}
	return r;
}

int
engine_post(struct engine *e, const char *path, const json_t *body,
	json_t **ret, struct why *why)
{
	struct http_request what = {
		.method = "POST", .path = path, .body = body
	};
	return ask(e, &what, ret, why);
}

int
engine_delete(struct engine *e, const char *path, struct why *why)
{
	struct http_request what = { .method = "DELETE", .path = path };
	return ask(e, &what, NULL, why);
}

int
engine_stream(struct engine *e, const char *path, uint64_t most, http_sink sink,
	void *arg, struct why *why)
{
	struct http_request what = { .method = "GET",
		.path = path,
		.sink = sink,
		.arg = arg,
		.most = most };
	return ask(e, &what, NULL, why);
}

int
engine_follow(struct engine *e, const char *path, usec time, http_sink sink,
	void *arg, struct why *why)
{
	struct http_request what = { .method = "GET",
		.path = path,
		.time = time,
		.patient = true,
		.sink = sink,
		.arg = arg,
		.most = UINT64_MAX };
	return ask(e, &what, NULL, why);
}

int
engine_post_stream(struct engine *e, const char *path, const json_t *body,
	uint64_t most, http_sink sink, void *arg, struct why *why)
{
	struct http_request what = { .method = "POST",
		.path = path,
		.body = body,
		.sink = sink,
		.arg = arg,
		.most = most };
	return ask(e, &what, NULL, why);
}

/* `1.41` as 1041; 0 for anything that is no version of the API. */
static unsigned
version_number(const json_t *json)
{
	const char *s = json_string_value(json);
	if (!s || strncmp(s, "1.", 2) != 0)
		return 0;
	size_t digits = strspn(s + 2, "0123456789");
	if (digits < 1 || digits > 3 || s[2 + digits])
		return 0;
	return 1000 + (unsigned)strtoul(s + 2, NULL, 10);
}

/* Settles which version is spoken. */
static int
negotiate(struct engine *e, const json_t *answer, struct why *why)
{
	unsigned newest = version_number(json_object_get(answer, "ApiVersion"));
	/* A daemon that names no oldest version is older than that field. */
	unsigned oldest =
		version_number(json_object_get(answer, "MinAPIVersion"));
	if (newest == 0)
		return because(why, -EPROTO,
			"%s: what answers there names no version of Docker's "
			"API; docker-socket in [agent] says where Docker "
			"listens",
			e->socket);
	if (newest < OLDEST)
		return because(why, -EPROTO,
			"%s: this Docker speaks version 1.%u of its API, and "
			"logmend none before 1.%u: update Docker",
			e->socket, newest - 1000, OLDEST - 1000);
	if (oldest > NEWEST)
		return because(why, -EPROTO,
			"%s: this Docker speaks no version of its API before "
			"1.%u, and logmend none after 1.%u: update logmend",
			e->socket, oldest - 1000, NEWEST - 1000);
	snprintf(e->version, sizeof(e->version), "1.%u",
		MIN(newest, NEWEST) - 1000);
	return 0;
}

int
engine_open(const char *socket, struct engine **ret, struct why *why)
{
	return engine_open_until(socket, USEC_NEVER, ret, why);
}

int
engine_open_until(
	const char *socket, usec deadline, struct engine **ret, struct why *why)
{
	own(engine) struct engine *e = xcalloc(1, sizeof(*e));
	e->socket = xstrdup(socket);
	json_t *answer = NULL;
	int r = unix_http_open(socket, &e->http, why);
	if (r == 0)
		engine_set_deadline(e, deadline);
	if (r == 0)
		r = engine_get(e, "/version", &answer, why);
	/* A 404 or the like: an HTTP server of another kind. */
	if (r == -ESRCH || r == -EREMOTE || r == -EREMOTEIO || r == -EBADMSG)
		r = -EPROTO;
	if (r == 0)
		r = negotiate(e, answer, why);
	json_decref(answer);
	if (r < 0)
		return r;
	*ret = take(e);
	return 0;
}
