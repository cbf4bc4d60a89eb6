#include "config.h"
#include "eyes/format/docker-stream.h"

/* Whether the quote at `p` is escaped: an odd number of backslashes stands
 * before it. */
static bool
is_escaped(const char *p, const char *begin)
{
	size_t slashes = 0;
	while (p - slashes > begin && p[-1 - (ptrdiff_t)slashes] == '\\')
		slashes++;
	return slashes % 2 == 1;
}

/* Whether a record ends before the line does. Inside of a string the quote
 * before the brace would be escaped. */
static bool
is_double(struct span line)
{
	const char *p = line.data, *end = line.data + line.len - 1;
	while (p < end && (p = memchr(p, '}', (size_t)(end - p)))) {
		if (p > line.data && p[-1] == '"' &&
			!is_escaped(p - 1, line.data))
			return true;
		p++;
	}
	return false;
}

/* The stream of the record at the end of the line, or -1. */
static int
last_stream(struct span line)
{
	if (!span_ends(line, SPAN("Z\"}")) ||
		!span_starts(line, SPAN("{\"log\":\"")))
		return -1;
	const char *comma = memrchr(line.data, ',', line.len);
	if (!comma)
		return -1;
	struct span before_time = { line.data, (size_t)(comma - line.data) };
	if (!span_starts(
		    span_from(line, before_time.len), SPAN(",\"time\":\"")))
		return -1;
	if (span_ends(before_time, SPAN("\",\"stream\":\"stdout\"")))
		return STREAM_STDOUT;
	return span_ends(before_time, SPAN("\",\"stream\":\"stderr\""))
		? STREAM_STDERR
		: -1;
}

int
docker_stream_of(struct span line)
{
	int told = last_stream(line);
	return told >= 0 && is_double(line) ? -1 : told;
}

bool
docker_stream_is_other(struct span line, int stream)
{
	int told = stream < 0 ? -1 : last_stream(line);
	return told >= 0 && told != stream && !is_double(line);
}
