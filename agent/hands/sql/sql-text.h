/* Statements as text. */
#pragma once

#include "base/buf.h"

/* Without the blanks and comments at its start. */
struct span sql_text_skip(struct span s);
/* Its first two words, `CREATE TABLE`, for sentences; owned. */
char *sql_text_words(struct span text);
