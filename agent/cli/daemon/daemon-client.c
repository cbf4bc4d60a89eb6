#include "config.h"
#include "cli/daemon/daemon-client.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/io/file.h"
#include "cli/output/page.h"
#include "cli/output/terminal.h"
#include "config/load-settings.h"
#include "config/settings.h"
#include "head/head.h"

#define WAIT_SECONDS 10
#define START_PATIENCE (5 * USEC_SECOND)
#define REPLY_MAX (64u << 20)

/* Both time limits belong to the socket, so that a daemon that hangs cannot
 * hang the command too. */
static int
connect_to(const char *path, int *ret, struct why *why)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address.sun_path))
		return because(why, -ENAMETOOLONG,
			"%s: is longer than a socket's path may be", path);
	memcpy(address.sun_path, path, strlen(path));
	own(fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval wait = { .tv_sec = WAIT_SECONDS };
	if (fd < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) <
			0 ||
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) <
			0)
		return because(why, -errno, "no socket: %s", strerror(errno));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return because(why, -errno, "%s: %s", path,
			errno == EACCES ? "only root and members of the group "
					  "logmend may ask there: use sudo, or "
					  "`sudo usermod -aG logmend USER` and "
					  "log in again"
					: strerror(errno));
	*ret = take(fd);
	return 0;
}

int
daemon_client_reach(const char *path, struct why *why)
{
	own(fd) int fd = -1;
	return connect_to(path, &fd, why);
}

/* The daemon closes the connection behind its reply: the end is the only mark
 * of where it ends. */
static int
read_reply(int fd, struct buf *to, struct why *why)
{
	for (;;) {
		char *room = buf_reserve(to, 65536);
		ssize_t n = recv(fd, room, 65536, 0);
		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return because(why, -errno,
				"logmend does not answer: %s",
				errno == EAGAIN ? "it took too long"
						: strerror(errno));
		to->len += (size_t)n;
		if (to->len > REPLY_MAX)
			return because(why, -EFBIG, "the answer is too long");
	}
}

static int
daemon_ask_socket(
	const char *path, const json_t *request, json_t **ret, struct why *why)
{
	own(fd) int fd = -1;
	int r = connect_to(path, &fd, why);
	if (r < 0)
		return r;
	own(str) char *text = json_dumps(request, JSON_COMPACT);
	own(buf) struct buf line = { 0 };
	buf_printf(&line, "%s\n", text ? text : "");
	r = write_all(fd, buf_span(&line));
	if (r < 0)
		return because(
			why, r, "logmend does not listen: %s", strerror(-r));
	own(buf) struct buf reply = { 0 };
	r = read_reply(fd, &reply, why);
	if (r < 0)
		return r;
	json_t *json = json_loadb(buf_str(&reply), reply.len, 0, NULL);
	if (!json)
		return because(why, -EBADMSG,
			"logmend closed the connection without an answer");
	*ret = json;
	return 0;
}

/* Finds out where the daemon's socket is. A member of the group logmend may
 * ask the daemon, but not read its configuration; the default socket is right
 * for most. */
static int
read_settings(
	const struct invocation *in, struct settings **ret, struct why *why)
{
	int r = load_settings(in->config, ret, why);
	if ((r == -ENOENT || r == -EACCES) && !in->config_given) {
		*ret = load_settings_default();
		return 0;
	}
	return r;
}

/* A daemon that runs answers whatever is wrong with the configuration by now;
 * nobody else does. */
static int
ask_in_spite(const char *config, const json_t *request, json_t **ret)
{
	own(settings) struct settings *part = load_settings_in_part(config);
	struct why why;
	return part ? daemon_ask_socket(part->socket, request, ret, &why)
		    : -ENOENT;
}

/* Asks the daemon, or head's own code over the store where none runs.
 * head_answer() says EWOULDBLOCK when somebody holds the store's lock: a
 * daemon that is just starting and does not listen yet. So both are tried
 * again for some seconds. */
