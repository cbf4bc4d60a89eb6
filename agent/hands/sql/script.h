/* A SQL script and its statements. libpg_query parses it in a throw-away child
 * with nothing but a socket: it runs PostgreSQL's grammar on text that anybody
 * may have written, and long expressions end it (libpg_query's README). */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/why.h"
#include "hands/sql/statement.h"

#define SCRIPT_MAX (1u << 20)
#define SCRIPT_STATEMENTS 2000u

struct script {
	bool known; /* false: what it does cannot be told, see unknown */
	char *unknown;
	bool refused; /* not known, because the grammar does not have it */
	struct statement *statements;
	size_t n;
};

void script_free(struct script *s);
static inline void
script_let_go(struct script *s)
{
	script_free(s);
}

/* The release of PostgreSQL whose grammar the parser has: 15. */
int script_parser_version(void);
/* Always gives a script; when it cannot be parsed, one that is not known. */
void script_parse(struct span text, usec deadline, struct script *ret);
/* The statement's text without the comments and blanks before it. */
struct span script_text(struct span text, const struct statement *s);
/* The text with these statements before each of its own that follows on one
 * which may have changed a setting; owned. No line of it gets another number.
 */
char *
script_with(struct span text, const struct script *s, const char *settings);
/* Whether the whole may run inside one transaction block of ours. */
bool script_is_atomic(const struct script *s);
