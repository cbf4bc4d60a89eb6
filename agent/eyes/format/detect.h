/* What wrote a log, by its content. */
#pragma once

#include "eyes/input/input.h"
#include "wire/source.h"

/* By its first lines; one of them may be torn. */
enum source_format detect_format(struct span first);
/* The same for a log that is not read from its beginning. */
enum source_format detect_log_format(struct input *in);
