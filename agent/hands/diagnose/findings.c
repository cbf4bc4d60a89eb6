#include "config.h"
#include "hands/diagnose/findings.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/redact.h"

static struct finding
finding_of(const char *name, enum answer answer, const char *text)
{
	own(str) char *shown = redact(span_of(text));
	return (struct finding){
		.name = xstrdup(name),
		.answer = answer,
		.text = escape_str(
			span_of(shown), FINDING_TEXT_MAX, ESCAPE_LINE),
	};
}

/* The finding that stood last gives up its place, and is counted with those
 * that do not fit. */
static void
leave_out(struct findings *f)
{
	struct finding *last = &f->list[FINDINGS_MAX - 1];
	f->left_out += f->left_out ? 1 : 2;
	finding_free(last);
	own(str) char *text =
		xprintf("there are %zu more findings, which are not listed",
			f->left_out);
	*last = finding_of("more-findings", ANSWER_YES, text);
}

/* No finding is dropped without a word: a person must see that there is more.
 */
void
findings_add(struct findings *f, const char *name, enum answer answer,
	const char *fmt, ...)
{
	if (f->n == FINDINGS_MAX) {
		leave_out(f);
		return;
	}
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	f->list = xrealloc(f->list, f->n + 1, sizeof(*f->list));
	f->list[f->n++] = finding_of(name, answer, text);
}

void
findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		finding_free(&f->list[i]);
	free(f->list);
	*f = (struct findings){ 0 };
}
