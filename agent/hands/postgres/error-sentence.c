#include "config.h"
#include "hands/postgres/error-sentence.h"

#include <string.h>

#include "base/own.h"
#include "base/span.h"

#define SENTENCE_MAX 600u

/* https://www.postgresql.org/docs/15/errcodes-appendix.html */
static const struct {
	const char *state, *text;
} meanings[] = {
	{ "55P03", ": another session held a lock on it for too long" },
	{ "57014", ": it took too long, or was ended" },
	{ "53200", ": the server has no memory for it" },
	{ "25006", ": a standby, or read-only" },
};

static const char *
meaning_of(const char *state)
{
	for (size_t i = 0; i < ELEMENTS(meanings); i++)
		if (strcmp(meanings[i].state, state) == 0)
			return meanings[i].text;
	return "";
}

char *
error_sentence(const char *message, const char *state)
{
	struct span rest = span_of(message), line = SPAN_NONE;
	(void)span_cut(&rest, '\n', &line);
	if (span_starts(line, SPAN("ERROR:  ")))
		line = span_from(line, 8);
	line = span_first(line, SENTENCE_MAX);
	if (!line.len)
		line = SPAN("the server gave no reason");
	return *state ? xprintf(SPAN_FMT " (%s%s)", SPAN_ARG(line), state,
				meaning_of(state))
		      : xprintf(SPAN_FMT, SPAN_ARG(line));
}
