#include "config.h"
#include "hands/plan/outside-effects.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/escape.h"
#include "hands/sql/script.h"

/* Functions that act outside, in whatever statement they are called. */
static const char *const functions[] = { "dblink", "lo_export", "lo_import",
	"pg_terminate_backend", "pg_cancel_backend", "pg_reload_conf",
	"pg_rotate_logfile", "pg_read_", "pg_write_", "pg_ls_", "pg_file_",
	"pg_stat_file", "pg_promote", "pg_switch_wal", "pg_logical_",
	"pg_create_", "pg_drop_replication" };

/* Words that turn up where code that is not seen through acts outside, or
 * puts statements together from pieces. */
static const char *const words[] = { "role", "user", "database", "system",
	"tablespace", "server", "subscription", "program", "copy", "execute" };

static bool
in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 128;
}

/* Whether these bytes are a word: no part of a longer one ("UserRole"), and no
 * name in quotes ("User"), which is never a key word. */
static bool
is_word(struct span text, size_t at, size_t len)
{
	char before = at > 0 ? text.data[at - 1] : ' ';
	char behind = at + len < text.len ? text.data[at + len] : ' ';
	return !in_name(before) && !in_name(behind) &&
		!(before == '"' && behind == '"');
}

static const char *
find_any(struct span text, const char *const *list, size_t n, bool whole)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(list[i]);
		for (size_t at = 0; at + len <= text.len; at++)
			if (strncasecmp(text.data + at, list[i], len) == 0 &&
				(!whole || is_word(text, at, len)))
				return list[i];
	}
	return NULL;
}

static const char *
found_in(const struct statement *s, struct span text)
{
	if (s->outside)
		return s->what;
	const char *found =
		find_any(text, functions, ELEMENTS(functions), false);
	if (!found && s->opaque)
		found = find_any(text, words, ELEMENTS(words), true);
	return found;
}

static char *
outside_effects_in(const struct unit_script *u)
{
	struct span text = buf_span(&u->unit->text);
	own(str) char *name =
		escape_str(span_of(u->unit->name), 120, ESCAPE_LINE);
	if (!u->script->known)
		return xprintf("what %s does cannot be told, so it is not "
			       "tried on a copy",
			name);
	for (size_t i = 0; i < u->script->n; i++) {
		const struct statement *s = &u->script->statements[i];
		const char *found = found_in(s, script_text(text, s));
		if (!found)
			continue;
		own(str) char *what =
			escape_str(span_of(found), 60, ESCAPE_LINE);
		return xprintf("statement %zu of %s may reach beyond its "
			       "database (%s), so it is not tried on a copy",
			i + 1, name, what);
	}
	return NULL;
}

char *
outside_effects_of(const struct unit_script *list, size_t n)
{
	char *why = NULL;
	for (size_t i = 0; i < n && !why; i++)
		why = outside_effects_in(&list[i]);
	return why;
}
