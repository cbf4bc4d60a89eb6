#include "config.h"
#include "hands/container/container-path.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/escape.h"
#include "docker/engine.h"

#define PIECES_MOST 64u
#define STAT_MOST (16u << 10) /* bytes of a description */
#define SHOWN 200
/* Of Go's FileMode, in which Docker describes files. */
#define GO_FOLDER (1ull << 31)
#define GO_LINK (1ull << 27)
#define GO_OTHER                                                      \
	(GO_FOLDER | GO_LINK | 1ull << 26 | 1ull << 25 | 1ull << 24 | \
		1ull << 21 | 1ull << 19)

void
container_path_free(struct container_path *p)
{
	free(p->real);
	strings_free(p->links);
	*p = (struct container_path){ 0 };
}

/* What the header holds; NULL: it is not what Docker writes there. */
static json_t *
description(const char *base64)
{
	size_t len = base64 ? strlen(base64) : 0;
	if (!len || len % 4 || len > STAT_MOST)
		return NULL;
	own(buf) struct buf text = { 0 };
	int n = EVP_DecodeBlock((unsigned char *)buf_reserve(&text, len),
		(const unsigned char *)base64, (int)len);
	for (size_t i = len; n > 0 && i > len - 2 && base64[i - 1] == '='; i--)
		n--;
	return n > 0 ? json_loadb(text.data, (size_t)n, 0, NULL) : NULL;
}

/* Docker follows links in all of the path but its last part, and says where
 * that leads if it is one. *ret_target is owned; NULL: it is none. */
static int
ask(const struct docker_app *c, const char *id, const char *path,
	char **ret_target, mode_t *ret_kind, struct why *why)
{
	own(buf) struct buf address = { 0 };
	own(str) char *header = NULL;
	buf_add_str(&address, "/containers/");
	engine_add_part(&address, span_of(id));
	buf_add_str(&address, "/archive?path=");
	engine_add_part(&address, span_of(path));
	int r = engine_head(c->engine, buf_str(&address),
		"X-Docker-Container-Path-Stat:", &header, why);
	if (r < 0)
		return r;
	json_t *json = description(header);
	unsigned long long mode = (unsigned long long)json_integer_value(
		json_object_get(json, "mode"));
	const char *target =
		json_string_value(json_object_get(json, "linkTarget"));
	bool link = mode & GO_LINK;
	if (!json || (link && (!target || *target != '/')))
		r = because(why, -EBADMSG,
			"Docker describes no file where it was asked for one");
	*ret_kind = mode & GO_FOLDER ? S_IFDIR : mode & GO_OTHER ? 0 : S_IFREG;
	if (r == 0 && link)
		*ret_target = xstrdup(target);
	json_decref(json);
	return r;
}

/* One part further, over the link that it may be. */
static int
step(const struct docker_app *c, const char *id, struct span part,
	struct container_path *p, struct why *why)
{
	own(str) char *next = NULL, *target = NULL;
	char *slash = strrchr(p->real, '/');
	if (!part.len || span_is(part, "."))
		return 0;
	if (span_is(part, "..")) {
		if (slash)
			*slash = '\0';
		p->kind = S_IFDIR;
		return 0;
	}
	next = xprintf("%s/" SPAN_FMT, p->real, SPAN_ARG(part));
	int r = ask(c, id, next, &target, &p->kind, why);
	if (r < 0)
		return r;
	if (target)
		strings_add(&p->links, next);
	free(p->real);
	p->real = target ? take(target) : take(next);
	/* A link to the root, which nobody needs to be asked about. */
	if (strcmp(p->real, "/") == 0) {
		*p->real = '\0';
		p->kind = S_IFDIR;
	}
	return 0;
}

int
container_path_find(const struct docker_app *c, const char *id,
	const char *path, struct container_path *ret, struct why *why)
{
	struct span rest = span_of(path), part;
	unsigned n = 0;
	*ret = (struct container_path){ xstrdup(""), S_IFDIR, NULL };
	while (span_cut(&rest, '/', &part)) {
		if (++n > PIECES_MOST) {
			own(str) char *shown =
				escape_str(span_of(path), SHOWN, ESCAPE_LINE);
			return because(why, -ELOOP,
				"in the container: %s has too many parts",
				shown);
		}
		int r = step(c, id, part, ret, why);
		if (r < 0)
			return r;
	}
	/* The end of a link, of which nothing is known yet. */
	own(str) char *none = NULL;
	return ret->links && *ret->real
		? ask(c, id, ret->real, &none, &ret->kind, why)
		: 0;
}
