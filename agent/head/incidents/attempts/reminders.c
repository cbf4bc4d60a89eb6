#include "config.h"
#include "head/incidents/attempts/reminders.h"

#include "base/escape.h"
#include "head/model/incident.h"

#define NAME_SHOWN 255u

int
reminders_text(struct store *s, uint64_t incident, char **ret, struct why *why)
{
	own(buf) struct buf text = { 0 };
	struct attempt *list = NULL;
	size_t n = 0;
	*ret = NULL;
	int r = store_uncommitted(s, incident, &list, &n, why);
	for (size_t k = 0; r >= 0 && k < n; k++) {
		own(str) char *name = escape_str(span_of(list[k].proposal.name),
			NAME_SHOWN, ESCAPE_LINE);
		buf_printf(&text, "%s%s",
			k ? ", " : "nobody is reminded any more to commit ",
			name);
	}
	attempts_free(list, n);
	if (r >= 0 && n)
		*ret = buf_take_str(&text);
	return MIN(r, 0);
}
