#include "config.h"
#include "base/redact.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"

/* Words that name a secret, in any case of letters. */
static const char *const marks[] = { "password", "passwd", "pwd", "secret",
	"token", "api_key", "apikey", "api-key", "authorization" };

/* Characters that end a value that is not quoted, and NUL: strchr() finds it
 * too. */
static bool
ends_value(char c)
{
	return strchr(" \t\r\n\"'`,;&)]}<>|", c) != NULL;
}

/* Returns the bytes of `://user:` at the start of s if a password follows, else
 * 0; *secret is the password's length. The last `@` before the host ends it:
 * people write passwords that hold an unescaped `@`. */
static size_t
before_url_password(struct span s, size_t *secret)
{
	if (!span_starts(s, SPAN("://")))
		return 0;
	size_t end = 3, colon = 0, at = 0;
	for (; end < s.len && s.data[end] && !ends_value(s.data[end]) &&
		s.data[end] != '?';
		end++) {
		if (s.data[end] == ':' && !colon)
			colon = end;
		if (s.data[end] == '@')
			at = end;
	}
	if (!colon || at < colon)
		return 0;
	*secret = at - colon - 1;
	return colon + 1;
}

/* Returns the bytes from a word that names a secret to its value, as in
 * `password=`, `"token": "`, `\"token\": \"` (JSON inside JSON) and
 * `Authorization: Bearer `; 0 if no value is assigned. *secret is the value's
 * length. */
static size_t
before_marked(struct span s, size_t mark, size_t *secret)
{
	size_t i = mark;
	while (i < s.len && i < mark + 3 && strchr("\"'\\ ", s.data[i]) &&
		s.data[i])
		i++;
	if (i >= s.len || (s.data[i] != '=' && s.data[i] != ':'))
		return 0;
	i++;
	while (i < s.len && s.data[i] && strchr("\"'\\ ", s.data[i]))
		i++;
	static const char *const schemes[] = { "bearer ", "basic " };
	for (size_t k = 0; k < ELEMENTS(schemes); k++)
		if (s.len - i > strlen(schemes[k]) &&
			strncasecmp(s.data + i, schemes[k],
				strlen(schemes[k])) == 0)
			i += strlen(schemes[k]);
	size_t end = i;
	while (end < s.len && s.data[end] && s.data[end] != '\\' &&
		!ends_value(s.data[end]))
		end++;
	*secret = end - i;
	return i;
}

/* Returns the bytes before a secret that s begins with the name of; 0 if it
 * does not. */
static size_t
before_secret(struct span s, size_t *secret)
{
	size_t before = before_url_password(s, secret);
	for (size_t i = 0; i < ELEMENTS(marks) && !before; i++) {
		size_t len = strlen(marks[i]);
		if (s.len > len && strncasecmp(s.data, marks[i], len) == 0)
			before = before_marked(s, len, secret);
	}
	return before;
}

char *
redact(struct span text)
{
	struct buf to = { 0 };
	while (text.len) {
		size_t secret = 0;
		size_t before = before_secret(text, &secret);
		if (secret) {
			buf_add_span(&to, span_first(text, before));
			buf_add_str(&to, "***");
			text = span_from(text, before + secret);
			continue;
		}
		buf_add_char(&to, text.data[0] ? text.data[0] : ' ');
		text = span_from(text, 1);
	}
	return buf_take_str(&to);
}
