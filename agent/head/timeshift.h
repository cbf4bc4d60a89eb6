/* A clock that is set back: what is due stays as far ahead as it was. */
#pragma once

#include "head/store.h"

/* Brings what is due for the live incidents nearer by `back`, where `now` is
 * the new time. Limits still count by the times that are stored, so that they
 * can only get stricter. 0 or negative, with nothing changed. */
int timeshift_back(struct store *s, usec back, usec now, struct why *why);
