/* A fault: what a rule made of a record. Its class and its object (typed
 * captures) are the only parts of a log on which head decides anything; the
 * text is only shown. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/io/frame.h"
#include "base/hash.h"

struct json_t;

enum fault_class {
	CLASS_MISSING_TABLE,
	CLASS_MISSING_COLUMN,
	CLASS_FAILED_MIGRATION,
	CLASS_DB_UNREACHABLE,
	CLASS_POOL_EXHAUSTED,
	CLASS_DISK_FULL,
	CLASS_OUT_OF_MEMORY,
	CLASS_LOG_UNREAD,     /* about logmend itself */
	CLASS_LOG_GAP,        /* the same */
	CLASS_CONTAINER_DIED, /* Docker tells of it, and no log */
	CLASS_CRASH_LOOP,     /* the same */
	CLASS_UNHEALTHY,      /* the same */
	CLASSES
};

enum object_key {
	OBJECT_SCHEMA,
	OBJECT_TABLE,
	OBJECT_COLUMN,
	OBJECT_HOST,
	OBJECT_PORT,
	OBJECT_MIGRATION,
	OBJECT_KEYS
};

struct class_info {
	const char *name;  /* as rules, commands and messages write it */
	unsigned keys;     /* bit (1u << OBJECT_...) for each key it may have */
	unsigned identity; /* the keys that hands need to probe it */
	bool probed;       /* hands can probe the database for it */
	bool mendable;     /* a remedy may be configured for it */
	bool ours;         /* no rule may name it, and no eyes may report it:
			      about logmend itself, or */
	bool container;    /* told by Docker, about a container */
};

/* The class's row of a static table. */
const struct class_info *class_info(enum fault_class c);
/* A class by its name; -1 if there is none. */
int class_by_name(struct span name);
/* The names of the classes that a rule may find, that hands can probe, or that
 * a remedy may be for, with commas between them. Owned. */
enum class_use { CLASS_IN_RULES, CLASS_IN_PROBES, CLASS_IN_REMEDIES };
char *class_names(enum class_use use);
int object_key_by_name(struct span name);

/* What the fault is about. The values are owned; NULL is unknown. */
struct object {
	char *value[OBJECT_KEYS];
};

#define OBJECT_VALUE_MAX 255u

void object_free(struct object *o);
static inline void
object_let_go(struct object *o)
{
	object_free(o);
}
/* A copy that owns its values. */
struct object object_copy(const struct object *o);
/* Replaces a value. A value that is empty, longer than OBJECT_VALUE_MAX bytes,
 * not UTF-8, or holds a character that may not be shown becomes unknown
 * (NULL): it came from a log, and goes into SQL parameters, messages and
 * terminals. */
void object_set(struct object *o, enum object_key k, struct span value);
bool object_eq(const struct object *a, const struct object *b);
/* Whether both have the same value for every key that both know. */
bool object_agrees(const struct object *a, const struct object *b);
/* How many keys are known. */
unsigned object_known(const struct object *o);
/* Whether every key that the class's identity needs is known. */
bool object_identified(enum fault_class c, const struct object *o);
/* The object for people: `public.AnalyticsEvent`, `db:5432`; `-` if no key is
 * known. Owned. */
char *object_text(enum fault_class c, const struct object *o);
/* Reads what object_text() writes, from a command line: `Job.batchId`,
 * `public.Job.batchId`. Fills *ret, which the caller frees; -EINVAL if the
 * text is no object of the class or leaves its identity open. */
int object_parse(enum fault_class c, struct span text, struct object *ret,
	struct why *why);
/* An object with the class's keys, unknown ones null. New reference. */
struct json_t *object_json(enum fault_class c, const struct object *o);
/* Adds the text of what object_json() makes. */
void
object_quote_json(struct buf *to, enum fault_class c, const struct object *o);
/* Reads what object_json() writes. Fills *ret, which the caller frees; a key
 * that is missing or holds no valid value is unknown. */
void object_from_json(const struct json_t *json, struct object *ret);

/* The identity of an incident: SHA-256 over app, class and object, in hex. */
void fingerprint(const char *app, enum fault_class c, const struct object *o,
	char hex[SHA256_HEX]);

enum stream { STREAM_STDOUT, STREAM_STDERR, STREAMS };

#define FAULT_TEXT_MAX 1024u

struct fault {
	uint32_t rule; /* index in the rules, which head and eyes both load */
	enum fault_class class;
	struct object object;
	enum stream stream;
	int64_t first_ns,
		last_ns; /* log time since 1970; 0: the log has none */
	uint32_t count;  /* records that eyes folded into this one, from 1 */
	uint64_t offset; /* first byte of the (first) record */
	uint64_t line;   /* 1-based physical line; 0 when not counted */
	uint32_t lines;
	bool cut;        /* the record was longer than is kept */
	struct buf text; /* bytes without colours and secrets; a frame takes
			    FAULT_TEXT_MAX of them */
};

void fault_free(struct fault *f);
/* Takes secrets out of the text and out of the object (base/redact.h). A value
 * of the object that looks like a plain name stays. */
void fault_redact(struct fault *f);
/* Out of the text alone. */
void fault_redact_text(struct fault *f);
/* Writes the fault into a frame. */
void fault_put(struct frame *to, const struct fault *f);
/* The most bytes that fault_put() adds. */
#define FAULT_WIRE_MAX \
	(FAULT_TEXT_MAX + OBJECT_KEYS * (OBJECT_VALUE_MAX + 4) + 128)
/* Reads a fault of a frame; `rules` is the number of loaded rules. frame_end()
 * tells whether it was there. Free *ret in any case. */
void fault_get(struct frame *from, uint32_t rules, struct fault *ret);
void object_put(struct frame *to, const struct object *o);
void object_get(struct frame *from, struct object *ret);
