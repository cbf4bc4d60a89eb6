/* Texts and times out of what the Engine answers, which may hold anything. */
#pragma once

#include <jansson.h>

#include "base/clock.h"
#include "base/escape.h"

#define ENGINE_TEXT 255u /* bytes */

/* A name that needs no escaping anywhere: letters, digits and `._-/:`, at most
 * 255 of them. Owned; NULL for anything else. */
char *engine_plain(const json_t *object, const char *key);
/* Any text, escaped and cut. Owned; NULL where there is none, or an empty one.
 */
char *engine_shown(const json_t *object, const char *key);
/* The path with `filters={KEY:[VALUE, OTHER]}` in its query; `other` may be
 * NULL. Owned. */
char *engine_filtered(const char *path, const char *key, const char *value,
	const char *other);
/* Whether Docker could have given this id or name: one plain word. */
bool engine_is_id(const char *id);
/* Docker's time in usec since 1970; 0 for the year 1, which Docker writes where
 * there is none, and for anything else that is no time. */
usec engine_time(const json_t *text);
