#include "config.h"
#include "config/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/clock.h"
#include "base/own.h"
#include "base/redact.h"
#include "base/span.h"
#include "config/settings.h"

/* No sentence quotes a value: it may be a password or a URL that was written
 * into the wrong line, and messages go to logs and chats. File, line and key
 * tell which one is meant. */

#define RATE_MAX 1000000u

/* The answer for what is planned and no code does yet: a setting that is read
 * and does nothing would be worse. */
static int
not_built(struct why *why, const char *what)
{
	return because(why, -EOPNOTSUPP, "%s is not built yet", what);
}

/* Whether the value is one of the words, a list that ends with NULL. */
static bool
one_of(const char *value, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(value, *words) == 0)
			return true;
	return false;
}

char **
values_split(const char *value)
{
	char **list = NULL;
	struct span rest = span_of(value), word;
	while (span_cut(&rest, ',', &word)) {
		word = span_trim(word);
		own(str) char *s =
			xstrndup(word.len ? word.data : "", word.len);
		if (*s)
			strings_add(&list, s);
	}
	return list;
}

int
values_text(const char *value, void *field, struct why *why)
{
	char **to = field;
	if (!*value)
		return because(why, -EINVAL, "is empty");
	free(*to);
	*to = xstrdup(value);
	return 0;
}

int
values_path(const char *value, void *field, struct why *why)
{
	if (value[0] != '/')
		return because(why, -EINVAL,
			"expects an absolute path, which begins with /");
	return values_text(value, field, why);
}

/* A socket on this host, or `off`, which is the empty one. */
int
values_socket(const char *value, void *field, struct why *why)
{
	char **to = field;
	struct sockaddr_un address;
	if (strcmp(value, "off") == 0) {
		free(*to);
		*to = xstrdup("");
		return 0;
	}
	if (value[0] != '/' || strlen(value) >= sizeof(address.sun_path))
		return because(why, -EINVAL,
			"expects off, or an absolute path of a socket, of at "
			"most %zu bytes",
			sizeof(address.sun_path) - 1);
	return values_text(value, field, why);
}

/* The URL itself has a password in it, and belongs into no configuration. */
int
values_inside(const char *value, void *field, struct why *why)
{
	if (strcmp(value, APP_INSIDE) != 0)
		return because(why, -EINVAL,
			"expects `container`, which takes the URL from the "
			"app's container: put a URL itself into a file that "
			"only root reads, and name that as "
			"`database-url-file`");
	*(bool *)field = true;
	return 0;
}

int
values_variable(const char *value, void *field, struct why *why)
{
	size_t len = strspn(value,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
		"0123456789");
	if (!*value || value[len])
		return because(why, -EINVAL,
			"expects the name of a variable, such as DATABASE_URL");
	return values_text(value, field, why);
}

/* The path is asked of Docker as it stands here. */
static bool
is_plain_path(struct span path)
{
	struct span piece;
	if (!span_starts(path, SPAN("/")) || path.len < 2)
		return false;
	for (path = span_from(path, 1); span_cut(&path, '/', &piece);)
		if (!piece.len || span_is(piece, ".") || span_is(piece, ".."))
			return false;
	return true;
}

/* A folder on this host; or `container:` and one inside the app's image; or
 * `container` alone, and hands look for it there. */
int
values_folder(const char *value, void *field, struct why *why)
{
	const char *inside = APP_INSIDE ":";
	struct span path = span_of(value);
	if (strcmp(value, APP_INSIDE) == 0)
		return values_text(value, field, why);
	if (!span_starts(path, span_of(inside)))
		return values_path(value, field, why);
	return is_plain_path(span_from(path, strlen(inside)))
		? values_text(value, field, why)
		: because(why, -EINVAL,
			  "expects container: and an absolute path without .. "
			  "and without a slash at its end, as in "
			  "container:/usr/src/app/prisma/migrations");
}

int
values_store(const char *value, void *field, struct why *why)
{
	if (strncmp(value, "postgresql://", 13) == 0)
		return not_built(why, "a store in postgresql://");
	return values_path(value, field, why);
}

int
values_list(const char *value, void *field, struct why *why)
{
	char ***to = field;
	char **list = values_split(value);
	if (!list)
		return because(why, -EINVAL, "is empty");
	strings_free(*to);
	*to = list;
	return 0;
}

/* Absolute, as every path: the daemon's working folder is none that a user
 * knows. */
int
values_paths(const char *value, void *field, struct why *why)
{
	own(strings) char **list = values_split(value);
	for (size_t i = 0; list && list[i]; i++) {
		if (list[i][0] == '/')
			continue;
		own(str) char *shown = redact_quote(list[i]);
		return because(why, -EINVAL, "expects absolute paths, not '%s'",
			shown);
	}
	return values_list(value, field, why);
}

/* Says what is wrong with a text that is no duration; `such` is what is
 * expected.
 */
static int
no_duration(const char *value, const char *such, struct why *why)
{
	return duration_is_too_long(span_of(value))
		? because(why, -EINVAL,
			  "is too long: the longest duration "
			  "is " DURATION_MAX_TEXT)
		: because(why, -EINVAL, "expects a duration such as %s", such);
}

int
values_duration(const char *value, void *field, struct why *why)
{
	return duration_parse(span_of(value), field)
		? 0
		: no_duration(value, "500ms, 2s, 10m, 6h or 1d", why);
}

/* A duration from more than 0 to a day. 0 would switch PostgreSQL's limit off
 * (https://www.postgresql.org/docs/15/runtime-config-client.html), or end an
 * attempt before it begins. */
