#include "config.h"
#include "cli/local/scan/scan-period.h"

#include <errno.h>

#include "base/escape.h"

static bool
read_time(const char *text, usec now, int64_t *ret)
{
	own(str) char *midnight = xprintf("%sT00:00:00Z", text);
	usec back;
	if (duration_parse(span_of(text), &back)) {
		*ret = back < now ? (int64_t)(now - back) * NSEC_USEC : 1;
		return true;
	}
	return clock_parse(span_of(text), ret) ||
		clock_parse(span_of(midnight), ret);
}

static int
take_one(struct invocation *in, const char *option, usec now, int64_t *ret,
	struct why *why)
{
	const char *text = command_option(in, option);
	if (!text || read_time(text, now, ret))
		return 0;
	own(str) char *shown = escape_str(span_of(text), 100, ESCAPE_LINE);
	return because(why, -EINVAL,
		"%s: '%s' is no time: give a length back from now, such as 2h "
		"or 1d, a day such as 2026-11-22, or 2026-11-22T12:25:44Z",
		option, shown);
}

int
scan_period_take(
	struct scan_period *p, struct invocation *in, usec now, struct why *why)
{
	int r = take_one(in, "--since", now, &p->since, why);
	if (r == 0)
		r = take_one(in, "--until", now, &p->until, why);
	if (r == 0 && p->until && p->since >= p->until)
		r = because(why, -EINVAL,
			"--since is not before --until: no time is left");
	return r;
}

bool
scan_period_is_limited(const struct scan_period *p)
{
	return p->since || p->until;
}

bool
scan_period_holds(const struct scan_period *p, const struct fault *f)
{
	if (!scan_period_is_limited(p))
		return true;
	return f->first_ns && f->first_ns >= p->since &&
		(!p->until || f->first_ns < p->until);
}
