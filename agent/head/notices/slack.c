#include "config.h"
#include "head/notices/slack.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/own.h"
#include "base/span.h"

/* Whether a word that calls everybody stands behind the `@`. */
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

/* One byte or more, so that no chat makes anything of it: no link to click,
 * nobody called, no markup that ends a code block. */
static size_t
add_tame(struct buf *to, struct span s, bool code)
{
	static const struct {
		const char *bad, *tame;
	} pairs[] = {
		{ "&", "&amp;" },
		{ "<", "&lt;" },
		{ ">", "&gt;" },
		{ "`", "'" },
		{ "://", "[:]//" },
	};
	for (size_t i = 0; i < ELEMENTS(pairs); i++)
		if (span_starts(s, span_of(pairs[i].bad))) {
			buf_add_str(to, pairs[i].tame);
			return strlen(pairs[i].bad);
		}
	buf_add_char(to, s.data[0]);
	/* A word joiner, which is not seen, keeps @name from being a name. In
	 * code, where paths like node_modules/@prisma stand, single people are
	 * not called anyway. */
	struct span behind = span_from(s, 1);
	if (s.data[0] == '@' && behind.len &&
		isalpha((unsigned char)behind.data[0]) &&
		(!code || calls_all(behind)))
		buf_add_str(to, "\xe2\x81\xa0");
	return 1;
}

static void
add_all_tame(struct buf *to, const char *text, bool code)
{
	struct span s = span_of(text);
	while (s.len)
		s = span_from(s, add_tame(to, s, code));
}

char *
slack_encode(const struct outgoing *o)
{
	own(buf) struct buf text = { 0 };
	add_all_tame(&text, o->text, false);
	if (o->excerpt) {
		buf_add_str(&text, "\n```");
		add_all_tame(&text, o->excerpt, true);
		buf_add_str(&text, "```");
	}
	if (o->command) {
		buf_add_str(&text, "\n`");
		add_all_tame(&text, o->command, true);
		buf_add_str(&text, "`");
	}
	json_t *json = json_pack("{s:s#, s:b, s:b}", "text", text.data,
		text.len, "unfurl_links", 0, "unfurl_media", 0);
	char *body = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(json);
	/* Texts are escaped, and so UTF-8; should one not be, the fact that
	 * something is to be told is told at least. */
	return body ? body
		    : xstrdup("{\"text\":\"logmend has a message that cannot "
			      "be written: see logmend incidents\"}");
}
