/* What a command tells a person to do: sentences, each with the commands that
 * can be copied from the screen, in the order in which to do them. */
#pragma once

#include <stddef.h>

#include "base/own.h"

struct json_t;

enum advice_kind {
	ADVICE_FINE,    /* nothing to do */
	ADVICE_NOTE,    /* worth knowing, and nothing to do */
	ADVICE_TO_DO,   /* something is to be done */
	ADVICE_WRONG,   /* the configuration is wrong */
	ADVICE_UNKNOWN, /* it could not be told */
	ADVICE_KINDS
};
/* A static string: "fine", "note", "to do", "wrong", "unknown". */
const char *advice_kind_name(enum advice_kind k);

struct advice {
	enum advice_kind kind;
	char *about; /* what it is about, in a word or two */
	char *text;  /* a sentence; may quote anything */
	char **commands;
};

struct advices {
	struct advice *list;
	size_t n;
};

void advices_free(struct advices *a);
static inline void
advices_let_go(struct advices *a)
{
	advices_free(a);
}
/* Adds one behind the others. */
void advice_add(struct advices *a, enum advice_kind kind, const char *about,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Adds a command to the last one. */
void advice_command(struct advices *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A word of a shell, quoted where that is needed; owned. */
char *advice_word(const char *text);

/* Prints them to standard output: a number where something is to be done, the
 * sentence without secrets and escaped, the commands in lines that are never
 * broken. As page_print(). */
int advices_print(const struct advices *a);
/* [{kind, about, text, commands}]; new reference. */
struct json_t *advices_json(const struct advices *a);
