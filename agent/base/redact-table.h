/* What secrets look like: rules/secrets.table, compiled in; made by
 * rules/local.mk. */
#pragma once

struct redact_entry {
	const char *name; /* NULL: the end */
	const char *kind; /* `password`, `token`, ... */
	const char *mask; /* PCRE2; its groups, else all of it, are secret */
};

extern const struct redact_entry redact_table[];
