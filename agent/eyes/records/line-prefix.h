/* The line prefix: what an app or its logger puts before every line of a
 * record, learned from the record itself: `[api] `, `0|api  | `, `2026-11-23
 * 03:11:07.482913  `. Log prefixes, which runtimes add, are removed before
 * (eyes/format/log-prefix.h). */
#pragma once

#include <sys/types.h>

#include "base/span.h"
#include "rule/form.h"
#include "rule/shapes.h"

#define LINE_PREFIX_MAX 80u

/* What stands in the line before the words of a message, a part of the line;
 * empty if nothing does or too much. `body` has no colours and no log prefix.
 */
struct span line_prefix_of(const struct shapes *shapes, struct span body);

/* Bytes of the line that are the prefix, -1 if it has another. Numbers in a
 * prefix are times and counters: a digit stands for any digit. A prefix may
 * have lost its last blanks where nothing follows it. */
ssize_t line_prefix_skip(struct span prefix, struct span line);
