/* A line with a URL, as people copy it out of an environment file, a shell or a
 * chat: with a byte order mark, `export`, a name and `=`, quotes, a `;`. */
#pragma once

#include "base/buf.h"

/* The bytes that a URL may have, in a file or in an app's container. */
#define SECRET_LINE_MOST 8192u

/* The URL in it, a part of the line; the line as it is where it holds none.
 * Adds what was left out to `off`, for people: no byte of it may be secret.
 * `off` may be NULL. */
struct span secret_line_bare(struct span line, struct buf *off);
