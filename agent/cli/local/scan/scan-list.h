/* Every fault that a scan finds, on standard output as it is found: for people,
 * or as one JSON object a line. */
#pragma once

#include <stdbool.h>

#include "rule/rule.h"
#include "wire/fault.h"

/* All is borrowed. */
struct scan_list {
	const struct rules *rules;
	const char *path; /* of the log, as people know it */
	const char *app;  /* NULL: not known */
	bool colours;
	unsigned width; /* of the terminal; 0: it is none */
	bool headed;    /* the log's name was printed above its faults */
};

/* One JSON object, with the keys of DESIGN section 9. */
void scan_list_json(const struct scan_list *s, const struct fault *f);
/* Where, what, and the line that tells most. */
void scan_list_text(struct scan_list *s, const struct fault *f);
