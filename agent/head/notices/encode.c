#include "config.h"
#include "head/notices/encode.h"

#include "head/notices/slack.h"

/* A further kind is one row here, one file beside slack.c, its place in enum
 * notify_kind (config/settings.h) and its name in values_notify_kind(). */
static char *(*const encoders[NOTIFY_KINDS])(const struct outgoing *o) = {
	[NOTIFY_SLACK] = slack_encode,
};

char *
encode_notice(enum notify_kind kind, const struct outgoing *o)
{
	return encoders[kind](o);
}