int
values_timeout(const char *value, void *field, struct why *why)
{
	if (duration_is_too_long(span_of(value)))
		return because(why, -EINVAL, "must be at most 1d");
	int r = values_duration(value, field, why);
	if (r == 0 && *(usec *)field == 0)
		return because(why, -EINVAL, "must be longer than 0");
	if (r == 0 && *(usec *)field > USEC_DAY)
		return because(why, -EINVAL, "must be at most 1d");
	return r;
}

int
values_bool(const char *value, void *field, struct why *why)
{
	bool yes = strcmp(value, "yes") == 0;
	if (!yes && strcmp(value, "no") != 0)
		return because(why, -EINVAL, "expects yes or no");
	*(bool *)field = yes;
	return 0;
}

/* Nothing to store while there is only one kind of source. */
int
values_source(const char *value, void *field, struct why *why)
{
	(void)field;
	if (strcmp(value, "docker") == 0)
		return 0;
	if (strcmp(value, "journal") == 0 || strncmp(value, "unit:", 5) == 0 ||
		strncmp(value, "file:", 5) == 0 || strchr(value, ','))
		return not_built(why, "any source but docker");
	return because(why, -EINVAL,
		"expects docker, journal, unit:NAME or file:GLOB");
}

/* `tail` and `head` are words, anything else must be a duration. */
int
values_start(const char *value, void *field, struct why *why)
{
	struct start_at *to = field;
	to->kind = START_SINCE;
	if (strcmp(value, "tail") == 0)
		to->kind = START_TAIL;
	else if (strcmp(value, "head") == 0)
		to->kind = START_HEAD;
	else if (!duration_parse(span_of(value), &to->since))
		return no_duration(value, "24h, or tail, or head", why);
	return 0;
}

const char *
mode_name(enum mode m)
{
	static const char *const names[] = { "report", "ask", "act" };
	return names[m];
}

int
values_mode(const char *value, void *field, struct why *why)
{
	for (int m = MODE_REPORT; m <= MODE_ACT; m++)
		if (strcmp(value, mode_name((enum mode)m)) == 0) {
			*(enum mode *)field = (enum mode)m;
			return 0;
		}
	return because(why, -EINVAL, "expects report, ask or act");
}

/* Reads `3/h` or `10/d`: 0, -EINVAL, or -ERANGE for too large a number. */
static int
read_one_rate(struct span s, struct rate *to)
{
	uint64_t n;
	s = span_trim(s);
	if (!span_ends(s, SPAN("/h")) && !span_ends(s, SPAN("/d")))
		return -EINVAL;
	struct span digits = span_first(s, s.len - 2);
	for (size_t i = 0; i < digits.len; i++)
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return -EINVAL;
	if (!digits.len)
		return -EINVAL;
	if (!span_u64(digits, &n) || n > RATE_MAX)
		return -ERANGE;
	*(s.data[s.len - 1] == 'h' ? &to->hour : &to->day) = (unsigned)n;
	return 0;
}

int
values_rate_over(const char *value, struct rate *to, struct why *why)
{
	struct rate rate = *to;
	struct span rest = span_of(value), one;
	while (span_cut(&rest, ',', &one)) {
		int r = read_one_rate(one, &rate);
		if (r == -ERANGE)
			return because(why, -EINVAL,
				"the largest number of attempts is %u",
				RATE_MAX);
		if (r < 0)
			return because(why, -EINVAL,
				"expects attempts per hour and day such as "
				"`3/h, 10/d`");
	}
	*to = rate;
	return 0;
}

int
values_rate(const char *value, void *field, struct why *why)
{
	/* `1/h` alone must not lift the limit of a day. */
	struct rate rate = { 3, 10 };
	int r = values_rate_over(value, &rate, why);
	if (r == 0)
		*(struct rate *)field = rate;
	return r;
}

/* Nothing to store while there is only one kind of remedy. */
int
values_remedy_kind(const char *value, void *field, struct why *why)
{
	(void)field;
	static const char *const later[] = { "sql", "exec", "docker-exec",
		"service-update", NULL };
	if (strcmp(value, "prisma") == 0)
		return 0;
	if (one_of(value, later))
		return not_built(why, value);
	return because(why, -EINVAL,
		"expects prisma, sql, exec, docker-exec or service-update");
}

int
values_notify_kind(const char *value, void *field, struct why *why)
{
	static const char *const built[NOTIFY_KINDS] = {
		[NOTIFY_SLACK] = "slack",
	};
	static const char *const later[] = { "slack-compatible", "discord",
		"ntfy", "alertmanager", "pagerduty", "generic", "heartbeat",
		NULL };
	for (size_t i = 0; i < NOTIFY_KINDS; i++)
		if (strcmp(value, built[i]) == 0) {
			*(enum notify_kind *)field = (enum notify_kind)i;
			return 0;
		}
	if (one_of(value, later))
		return not_built(why, value);
	return because(
		why, -EINVAL, "expects slack or another kind of webhook");
}

/* The one key that fills two fields, so its row points to the whole struct. */
int
values_rehearse(const char *value, void *field, struct why *why)
{
	struct remedy *to = field;
	if (strcmp(value, "same-server") == 0)
		to->rehearse = REHEARSE_SAME_SERVER;
	else if (strcmp(value, "off") == 0)
		to->rehearse = REHEARSE_OFF;
	else if (value[0] == '/')
		to->rehearse = REHEARSE_URL;
	else
		return because(why, -EINVAL,
			"expects same-server, off or the absolute path of a "
			"URL file");
	return to->rehearse == REHEARSE_URL
		? values_path(value, &to->rehearse_url_file, why)
		: 0;
}
