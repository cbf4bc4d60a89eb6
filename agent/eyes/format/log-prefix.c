#include "config.h"
#include "eyes/format/log-prefix.h"

#include <stdbool.h>
#include <string.h>

#include "base/own.h"
#include "eyes/format/characters.h"

#define SERVICE_LONGEST 64u

/* Length of an RFC 3339 time with any decimals and zone; 0 if the line does not
 * begin with one. */
static size_t
timestamp_len(struct span s)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	size_t i = 0;
	for (; form[i]; i++)
		if (i >= s.len ||
			(form[i] == 'd' ? !is_digit(s.data[i])
					: s.data[i] != form[i]))
			return 0;
	while (i < s.len && !is_blank(s.data[i]) && s.data[i] != ']')
		i++;
	return i <= 40 ? i : 0;
}

/* Length of the prefix that begins with a time of `at` bytes. What follows the
 * time tells whose prefix it is. */
static size_t
behind_timestamp(struct span s, size_t at, enum log_prefix_kind *ret)
{
	struct span rest = span_from(s, at);
	static const struct span cri[] = { SPAN(" stdout F"), SPAN(" stderr F"),
		SPAN(" stdout P"), SPAN(" stderr P") };
	for (size_t i = 0; i < ELEMENTS(cri); i++)
		if (span_starts(rest, cri[i])) {
			*ret = LOG_PREFIX_CRI;
			return at + cri[i].len +
				(rest.len > cri[i].len ? 1 : 0);
		}
	ptrdiff_t colon = span_find(span_first(rest, 64), SPAN("]: "));
	if (span_starts(rest, SPAN(" ")) && colon > 0 &&
		!memchr(rest.data + 1, ' ', (size_t)colon - 1)) {
		*ret = LOG_PREFIX_HEROKU;
		return at + (size_t)colon + 3;
	}
	*ret = LOG_PREFIX_TIMESTAMP;
	return at + (rest.len && is_blank(rest.data[0]) ? 1 : 0);
}

/* Length of syslog's `Nov 23 03:11:07 host tag[812]: `; 0 if the line does not
 * begin with it. */
static size_t
syslog_len(struct span s)
{
	static const char form[] = "Aaa ?d dd:dd:dd ";
	for (size_t i = 0; form[i]; i++) {
		if (i >= s.len)
			return 0;
		char c = s.data[i];
		bool fits = form[i] == 'A' ? c >= 'A' && c <= 'Z'
			: form[i] == 'a'   ? c >= 'a' && c <= 'z'
			: form[i] == 'd'   ? is_digit(c)
			: form[i] == '?'   ? is_digit(c) || c == ' '
					   : c == form[i];
		if (!fits)
			return 0;
	}
	size_t at = sizeof(form) - 1;
	ptrdiff_t colon =
		span_find(span_first(span_from(s, at), 120), SPAN("]:"));
	if (colon < 0)
		return 0;
	at += (size_t)colon + 2;
	return at + (at < s.len && s.data[at] == ' ' ? 1 : 0);
}

/* Names of services hold these too: pm2 writes `0|api`, Swarm
 * `srv-captain--api.1.x2k9q@node1`. */
static bool
is_service(char c)
{
	static const bool is[256] = { ['a' ... 'z'] = true,
		['A' ... 'Z'] = true,
		['0' ... '9'] = true,
		['_'] = true,
		['-'] = true,
		['.'] = true,
		['$'] = true,
		['|'] = true,
		['@'] = true };
	return is[(uint8_t)c];
}

/* Length of `api-1  | `, as docker compose and pm2 write it; 0 if the line does
 * not begin with it. */
static size_t
compose_len(struct span s)
{
	size_t at =
		count_while(span_first(s, SERVICE_LONGEST + 1), 0, is_service);
	if (at == 0 || at > SERVICE_LONGEST || at == s.len ||
		!is_blank(s.data[at]))
		return 0;
	at += count_while(s, at, is_blank);
	if (at >= s.len || s.data[at] != '|')
		return 0;
	at++;
	if (at < s.len && s.data[at] != ' ')
		return 0;
	return at + (at < s.len ? 1 : 0);
}

size_t
log_prefix_of(struct span line, enum log_prefix_kind *ret)
{
	size_t len;
	*ret = LOG_PREFIX_NONE;
	if (!line.len)
		return 0;
	if ((len = timestamp_len(line)))
		return behind_timestamp(line, len, ret);
	if ((len = syslog_len(line)))
		*ret = LOG_PREFIX_SYSLOG;
	else if ((len = compose_len(line)))
		*ret = LOG_PREFIX_COMPOSE;
	return len;
}
