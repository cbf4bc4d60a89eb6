#include "config.h"
#include "eyes/format.h"

#include "eyes/decode.h"

#define SNIFF_LINES 4
#define SNIFF_BYTES (256u << 10)

enum source_format
format_of(struct span first)
{
	struct span line;
	for (int i = 0; i < SNIFF_LINES && span_cut(&first, '\n', &line); i++)
		if (decode_is_docker(line))
			return FORMAT_DOCKER;
	return FORMAT_PLAIN;
}

enum source_format
format_of_log(struct input *in)
{
	own(str) char *first = xcalloc(1, SNIFF_BYTES);
	ssize_t n = input_read(in, 0, first, SNIFF_BYTES, NULL);
	return format_of((struct span){ first, n > 0 ? (size_t)n : 0 });
}