static int
daemon_ask_anybody(const struct settings *settings, const json_t *request,
	json_t **ret, struct why *why)
{
	usec until = clock_mono() + START_PATIENCE;
	for (;;) {
		int r = daemon_ask_socket(settings->socket, request, ret, why);
		if (r != -ENOENT && r != -ECONNREFUSED)
			return r;
		if (geteuid() != 0)
			return because(why, r,
				"not running: no daemon answers at %s",
				settings->socket);
		r = head_answer(settings, request, ret, why);
		if (r != -EWOULDBLOCK || clock_mono() >= until)
			return r;
		(void)poll(NULL, 0, 50);
	}
}

/* Returns the exit code of a reply and prints its error. A reply that says
 * neither counts as unreachable, not as success. */
static int
reply_code(const json_t *reply)
{
	const char *error = json_string_value(json_object_get(reply, "error"));
	json_int_t code = json_integer_value(json_object_get(reply, "exit"));
	if (!error && code == EXIT_DONE && json_object_get(reply, "answer"))
		return EXIT_DONE;
	size_t i;
	json_t *one;
	json_array_foreach (json_object_get(reply, "mistakes"), i, one) {
		own(str) char *mistake = escape_str(
			span_of(json_string_value(one)), 2000, ESCAPE_LINE);
		(void)terminal_fails(0, "%s", mistake);
	}
	own(str) char *shown =
		escape_str(span_of(error ? error : "the answer makes no sense"),
			2000, ESCAPE_LINE);
	return terminal_fails(
		code >= EXIT_NO && code < EXIT_UNABLE ? (int)code : EXIT_UNABLE,
		"%s", shown);
}

int
daemon_ask(const struct invocation *in, json_t *request, json_t **ret)
{
	own(settings) struct settings *settings = NULL;
	json_t *reply = NULL;
	struct why why;
	int code = EXIT_DONE;
	int r = read_settings(in, &settings, &why);
	if (r < 0 && ask_in_spite(in->config, request, &reply) < 0)
		code = terminal_fails(exit_code_of_file(r), "%s", why.text);
	else if (r < 0)
		code = reply_code(reply);
	else if (daemon_ask_anybody(settings, request, &reply, &why) < 0)
		code = terminal_fails(EXIT_UNABLE, "%s", why.text);
	else
		code = reply_code(reply);
	json_decref(request);
	if (code == EXIT_DONE)
		*ret = reply;
	else
		json_decref(reply);
	return code;
}

json_t *
daemon_ask_for(const char *verb)
{
	return json_pack("{s:s}", "verb", verb);
}

/* The store's numbers are signed. */
json_t *
daemon_ask_about(const char *verb, const char *id)
{
	uint64_t number;
	if (!span_u64(span_of(id), &number) || !number || number > INT64_MAX) {
		own(str) char *shown =
			escape_str(span_of(id), 100, ESCAPE_LINE);
		terminal_fails(
			EXIT_USAGE, "'%s' is no incident's number", shown);
		return NULL;
	}
	return json_pack("{s:s, s:I}", "verb", verb, "id", (json_int_t)number);
}

int
daemon_ask_and_print(const struct invocation *in, json_t *request, bool json,
	int (*print)(const json_t *reply))
{
	json_t *reply = NULL;
	int code = daemon_ask(in, request, &reply);
	if (code != EXIT_DONE)
		return code;
	code = json ? page_print_json(json_object_get(reply, "answer"))
		    : print(reply);
	json_decref(reply);
	return code;
}

int
daemon_ask_and_tell(const struct invocation *in, json_t *request)
{
	json_t *reply = NULL;
	int code = daemon_ask(in, request, &reply);
	if (code != EXIT_DONE)
		return code;
	const json_t *answer = json_object_get(reply, "answer");
	const char *text = json_string_value(json_object_get(answer, "text"));
	own(str) char *shown = escape_str(span_of(text), 2000, ESCAPE_LINE);
	printf("incident %lld: %s\n",
		(long long)json_integer_value(json_object_get(answer, "id")),
		shown);
	json_decref(reply);
	return EXIT_DONE;
}
