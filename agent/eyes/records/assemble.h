/* Makes records of the lines of one stream: a table (record-states.h) tells
 * which shape of line continues the open record, and the line begins a new one
 * where it does not. */
#pragma once

#include "eyes/format/join-pieces.h"
#include "eyes/records/record.h"
#include "rule/shapes.h"

struct assemble;
/* `shapes` is borrowed. */
struct assemble *assemble_new(const struct shapes *shapes);
void assemble_free(struct assemble *a);
OWN(assemble, struct assemble *, assemble_free);

/* Feeds a line. If it does not continue the open record, that one is closed and
 * returned, borrowed until the next call, and the line begins a new one. Else
 * NULL. */
const struct record *assemble_feed(struct assemble *a, const struct line *line);
/* Closes the open record and returns it; NULL if there is none. */
const struct record *assemble_close(struct assemble *a);
/* The open record, borrowed, or NULL. */
const struct record *assemble_open(const struct assemble *a);
/* Whether no line can continue the open record any more. */
bool assemble_is_whole(const struct assemble *a);
void assemble_reset(struct assemble *a);
