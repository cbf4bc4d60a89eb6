/* Calls whose result is longer than what they get. Each alone is harmless; one
 * around the other makes texts that grow with each of them, until a row cannot
 * be written for want of memory. And what fails at each row: a division by
 * zero, or a text that is no value of the type it becomes. Runs in the
 * throw-away child only. */
#pragma once

#include "hands/sql/allowed-parts.h"

/* Before and after the nodes inside of `m` are looked at. False: the statement
 * has an objection. */
bool lengthening_enter(struct allowed_walk *w, const ProtobufCMessage *m);
void lengthening_leave(struct allowed_walk *w, const ProtobufCMessage *m);
