#include "config.h"
#include "head/notices/encode.h"

#include "head/notices/slack.h"

static const char *const json[] = { "Content-Type: application/json", NULL };

/* A further kind is one row here, one file beside slack.c, its place in enum
 * notify_kind (config/settings.h) and its name in values_notify_kind(). */
static const struct {
	char *(*body)(const struct outgoing *o);
	const char *const *headers;
} encoders[NOTIFY_KINDS] = {
	[NOTIFY_SLACK] = { slack_encode, json },
};

char *
encode_notice(enum notify_kind kind, const struct outgoing *o)
{
	return encoders[kind].body(o);
}

const char *const *
encode_headers(enum notify_kind kind)
{
	return encoders[kind].headers;
}
