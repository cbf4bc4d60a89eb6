/* Which format a log has, as its content tells: file names do not. */
#pragma once

#include "eyes/input/input.h"
#include "wire/source.h"

/* Tells the format by the first lines of the log, of which one may be torn. */
enum source_format detect_format(struct span first);
/* The same for a log that is read from a later place on. */
enum source_format detect_log_format(struct input *in);
