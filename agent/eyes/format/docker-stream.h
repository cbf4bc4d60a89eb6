/* The stream of a line in Docker's format, as its end tells, without parsing
 * the line: dockerd writes log, stream and time in this order. */
#pragma once

#include "wire/source.h"

/* The stream of all entries of the physical line, or -1 where its end does not
 * tell. */
int docker_stream_of(struct span line);
/* Whether all entries are of the other stream for sure; false if `stream` is
 * negative. */
bool docker_stream_is_other(struct span line, int stream);
