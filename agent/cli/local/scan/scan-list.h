/* Every fault that a scan finds, on standard output as it is found: for people,
 * or as one JSON object a line. */
#pragma once

#include <stdbool.h>

#include "rule/rule.h"
#include "wire/fault.h"

/* All but the buffers is borrowed. */
struct scan_list {
	const struct rules *rules;
	const char *path; /* of the log, as people know it */
	const char *app;  /* NULL: not known */
	bool colours;
	unsigned width; /* of the terminal; 0: it is none */
	bool headed;    /* the log's name was printed above its faults */
	struct buf source, text, out; /* the path as JSON, and scratch */
};

/* Begins the list of another log. */
void scan_list_log(struct scan_list *s, const char *path, const char *app);
void scan_list_free(struct scan_list *s);

/* One JSON object, with the keys of DESIGN section 9. */
void scan_list_json(struct scan_list *s, const struct fault *f);
/* Where, what, and the line that tells most. */
void scan_list_text(struct scan_list *s, const struct fault *f);
