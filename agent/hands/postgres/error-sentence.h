/* PostgreSQL's error as a sentence for a person. */
#pragma once

/* The first line of the server's message, and the SQLSTATE with what it means
 * where the server's own words do not tell everybody: a lock that was waited
 * for too long, a statement that took too long. `state` is "" if there is none.
 * Owned. */
char *error_sentence(const char *message, const char *state);
