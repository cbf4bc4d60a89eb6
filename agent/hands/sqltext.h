/* Statements as text. */
#pragma once

#include "base/buf.h"

/* Without the blanks and comments at its start. */
struct span sqltext_skip(struct span s);
/* Its first two words, `CREATE TABLE`, for sentences; owned. */
char *sqltext_words(struct span text);
