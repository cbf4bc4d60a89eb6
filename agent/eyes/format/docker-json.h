/* One physical line of a log, as its writer meant it. */
#pragma once

#include "wire/source.h"

struct log_entry {
	enum stream stream;
	int64_t time_ns; /* 0: none */
	const char
		*begin; /* of its bytes in the line; torn ones hold several */
	struct span text;
	bool ends; /* the writer's line ends here; false: a 16 KiB piece */
	size_t log_prefix_len; /* bytes that every piece repeats */
};

struct docker_json;
struct docker_json *docker_json_new(void);
void docker_json_free(struct docker_json *d);
OWN(docker_json, struct docker_json *, docker_json_free);

/* The next entry of a physical line (without its newline), cut off `rest`; a
 * torn line of dockerd can hold several. Of one stream, or of both if `stream`
 * is negative; plain logs have one. The text is borrowed until the next call.
 * false when nothing more is in it. */
bool docker_json_next(struct docker_json *d, enum source_format format,
	int stream, struct span *rest, struct log_entry *ret);

/* The same without the work: what can be told from the escaped bytes. */
struct glimpse {
	enum stream stream;
	size_t bytes; /* about */
	bool json;    /* the text begins with `{"` */
	bool ends;
};
bool docker_json_glimpse(enum source_format format, int stream,
	struct span *rest, struct glimpse *ret);

/* Physical lines that were not what the format says, since the last call. */
uint32_t docker_json_broken(struct docker_json *d);
/* Whether a line of 16 KiB and more is, or may be, a piece of a longer one. */
bool docker_json_is_piece(enum source_format format, struct span line);
/* Whether the line is a record of Docker's json-file driver. */
bool docker_json_is_docker(struct span line);
