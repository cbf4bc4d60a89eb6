#include "config.h"
#include "eyes/format/detect.h"

#include "eyes/format/docker-json.h"

/* A rotation or a full disk may have torn the first lines of Docker's log. */
#define SNIFF_LINES 4
/* Docker splits lines at 16 KiB, so that many bytes hold the first lines, even
 * if every byte of them is escaped. */
#define SNIFF_BYTES (256u << 10)

enum source_format
detect_format(struct span first)
{
	struct span line;
	for (int i = 0; i < SNIFF_LINES && span_cut(&first, '\n', &line); i++)
		if (docker_json_is_docker(line))
			return FORMAT_DOCKER;
	return FORMAT_PLAIN;
}

enum source_format
detect_log_format(struct input *in)
{
	own(str) char *first = xcalloc(1, SNIFF_BYTES);
	ssize_t n = input_read(in, 0, first, SNIFF_BYTES, NULL);
	return detect_format((struct span){ first, n > 0 ? (size_t)n : 0 });
}
