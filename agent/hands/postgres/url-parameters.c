#include "config.h"
#include "hands/postgres/url-parameters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* A `+` stands for a blank only in a query. A NUL is refused because libpq
 * takes C strings, and would silently take the part before it. */
char *
url_decode(struct span s, bool query)
{
	own(buf) struct buf b = { 0 };
	for (size_t i = 0; i < s.len; i++) {
		int high = i + 2 < s.len ? hex_digit(s.data[i + 1]) : -1;
		int low = i + 2 < s.len ? hex_digit(s.data[i + 2]) : -1;
		if (s.data[i] == '%' && high >= 0 && low >= 0) {
			buf_add_char(&b, (char)(high << 4 | low));
			i += 2;
		} else {
			char c = s.data[i];
			buf_add_char(&b, query && c == '+' ? ' ' : c);
		}
	}
	if (!utf8_valid(buf_span(&b)) || (b.len && memchr(b.data, '\0', b.len)))
		return NULL;
	return buf_take_str(&b);
}

void
url_set(char **field, char *value)
{
	free(*field);
	*field = value;
}

/* 63 bytes are as long as a name can be: the server cuts longer ones without an
 * error, so another schema would be meant. */
static int
set_schema(struct url *u, char *value, struct why *why)
{
	if (!*value || strlen(value) > 63) {
		free(value);
		return because(why, -EINVAL,
			"the database URL's schema is empty or longer than 63 "
			"bytes");
	}
	url_set(&u->schema, value);
	u->schema_given = true;
	return 0;
}

static int
set_host(struct url *u, char *value, struct why *why)
{
	(void)why;
	url_set(&u->host, value);
	return 0;
}

/* Prisma takes disable, prefer and require, and weakens everything else to
 * prefer. What was meant strictly stays strict here. */
static int
set_sslmode(struct url *u, char *value, struct why *why)
{
	(void)why;
	static const char *const known[] = { "disable", "prefer", "require",
		"verify-ca", "verify-full" };
	for (size_t i = 0; i < ELEMENTS(known); i++)
		if (strcmp(value, known[i]) == 0) {
			/* sslaccept=strict, wherever it stands, wins. */
			if (!u->sslmode || strcmp(u->sslmode, "verify-full"))
				url_set(&u->sslmode, value);
			else
				free(value);
			return 0;
		}
	free(value);
	return 0;
}

static int
set_sslaccept(struct url *u, char *value, struct why *why)
{
	(void)why;
	if (strcmp(value, "strict") == 0)
		url_set(&u->sslmode, xstrdup("verify-full"));
	free(value);
	return 0;
}

/* Prisma's sslcert is the certificate of the authority, not the client's. */
static int
set_sslcert(struct url *u, char *value, struct why *why)
{
	(void)why;
	url_set(&u->sslrootcert, value);
	return 0;
}

static int
refuse_identity(struct url *u, char *value, struct why *why)
{
	(void)u;
	free(value);
	return because(why, -EINVAL,
		"the database URL names a PKCS#12 identity (sslidentity), "
		"which libpq cannot read: convert it, or use another login");
}

static int
set_timeout(struct url *u, char *value, struct why *why)
{
	uint64_t seconds;
	bool fine = span_u64(span_of(value), &seconds) && seconds <= 86400;
	free(value);
	if (!fine)
		return because(why, -EINVAL,
			"the database URL's connect_timeout is no number of "
			"seconds");
	u->connect_timeout = seconds * USEC_SECOND;
	return 0;
}

static int
set_options(struct url *u, char *value, struct why *why)
{
	(void)why;
	url_set(&u->options, value);
	return 0;
}

static int
set_channel_binding(struct url *u, char *value, struct why *why)
{
	(void)why;
	url_set(&u->channel_binding, value);
	return 0;
}

/* The parameter itself has no use here: it tells that a pooler is in between.
 */
static int
set_pgbouncer(struct url *u, char *value, struct why *why)
{
	(void)why;
	if (strcmp(value, "true") == 0)
		url_set(&u->pooled, xstrdup("it says pgbouncer=true"));
	free(value);
	return 0;
}

/* Of the client's own pool and caches: nothing for one connection. Our own
 * application_name is what recovery looks for, so theirs is left out too. */
static int
drop(struct url *u, char *value, struct why *why)
{
	(void)u;
	(void)why;
	free(value);
	return 0;
}

static const struct {
	const char *name;
	int (*read)(struct url *u, char *value, struct why *why);
} parameters[] = {
	{ "schema", set_schema },
	{ "host", set_host },
	{ "sslmode", set_sslmode },
	{ "sslaccept", set_sslaccept },
	{ "sslcert", set_sslcert },
	{ "sslrootcert", set_sslcert },
	{ "sslidentity", refuse_identity },
	{ "sslpassword", drop },
	{ "connect_timeout", set_timeout },
	{ "options", set_options },
	{ "channel_binding", set_channel_binding },
	{ "pgbouncer", set_pgbouncer },
	{ "application_name", drop },
	{ "connection_limit", drop },
	{ "pool_timeout", drop },
	{ "socket_timeout", drop },
	{ "statement_cache_size", drop },
	{ "max_connection_lifetime", drop },
	{ "max_idle_connection_lifetime", drop },
	{ "single_use_connections", drop },
};

static int
read_parameter(struct url *u, struct span pair, struct why *why)
{
	struct span rest = pair, key = SPAN_NONE;
	if (!pair.len || !span_cut(&rest, '=', &key))
		return 0;
	char *value = url_decode(rest, true);
	if (!value)
		return because(why, -EINVAL,
			"a parameter of the database URL is not UTF-8");
	for (size_t i = 0; i < ELEMENTS(parameters); i++)
		if (span_is(key, parameters[i].name))
			return parameters[i].read(u, value, why);
	/* Prisma ignores what it does not know, and so must we. */
	free(value);
	return 0;
}

int
url_parameters(struct url *u, struct span query, struct why *why)
{
	struct span pair;
	while (span_cut(&query, '&', &pair)) {
		int r = read_parameter(u, pair, why);
		if (r < 0)
			return r;
	}
	return 0;
}
