/* A rule's regular expression, compiled in the one way that rule files are
 * written for: bytes, `^` and `$` at every line, `.` never a newline. */
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/own.h"
#include "base/why.h"

/* A refused pattern is -EINVAL; `why` holds its error without a place. */
int pattern_compile(const char *text, pcre2_code **ret, struct why *why);
void pattern_free(pcre2_code *code);
OWN(pattern, pcre2_code *, pattern_free);

/* The longest run of bytes that every match must hold unbroken, over the
 * alphabet that loggers and Docker leave as it is; at least PATTERN_LITERAL
 * bytes, or NULL. Owned. */
char *pattern_literal(const char *text);
#define PATTERN_LITERAL 4u
/* An alternative of a pattern of which only counts whether it is found: one
 * part, or two with at most `distance` bytes of any kind between them, written
 * `FIRST[\s\S]{0,DISTANCE}SECOND`. */
struct pattern_part {
	char *first, *second; /* owned; second is NULL if there is one only */
	size_t distance;
};
/* Cuts a pattern at the distances in its alternatives. What cannot be cut, such
 * as one that refers to a group, stays in one part. Returns their number, at
 * least 1; *ret is owned. */
size_t pattern_parts(const char *text, struct pattern_part **ret);
void pattern_parts_free(struct pattern_part *parts, size_t n);
/* Whether every byte is of that alphabet. */
int literal_is_safe(const char *literal);
