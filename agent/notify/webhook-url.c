#include "config.h"
#include "notify/webhook-url.h"

#include <curl/curl.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "notify/ip-address.h"

#define NOT_HTTPS                                             \
	"http is for loopback only: the URL must begin with " \
	"https://"

void
webhook_url_forget(struct webhook_url *e)
{
	if (e->url)
		explicit_bzero(e->url, strlen(e->url));
	free(e->url);
	e->url = NULL;
}

/* One part of a URL, as libcurl will read it: a parser of our own could see
 * another host than the one that libcurl connects to. To be freed with
 * curl_free(); NULL if it is no URL or lacks the part. */
static char *
part_of(const char *url, CURLUPart part)
{
	CURLU *parsed = curl_url();
	char *text = NULL;
	if (!parsed || curl_url_set(parsed, CURLUPART_URL, url, 0) != CURLUE_OK)
		text = NULL;
	else if (curl_url_get(parsed, part, &text, 0) != CURLUE_OK)
		text = NULL;
	curl_url_cleanup(parsed);
	return text;
}

/* The host and port of a URL, with the brackets of an IPv6 address. */
static struct span
authority_of(const char *url)
{
	const char *begin = strstr(url, "://") + 3;
	struct span text = { begin, strcspn(begin, "/?#") };
	const char *at = text.len ? memrchr(begin, '@', text.len) : NULL;
	return at ? span_from(text, (size_t)(at - begin) + 1) : text;
}

static bool
has_bad_escape(const char *text)
{
	for (const char *p = text ? strchr(text, '%') : NULL; p;
		p = strchr(p + 1, '%'))
		if (strspn(p + 1, "0123456789abcdefABCDEF") < 2)
			return true;
	return false;
}

static bool
any_bad_escape(const char *url)
{
	static const CURLUPart parts[] = { CURLUPART_USER, CURLUPART_PASSWORD,
		CURLUPART_HOST };
	bool bad = false;
	for (size_t i = 0; i < ELEMENTS(parts); i++) {
		char *text = part_of(url, parts[i]);
		bad |= has_bad_escape(text);
		curl_free(text);
	}
	return bad;
}

/* What is wrong with a URL of http or https, without a byte of it; NULL:
 * nothing. */
static const char *
mistake_in(const char *url)
{
	CURLU *parsed = curl_url();
	CURLUcode code = parsed ? curl_url_set(parsed, CURLUPART_URL, url, 0)
				: CURLUE_OUT_OF_MEMORY;
	curl_url_cleanup(parsed);
	struct span authority = authority_of(url), host;
	bool brackets = span_find(authority, SPAN("[")) == 0 &&
		span_find(authority, SPAN("]")) > 0;
	bool bracket = span_find(authority, SPAN("[")) >= 0 ||
		span_find(authority, SPAN("]")) >= 0;
	struct span rest = authority;
	(void)span_cut(&rest, ':', &host);
	if (!brackets && (bracket || span_find(rest, SPAN(":")) >= 0))
		return "the URL's host lacks a bracket: an IPv6 address stands "
		       "in [ and ], as in https://[2001:db8::1]:8443/";
	if (code == CURLUE_BAD_PORT_NUMBER)
		return "the URL's port is no number from 1 to 65535 (a user or "
		       "password with : / ? # or @ must be percent-encoded)";
	if (code == CURLUE_OK)
		return any_bad_escape(url)
			? "the URL has a % in its user, password or host that "
			  "no two hexadecimal digits follow: a % itself is "
			  "written %25"
			: NULL;
	return code == CURLUE_NO_HOST || code == CURLUE_BAD_HOSTNAME
		? "the URL has no host, or what stands there is none"
		: curl_url_strerror(code);
}

