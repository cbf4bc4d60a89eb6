#include "config.h"
#include "cli/output/advice.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/redact.h"
#include "cli/output/page.h"
#include "wire/exit-code.h"

#define TEXT_MOST 2000u

static const char *const kinds[] = {
	[ADVICE_FINE] = "fine",
	[ADVICE_NOTE] = "note",
	[ADVICE_TO_DO] = "to do",
	[ADVICE_WRONG] = "wrong",
	[ADVICE_UNKNOWN] = "unknown",
};

static const enum colour shades[] = {
	[ADVICE_FINE] = COLOUR_GOOD,
	[ADVICE_NOTE] = COLOUR_NONE,
	[ADVICE_TO_DO] = COLOUR_WARN,
	[ADVICE_WRONG] = COLOUR_BAD,
	[ADVICE_UNKNOWN] = COLOUR_WARN,
};

const char *
advice_kind_name(enum advice_kind k)
{
	return kinds[k];
}

void
advices_free(struct advices *a)
{
	for (size_t i = 0; i < a->n; i++) {
		free(a->list[i].about);
		free(a->list[i].text);
		strings_free(a->list[i].commands);
	}
	free(a->list);
	*a = (struct advices){ 0 };
}

void
advice_add(struct advices *a, enum advice_kind kind, const char *about,
	const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	own(str) char *known = redact(span_of(text));
	a->list = xrealloc(a->list, a->n + 1, sizeof(*a->list));
	a->list[a->n++] = (struct advice){
		.kind = kind,
		.about = xstrdup(about),
		.text = escape_str(span_of(known), TEXT_MOST, ESCAPE_LINE),
	};
}

void
advice_command(struct advices *a, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	own(str) char *text = xvprintf(fmt, args);
	va_end(args);
	own(str) char *shown =
		escape_str(span_of(text), TEXT_MOST, ESCAPE_LINE);
	strings_add(&a->list[a->n - 1].commands, shown);
}

char *
advice_word(const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._@+-/=:,";
	if (*text && strspn(text, plain) == strlen(text))
		return xstrdup(text);
	struct buf word = { 0 };
	buf_add_char(&word, '\'');
	for (; *text; text++)
		if (*text == '\'')
			buf_add_str(&word, "'\\''");
		else
			buf_add_char(&word, *text);
	buf_add_char(&word, '\'');
	return buf_take_str(&word);
}

/* A terminal must not break commands: they are copied. So they go around the
 * page. */
static int
print_one(const struct advice *a, unsigned number)
{
	own(page) struct page p = page_new();
	if (a->kind >= ADVICE_TO_DO)
		page_printf(&p, "%2u. ", number);
	else
		page_printf(&p, "    ");
	page_mark_column(&p);
	page_add(&p, shades[a->kind], a->about);
	page_printf(&p, ": ");
	page_add(&p, COLOUR_NONE, a->text);
	page_printf(&p, "\n");
	int code = page_print(&p);
	for (char **c = a->commands; c && *c && code == EXIT_DONE; c++)
		printf("        %s\n", *c);
	return code;
}

int
advices_print(const struct advices *a)
{
	int code = EXIT_DONE;
	unsigned number = 0;
	for (size_t i = 0; i < a->n && code == EXIT_DONE; i++) {
		number += a->list[i].kind >= ADVICE_TO_DO;
		code = print_one(&a->list[i], number);
	}
	return code;
}

json_t *
advices_json(const struct advices *a)
{
	json_t *list = json_array();
	for (size_t i = 0; i < a->n; i++) {
		json_t *commands = json_array();
		for (char **c = a->list[i].commands; c && *c; c++)
			json_array_append_new(commands, json_string(*c));
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:o}", "kind",
				kinds[a->list[i].kind], "about",
				a->list[i].about, "text", a->list[i].text,
				"commands", commands));
	}
	return list;
}
