#include "config.h"
#include "cli/daemon/to-commit.h"

#include <jansson.h>

#include "base/clock.h"

/* `applied 3d ago`; the time itself where the clock was set back since. */
static void
add_age(struct page *p, const char *applied)
{
	char text[CLOCK_TEXT];
	int64_t ns = 0;
	usec now = clock_wall();
	page_printf(p, ", applied ");
	if (!applied || !clock_parse(span_of(applied), &ns) || ns < 0 ||
		(usec)ns / NSEC_USEC > now) {
		page_add(p, COLOUR_NONE, applied);
		return;
	}
	page_printf(
		p, "%s ago", duration_text(now - (usec)ns / NSEC_USEC, text));
}

void
to_commit_add(struct page *p, const json_t *one)
{
	page_add(p, COLOUR_BOLD, page_json_text(one, "migration"));
	add_age(p, page_json_text(one, "applied"));
	long long id = json_integer_value(json_object_get(one, "incident"));
	page_printf(p, " (incident %lld): commit ", id);
	page_add(p, COLOUR_NONE, page_json_text(one, "folder"));
	page_printf(p, "; ");
	page_add(p, COLOUR_WARN, page_json_text(one, "text"));
	page_printf(p, "; `logmend close %lld` ends this reminder\n", id);
}