int
webhook_url_parse(const struct webhook_request *q, struct webhook_url *ret,
	struct why *why)
{
	struct webhook_url e = { .url = xstrdup(q->url),
		.private = q->private };
	e.plain = strncasecmp(e.url, "http://", 7) == 0;
	bool good = e.plain || strncasecmp(e.url, "https://", 8) == 0;
	const char *mistake =
		good ? mistake_in(e.url) : "does not hold an https:// URL";
	if (mistake) {
		webhook_url_forget(&e);
		return because(why, -EINVAL, "%s: %s", q->url_file, mistake);
	}
	*ret = e;
	return 0;
}

bool
webhook_url_allows(const struct webhook_url *e, const struct sockaddr *address,
	struct why *why)
{
	enum ip_reach reach = ip_address_reach(address);
	if (reach == REACH_LOOPBACK)
		return true;
	const char *text = NULL;
	if (e->plain)
		text = NOT_HTTPS;
	else if (reach == REACH_NOWHERE)
		text = "the receiver's address is no host's";
	else if (reach == REACH_PRIVATE && !e->private)
		text = "the receiver's address is a private one, which needs "
		       "`private = yes`";
	(void)because(why, 0, "%s", text ? text : "");
	return !text;
}

/* The addresses of the URL's host, for freeaddrinfo(). Looks a name up for http
 * only, where it must be this host; NULL for a name in an https URL. */
static struct addrinfo *
addresses_of(const struct webhook_url *e)
{
	struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM,
		.ai_flags = e->plain ? 0 : AI_NUMERICHOST,
	};
	struct addrinfo *list = NULL;
	char *host = part_of(e->url, CURLUPART_HOST);
	/* libcurl keeps the brackets of an IPv6 address, getaddrinfo() takes
	 * none. */
	if (host && *host == '[') {
		host[strcspn(host, "]")] = '\0';
		memmove(host, host + 1, strlen(host));
	}
	if (host && getaddrinfo(host, NULL, &hints, &list) != 0)
		list = NULL;
	curl_free(host);
	return list;
}

/* Discord takes Slack's format at a URL of its own, and refuses it at the one
 * that it shows (https://discord.com/developers/docs/resources/webhook). */
static bool
lacks_slack(const struct webhook_url *e)
{
	static const char *const hosts[] = { "discord.com", "discordapp.com" };
	char *host = part_of(e->url, CURLUPART_HOST);
	char *path = part_of(e->url, CURLUPART_PATH);
	size_t len = host ? strlen(host) : 0;
	struct span end = span_of(path);
	bool discord = false;
	for (size_t i = 0; i < ELEMENTS(hosts); i++) {
		size_t n = strlen(hosts[i]);
		discord |= len >= n &&
			strcasecmp(host + len - n, hosts[i]) == 0 &&
			(len == n || host[len - n - 1] == '.');
	}
	while (end.len && end.data[end.len - 1] == '/')
		end.len--;
	bool ends = span_ends(end, SPAN("/slack"));
	curl_free(host);
	curl_free(path);
	return discord && !ends;
}

int
webhook_url_check(const struct webhook_request *q, struct why *why)
{
	own(webhook_url) struct webhook_url e = { 0 };
	struct why refused = { NOT_HTTPS };
	int r = webhook_url_parse(q, &e, why);
	if (r < 0)
		return r;
	if (lacks_slack(&e))
		return because(why, -EINVAL,
			"%s: Discord takes the format of Slack only at the "
			"URL that ends in /slack: add that to it",
			q->url_file);
	struct addrinfo *list = addresses_of(&e);
	/* The name in an https URL may lead elsewhere by the time a notice is
	 * sent: webhook.c judges the address when it connects. */
	bool allowed = !list && !e.plain;
	for (struct addrinfo *a = list; a && !allowed; a = a->ai_next)
		allowed = webhook_url_allows(&e, a->ai_addr, &refused);
	if (list)
		freeaddrinfo(list);
	return allowed
		? 0
		: because(why, -EINVAL, "%s: %s", q->url_file, refused.text);
}
