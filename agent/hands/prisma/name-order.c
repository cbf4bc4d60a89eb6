#include "config.h"
#include "hands/prisma/name-order.h"

#include <string.h>

/* The order of CLDR's root collation for what names are made of; 0 for all
 * else. Case is compared only when nothing else differs. */
static unsigned
primary(char c)
{
	static const char order[] =
		" _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789";
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A') + 100;
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a') + 100;
	const char *at = c ? strchr(order, c) : NULL;
	return at ? (unsigned)(at - order) + 1 : 0;
}

/* Whether ICU would put b before a, or whether that cannot be told. */
static bool
icu_may_differ(const char *a, const char *b)
{
	for (size_t i = 0; a[i] || b[i]; i++) {
		if ((a[i] && !primary(a[i])) || (b[i] && !primary(b[i])))
			return true;
		if (primary(a[i]) != primary(b[i]))
			return primary(a[i]) > primary(b[i]);
	}
	/* Equal but for case: lower comes first there, upper here. */
	return strcmp(a, b) != 0;
}

bool
prisma_order_differs(const struct unit_script *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (icu_may_differ(list[i - 1].unit->name, list[i].unit->name))
			return true;
	return false;
}
