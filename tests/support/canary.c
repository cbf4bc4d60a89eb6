#include "config.h"
#include "support/canary.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/io/file.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define SIGNS ",@?/#!$*+=~^"

/* https://prng.di.unimi.it/splitmix64.c */
static uint64_t
next(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static void
add_some(struct buf *to, const char *of, size_t n, uint64_t *seed)
{
	for (size_t i = 0; i < n; i++)
		buf_add_char(to, of[next(seed) % strlen(of)]);
}

/* Letters and digits, at least one of each kind, as every generator's are. */
static void
add_core(struct buf *to, size_t n, uint64_t *seed)
{
	add_some(to, CAPITALS, 1, seed);
	add_some(to, DIGITS, 1, seed);
	add_some(to, LETTERS, 1, seed);
	add_some(to, LETTERS CAPITALS DIGITS, n - 3, seed);
}

static void
add_sign(struct buf *to, char sign, char how)
{
	if (how == 'P')
		buf_printf(to, "%%%02X", sign);
	else if (how == 'j' && sign == '@')
		buf_add_str(to, "\\u0040");
	else if (how == 'j' && sign == '/')
		buf_add_str(to, "\\/");
	else
		buf_add_char(to, sign);
}

static void
need(struct canary *c, struct buf *core)
{
	strings_add(&c->needles, buf_str(core));
	buf_add_span(&c->text, buf_span(core));
	buf_reset(core);
}

static void
add_password(struct canary *c, char how, uint64_t *seed)
{
	own(buf) struct buf core = { 0 };
	add_core(&core, 9, seed);
	need(c, &core);
	for (int i = 0; i < 2; i++)
		add_sign(&c->text, (SIGNS)[next(seed) % strlen(SIGNS)], how);
	if (how == 'j')
		buf_add_str(&c->text, "\\\"");
	add_core(&core, 9, seed);
	need(c, &core);
}

static void
add_secret(struct canary *c, char how, uint64_t *seed)
{
	own(buf) struct buf core = { 0 };
	if (how == 'p' || how == 'P' || how == 'j') {
		add_password(c, how, seed);
		return;
	}
	if (how == 'h')
		add_some(&core, "abcdef" DIGITS, 32, seed);
	else if (how == 'A')
		add_some(&core, CAPITALS DIGITS, 16, seed);
	else if (how == '1' || how == '2')
		add_core(&core, 17, seed);
	else
		add_core(&core, how == 'b' ? 32 : 16, seed);
	need(c, &core);
}

void
canary_make(const char *form, uint64_t *seed, struct canary *ret)
{
	*ret = (struct canary){ 0 };
	for (const char *p = form; *p; p++) {
		if (*p == '\\' && p[1] && strchr("nt\\", p[1])) {
			p++;
			buf_add_char(&ret->text,
				*p == 'n'           ? '\n'
					: *p == 't' ? '\t'
						    : '\\');
		} else if (*p == '{' && p[1] && strchr("ahAbpPj12", p[1]) &&
			p[2] == '}') {
			add_secret(ret, p[1], seed);
			p += 2;
		} else {
			buf_add_char(&ret->text, *p);
		}
	}
}

void
canary_free(struct canary *c)
{
	buf_free(&c->text);
	strings_free(c->needles);
}

char **
canary_lines(const char *path, bool plain)
{
	own(buf) struct buf text = { 0 };
	char **lines = NULL;
	if (file_read(path, 1 << 20, &text, NULL) < 0)
		return NULL;
	struct span rest = buf_span(&text), line;
	while (span_cut(&rest, '\n', &line)) {
		if (!line.len || line.data[0] == '#')
			continue;
		own(str) char *one = xstrndup(line.data, line.len);
		struct canary c = { 0 };
		uint64_t seed = 0;
		if (plain)
			canary_make(one, &seed, &c);
		strings_add(&lines, plain ? buf_str(&c.text) : one);
		canary_free(&c);
	}
	return lines;
}
