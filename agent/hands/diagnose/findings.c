#include "config.h"
#include "hands/diagnose/findings.h"

#include <stdlib.h>

#include "base/escape.h"

void
findings_add(struct findings *f, const char *name, enum answer answer,
	const char *fmt, ...)
{
	if (f->n == FINDINGS_MAX)
		return;
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	f->list = xrealloc(f->list, f->n + 1, sizeof(*f->list));
	f->list[f->n++] = (struct finding){
		.name = xstrdup(name),
		.answer = answer,
		.text = escape_str(
			span_of(text), FINDING_TEXT_MAX, ESCAPE_LINE),
	};
}

void
findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		finding_free(&f->list[i]);
	free(f->list);
	*f = (struct findings){ 0 };
}
