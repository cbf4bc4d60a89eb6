#include "config.h"
#include "head/status.h"

#include <jansson.h>

/* What nobody could read any more if its descriptor were closed. */
static json_int_t
held_bytes(const json_t *sources)
{
	json_int_t sum = 0;
	size_t i;
	json_t *one;
	json_array_foreach (sources, i, one)
		if (json_is_true(json_object_get(one, "unlinked")))
			sum += json_integer_value(
				       json_object_get(one, "size")) -
				json_integer_value(
					json_object_get(one, "read"));
	return sum;
}

void
status_fill(json_t *status, const struct status_figures *f, json_t *sources)
{
	char text[CLOCK_TEXT];
	const struct {
		const char *name;
		json_int_t value;
	} figures[] = {
		{ "eyes", f->eyes },
		{ "hands", (json_int_t)f->hands },
		{ "held_bytes", held_bytes(sources) },
		{ "batches", (json_int_t)f->batches },
		{ "bytes", (json_int_t)f->bytes },
		{ "faults", (json_int_t)f->faults },
		{ "broken_lines", (json_int_t)f->broken },
		{ "undecided", (json_int_t)f->undecided },
	};
	json_object_set_new(
		status, "started", json_string(clock_text(f->started, text)));
	for (size_t i = 0; i < ELEMENTS(figures); i++)
		json_object_set_new(status, figures[i].name,
			json_integer(figures[i].value));
	json_object_set_new(status, "sources", sources);
}
