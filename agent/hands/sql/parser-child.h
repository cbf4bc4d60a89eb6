/* What the throw-away child of a script does: it parses the text and sends what
 * it found. Only this header is shared with the parent that asks (script.c):
 * the parent trusts nothing of what it receives. */
#pragma once

#include <stdbool.h>

/* Seconds of processor time that a child may take. */
#define PARSER_CPU 5

enum parser_frame {
	PARSER_STATEMENT = 1, /* struct statement */
	PARSER_PART,    /* struct guard_part, of the statement before it */
	PARSER_REFUSED, /* bool: the grammar does not have it; str: why the text
			   does not parse; the end */
	PARSER_END,     /* every statement was sent */
};

/* The release of PostgreSQL whose grammar it has: 15. */
int parser_version(void);
/* Gives up every right, parses, answers over the socket, and ends. `bodies`:
 * also what the code of DO and of functions holds. */
_Noreturn void parser_child(const char *text, bool bodies, int sock);
