/* Secrets that appear in logs, taken out before a record's text is stored:
 * passwords inside URLs, `password=...` and their like, bearer tokens. */
#pragma once

#include "base/span.h"

/* The text with each secret replaced by `***`. Owned; a NUL is kept out, so
 * that the length is that of the string. */
char *redact(struct span text);
