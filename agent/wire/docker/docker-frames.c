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
docker_frames_service(struct frame *f, const char *name)
{
	f->type = DOCKER_SERVICE;
	frame_put_str(f, name);
}

int
docker_frames_get_service(struct frame *f, char **ret, struct why *why)
{
	own(str) char *name = frame_get_str(f, NEWS_TEXT);
	if (f->type != DOCKER_SERVICE || frame_end(f, why) < 0 || !name)
		return because(why, -EBADMSG, "no name of a service came");
	*ret = take(name);
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
	frame_put_bool(f, n->unsure);
	frame_put_bool(f, n->listed);
	frame_put_u32(f, (uint32_t)n->exit_code);
	frame_put_u32(f, n->health);
	frame_put_u64(f, n->created);
	frame_put_u64(f, n->started);
	frame_put_u64(f, n->finished);
	frame_put_u64(f, n->noticed);
	frame_put_bool(f, n->replaced);
	frame_put_bool(f, n->together);
	frame_put_bool(f, n->gone);
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
	ret->unsure = frame_get_bool(f);
	ret->listed = frame_get_bool(f);
	ret->exit_code = (int)frame_get_u32(f);
	ret->health = frame_get_below(f, HEALTHS);
	ret->created = frame_get_u64(f);
	ret->started = frame_get_u64(f);
	ret->finished = frame_get_u64(f);
	ret->noticed = frame_get_u64(f);
	ret->replaced = frame_get_bool(f);
	ret->together = frame_get_bool(f);
	ret->gone = frame_get_bool(f);
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

void
service_labels_free(struct service_labels *l)
{
	free(l->service);
	strings_free(l->labels);
	*l = (struct service_labels){ 0 };
}

void
docker_frames_labels(struct frame *f, const struct service_labels *l)
{
	size_t n = MIN(strings_count(l->labels), LABELS_MOST);
	f->type = DOCKER_LABELS;
	put_text(f, l->service);
	frame_put_u32(f, l->state);
	frame_put_bool(f, l->cut);
	frame_put_bool(f, l->none_wanted);
	frame_put_u32(f, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		put_text(f, l->labels[i]);
}

int
docker_frames_get_labels(
	struct frame *f, struct service_labels *ret, struct why *why)
{
	*ret = (struct service_labels){ 0 };
	ret->service = get_text(f, NEWS_TEXT);
	ret->state = frame_get_below(f, LABELS_STATES);
	ret->cut = frame_get_bool(f);
	ret->none_wanted = frame_get_bool(f);
	uint32_t n = frame_get_below(f, LABELS_MOST + 1);
	for (uint32_t i = 0; i < n && !f->broken; i++) {
		own(str) char *text = get_text(f, NEWS_TEXT);
		if (text)
			strings_add(&ret->labels, text);
	}
	if (f->type == DOCKER_LABELS && frame_end(f, why) == 0 && ret->service)
		return 0;
	service_labels_free(ret);
	return because(why, -EBADMSG, "labels of a service came broken");
}
