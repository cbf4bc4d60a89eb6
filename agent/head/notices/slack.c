#include "config.h"
#include "head/notices/slack.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/own.h"
#include "base/span.h"

/* Whether the text behind an `@` begins with a word that calls everybody. */
static bool
calls_all(struct span behind)
{
	static const char *const words[] = { "here", "channel", "everyone",
		"all" };
	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (behind.len >= strlen(words[i]) &&
			strncasecmp(behind.data, words[i], strlen(words[i])) ==
				0)
			return true;
	return false;
}

/* Adds the first byte of s, or the replacement for a sequence that a chat would
 * act on: a link, a mention, markup that ends a code block. Returns the bytes
 * of s that it used. `code`: s stands in a code block. */
static size_t
add_harmless(struct buf *to, struct span s, bool code)
{
	static const struct {
		const char *active, *harmless;
	} pairs[] = {
		{ "&", "&amp;" },
		{ "<", "&lt;" },
		{ ">", "&gt;" },
		{ "`", "'" },
		{ "://", "[:]//" },
	};
	for (size_t i = 0; i < ELEMENTS(pairs); i++)
		if (span_starts(s, span_of(pairs[i].active))) {
			buf_add_str(to, pairs[i].harmless);
			return strlen(pairs[i].active);
		}
	buf_add_char(to, s.data[0]);
	/* U+2060, a character that is not seen, keeps chats from reading @name
	 * as a mention. In a code block they call no single person, and there
	 * paths like node_modules/@prisma must stay as they are. */
	struct span behind = span_from(s, 1);
	if (s.data[0] == '@' && behind.len &&
		isalpha((unsigned char)behind.data[0]) &&
		(!code || calls_all(behind)))
		buf_add_str(to, "\xe2\x81\xa0");
	return 1;
}

static void
add_all_harmless(struct buf *to, const char *text, bool code)
{
	struct span s = span_of(text);
	while (s.len)
		s = span_from(s, add_harmless(to, s, code));
}

char *
slack_encode(const struct outgoing *o)
{
	own(buf) struct buf text = { 0 };
	add_all_harmless(&text, o->text, false);
	if (o->excerpt) {
		buf_add_str(&text, "\n```");
		add_all_harmless(&text, o->excerpt, true);
		buf_add_str(&text, "```");
	}
	if (o->command) {
		buf_add_str(&text, "\n`");
		add_all_harmless(&text, o->command, true);
		buf_add_str(&text, "`");
	}
	json_t *json = json_pack("{s:s#, s:b, s:b}", "text", text.data,
		text.len, "unfurl_links", 0, "unfurl_media", 0);
	char *body = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(json);
	/* jansson refuses what is not UTF-8. The texts are escaped, so they
	 * are; should one not be, people still learn that there is a message.
	 */
	return body ? body
		    : xstrdup("{\"text\":\"logmend has a message that cannot "
			      "be written: see logmend incidents\"}");
}
