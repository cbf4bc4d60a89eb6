/* What wrote a log, by its content. */
#pragma once

#include "eyes/input.h"
#include "wire/source.h"

/* By its first lines; one of them may be torn. */
enum source_format format_of(struct span first);
/* The same for a log that is not read from its beginning. */
enum source_format format_of_log(struct input *in);
