/* Physical lines of a log and the entries in them: what one write of the app
 * was, as Docker's json-file driver, containerd or a plain file holds it. */
#pragma once

#include "wire/source.h"

struct log_entry {
	enum stream stream;
	int64_t time_ns;   /* 0: the log has none */
	const char *begin; /* of its bytes in the line, which may hold several
			      entries */
	struct span text;
	bool ends; /* the writer's line ends here; false: a 16 KiB piece */
	size_t log_prefix_len; /* bytes at its start that every piece repeats */
};

struct docker_json;
struct docker_json *docker_json_new(void);
void docker_json_free(struct docker_json *d);
OWN(docker_json, struct docker_json *, docker_json_free);

/* Cuts the next entry off `rest`, a physical line without its newline. A torn
 * line of dockerd can hold several; a plain line is one. `stream` picks one
 * stream, or both if it is negative. The text is borrowed until the next call.
 * False when the line holds no more. */
bool docker_json_next(struct docker_json *d, enum source_format format,
	int stream, struct span *rest, struct log_entry *ret);

/* What can be told about an entry from its escaped bytes, without decoding
 * it. */
struct glimpse {
	enum stream stream;
	size_t bytes; /* roughly: escapes count as they stand */
	bool json;    /* the text begins an object: `{"` */
	bool ends;
};
bool docker_json_glimpse(enum source_format format, int stream,
	struct span *rest, struct glimpse *ret);

/* How many physical lines were broken since the last call. */
uint32_t docker_json_broken(struct docker_json *d);
/* Whether a line of 16 KiB or more is, or may be, a piece of a longer one. */
bool docker_json_is_piece(enum source_format format, struct span line);
/* Whether the line is a record of Docker's json-file driver. */
bool docker_json_is_docker(struct span line);
