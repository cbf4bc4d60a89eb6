#include "config.h"
#include "config/credentials.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io/file.h"
#include "base/redact.h"
#include "base/redact-view.h"
#include "base/io/secret-line.h"
#include "config/caprover.h"
#include "config/load-settings.h"

#define SECRET_LEAST 8u /* of a part of a webhook's path */

struct url_file {
	const char *path; /* borrowed from the settings */
	bool webhook;
	struct timespec changed;
	off_t size;
	ino_t inode;
};

struct credentials {
	struct url_file *files;
	size_t n;
};

static void
know(struct span secret, const char *kind)
{
	secret = span_first(secret, SECRET_LINE_MOST);
	own(redact_view) struct redact_view written = redact_view_of(secret);
	own(redact_view) struct redact_view decoded = { 0 };
	redact_know(secret, kind);
	if (redact_view_decode(&written, &decoded))
		redact_know(buf_span(&decoded.text), kind);
}

static bool
is_at(struct span s, const char *any)
{
	return s.len && s.data[0] && strchr(any, s.data[0]);
}

/* The offset of the first byte of `any`; the length if there is none. */
static size_t
find_any(struct span s, const char *any)
{
	size_t i = 0;
	while (i < s.len && !is_at(span_from(s, i), any))
		i++;
	return i;
}

/* A name that is told anyway is no secret, even if it is the password too. */
static void
know_password(struct span password, struct span user, struct span behind)
{
	struct span path = span_from(behind, find_any(behind, "/"));
	struct span name = span_from(path, 1);
	name = span_first(name, find_any(name, "?#"));
	if (!span_eq(password, user) && !span_eq(password, name))
		know(password, "password");
}

/* `user:password@`. People leave an @ or a / in it as it is, so it is looked
 * for up to the last @ of the host's part and up to the last one of all. */
static void
know_userinfo(struct span text)
{
	struct span host = span_first(text, find_any(text, "/?#"));
	struct span parts[] = { host, text };
	for (size_t i = 0; i < ELEMENTS(parts); i++) {
		const char *at = parts[i].len
			? memrchr(parts[i].data, '@', parts[i].len)
			: NULL;
		if (!at)
			continue;
		size_t len = (size_t)(at - text.data);
		struct span info = span_first(text, len), user;
		struct span behind = span_from(text, len + 1);
		(void)span_cut(&info, ':', &user);
		if (info.data)
			know_password(info, user, behind);
	}
}

static void
know_parameters(struct span text)
{
	static const char *const names[] = { "password", "sslpassword", "token",
		"api_key", "key", "secret" };
	struct span rest = span_from(text, find_any(text, "?") + 1), pair, name;
	while (rest.len && span_cut(&rest, '&', &pair)) {
		(void)span_cut(&pair, '=', &name);
		for (size_t i = 0; i < ELEMENTS(names); i++)
			if (span_is(name, names[i]))
				know(pair, "password");
	}
}

/* A line of a database's file, which may hold something else by mistake. */
static void
know_database(struct span line)
{
	ptrdiff_t scheme = span_find(line, SPAN("://"));
	size_t behind = scheme < 0 ? 0 : (size_t)scheme + 3;
	struct span text = span_from(line, behind);
	know_userinfo(text);
	know_parameters(text);
	/* Without a scheme and a host it may be the password alone. */
	if (scheme < 0 && find_any(line, "@") == line.len && !is_at(line, "#"))
		know(line, "password");
}

void
credentials_know_database(struct span url)
{
	struct span rest = url, line;
	while (rest.len && span_cut(&rest, '\n', &line))
		know_database(secret_line_bare(span_trim(line), NULL));
}

/* An app that takes no URL from there may have anything in that variable. */
static void
know_variable(const struct app *app, struct span pair)
{
	struct span name;
	if (span_cut(&pair, '=', &name) && pair.data &&
		span_is(name, app->database_url_env) &&
		(app->database_in_container ||
			span_find(pair, SPAN("://")) >= 0))
		credentials_know_database(pair);
}

void
credentials_know_environment(
	const struct settings *settings, const char *service, const json_t *env)
{
	for (size_t i = 0; settings && i < settings->n_apps; i++) {
		const struct app *app = &settings->apps[i];
		if (!service || !caprover_is_service(app, service))
			continue;
		size_t k;
		json_t *one;
		json_array_foreach (env, k, one)
			if (json_is_string(one))
				know_variable(app,
					(struct span){ json_string_value(one),
						json_string_length(one) });
	}
}

/* The path of a webhook, whole and in its parts, is what nobody may know. */
static void
know_webhook(struct span line)
{
	ptrdiff_t scheme = span_find(line, SPAN("://"));
	struct span text = span_from(line, scheme < 0 ? 0 : (size_t)scheme + 3);
	know_userinfo(text);
	struct span path = span_from(text, find_any(text, "/?") + 1), part;
	if (path.len >= SECRET_LEAST)
		know(path, "webhook");
	while (path.len && span_cut(&path, '/', &part)) {
		part = span_first(part, find_any(part, "?#"));
		if (part.len >= SECRET_LEAST &&
			find_any(part, "0123456789") < part.len)
			know(part, "webhook");
	}
	know_parameters(text);
}

static void
read_one(const struct url_file *f)
{
	own(buf) struct buf text = { 0 };
	if (file_read(f->path, SECRET_LINE_MOST, &text, NULL) >= 0) {
		struct span rest = buf_span(&text), line;
		while (rest.len && span_cut(&rest, '\n', &line)) {
			line = secret_line_bare(line, NULL);
			if (f->webhook)
				know_webhook(line);
			else
				know_database(line);
		}
	}
	if (text.len)
		explicit_bzero(text.data, text.len);
}

void
credentials_refresh(struct credentials *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct url_file *f = &c->files[i];
		struct stat st;
		if (stat(f->path, &st) < 0 ||
			(st.st_ino == f->inode && st.st_size == f->size &&
				st.st_mtim.tv_sec == f->changed.tv_sec &&
				st.st_mtim.tv_nsec == f->changed.tv_nsec))
			continue;
		f->inode = st.st_ino;
		f->size = st.st_size;
		f->changed = st.st_mtim;
		read_one(f);
	}
}

static void
add(struct credentials *c, const char *path, bool webhook)
{
	if (!path)
		return;
	c->files = xrealloc(c->files, c->n + 1, sizeof(*c->files));
	c->files[c->n++] =
		(struct url_file){ .path = path, .webhook = webhook };
}

struct credentials *
credentials_new(const struct settings *s)
{
	struct credentials *c = xcalloc(1, sizeof(*c));
	for (size_t i = 0; i < s->n_apps; i++) {
		add(c, s->apps[i].database_url_file, false);
		add(c, s->apps[i].migrate_url_file, false);
	}
	for (size_t i = 0; i < s->n_remedies; i++)
		add(c, s->remedies[i].rehearse_url_file, false);
	for (size_t i = 0; i < s->n_notifies; i++)
		add(c, s->notifies[i].url_file, true);
	credentials_refresh(c);
	return c;
}

void
credentials_free(struct credentials *c)
{
	if (!c)
		return;
	free(c->files);
	free(c);
}

void
credentials_know(const struct settings *settings)
{
	credentials_free(credentials_new(settings));
}

void
credentials_know_file(const char *config)
{
	own(settings) struct settings *settings = NULL;
	if (load_settings(config, &settings, NULL) >= 0)
		credentials_know(settings);
}
