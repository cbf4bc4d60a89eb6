#include "config.h"
#include "wire/docker/docker-frames.h"

#include <errno.h>
#include <stdlib.h>

#include "base/escape.h"

#define PATH_LEN_MAX 4096u
#define SENTENCE_MAX 1024u

void
container_news_free(struct container_news *n)
{
	free(n->id);
	free(n->name);
	free(n->service);
	free(n->image);
	free(n->image_id);
	*n = (struct container_news){ 0 };
}

void
docker_frames_socket(struct frame *f, const char *path, usec lost)
{
	f->type = DOCKER_SOCKET;
	frame_put_str(f, path);
	frame_put_u64(f, lost);
}

int
docker_frames_get_socket(
	struct frame *f, char **ret, usec *ret_lost, struct why *why)
{
	own(str) char *path = frame_get_str(f, PATH_LEN_MAX);
	usec lost = frame_get_u64(f);
	if (f->type != DOCKER_SOCKET || frame_end(f, why) < 0 || !path)
		return because(why, -EBADMSG, "no path of a socket came");
	*ret = take(path);
	*ret_lost = lost;
	return 0;
}

void
docker_frames_link(struct frame *f, bool speaks, const char *text)
{
	f->type = DOCKER_LINK;
	frame_put_bool(f, speaks);
	frame_put_span(f, span_first(span_of(text), SENTENCE_MAX));
}

/* What was a text there is one here, escaped; NULL stays NULL. */
static char *
get_text(struct frame *f, size_t most)
{
	struct span s = frame_get_span(f, most);
	return s.data ? escape_str(s, most, ESCAPE_LINE) : NULL;
}

int
docker_frames_get_link(
	struct frame *f, bool *ret_speaks, char **ret_text, struct why *why)
{
	bool speaks = frame_get_bool(f);
	own(str) char *text = get_text(f, SENTENCE_MAX);
	if (f->type != DOCKER_LINK || frame_end(f, why) < 0 || !text)
		return because(why, -EBADMSG, "the link to Docker came broken");
	*ret_speaks = speaks;
	*ret_text = take(text);
	return 0;
}

static void
put_text(struct frame *f, const char *text)
{
	frame_put_span(f, span_first(span_of(text), NEWS_TEXT));
}

void
docker_frames_news(struct frame *f, const struct container_news *n)
{
	f->type = DOCKER_NEWS;
	put_text(f, n->id);
	put_text(f, n->name);
	put_text(f, n->service);
	put_text(f, n->image);
	put_text(f, n->image_id);
	frame_put_bool(f, n->running);
	frame_put_bool(f, n->asked);
	frame_put_bool(f, n->out_of_memory);
	frame_put_bool(f, n->listed);
	frame_put_u32(f, (uint32_t)n->exit_code);
	frame_put_u32(f, n->health);
	frame_put_u64(f, n->created);
	frame_put_u64(f, n->started);
	frame_put_u64(f, n->finished);
	frame_put_u64(f, n->deployed);
}

int
docker_frames_get_news(
	struct frame *f, struct container_news *ret, struct why *why)
{
	*ret = (struct container_news){ 0 };
	ret->id = get_text(f, NEWS_TEXT);
	ret->name = get_text(f, NEWS_TEXT);
	ret->service = get_text(f, NEWS_TEXT);
	ret->image = get_text(f, NEWS_TEXT);
	ret->image_id = get_text(f, NEWS_TEXT);
	ret->running = frame_get_bool(f);
	ret->asked = frame_get_bool(f);
	ret->out_of_memory = frame_get_bool(f);
	ret->listed = frame_get_bool(f);
	ret->exit_code = (int)frame_get_u32(f);
	ret->health = frame_get_below(f, HEALTHS);
	ret->created = frame_get_u64(f);
	ret->started = frame_get_u64(f);
	ret->finished = frame_get_u64(f);
	ret->deployed = frame_get_u64(f);
	if (f->type == DOCKER_NEWS && frame_end(f, why) == 0 && ret->id &&
		ret->name && ret->service)
		return 0;
	container_news_free(ret);
	return because(why, -EBADMSG, "news of a container came broken");
}

void
docker_frames_gone(struct frame *f, const char *id)
{
	f->type = DOCKER_GONE;
	put_text(f, id);
}

int
docker_frames_get_gone(struct frame *f, char **ret_id, struct why *why)
{
	own(str) char *id = get_text(f, NEWS_TEXT);
	if (f->type != DOCKER_GONE || frame_end(f, why) < 0 || !id)
		return because(why, -EBADMSG, "a removal came broken");
	*ret_id = take(id);
	return 0;
}
