/* What is remembered of who was told of a trouble that the store cannot keep,
 * as it is about the store, or comes before it: a small text that outlives the
 * process. It lies in the state directory, in a file that has its space from
 * the beginning, as a full disk has no other; where that cannot be written at
 * all, as on a disk that is read-only, beside the control socket. */
#pragma once

#include "base/buf.h"
#include "base/why.h"
#include "config/settings.h"

/* No text is longer; the file has this size. */
#define KEPT_TEXT_MOST 4096u

/* Makes the file `name` if it is not there, so that it has its space while
 * there is some. */
int kept_text_reserve(
	const struct settings *settings, const char *name, struct why *why);
/* Adds the text, without blanks around it, to `to`; nothing where there is none
 * or it cannot be read. */
void kept_text_get(
	const struct settings *settings, const char *name, struct buf *to);
/* -EFBIG: it is too long. */
int kept_text_put(const struct settings *settings, const char *name,
	struct span text, struct why *why);
