#include "config.h"
#include "wire/fault.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/json.h"
#include "base/redact.h"

#define KEY(k) (1u << OBJECT_##k)

/* Columns: name, keys, identity, probed, mendable, ours, container. */
static const struct class_info classes[CLASSES] = {
	[CLASS_MISSING_TABLE] = { "missing-table", KEY(SCHEMA) | KEY(TABLE),
		KEY(TABLE), true, true },
	[CLASS_MISSING_COLUMN] = { "missing-column",
		KEY(SCHEMA) | KEY(TABLE) | KEY(COLUMN),
		KEY(TABLE) | KEY(COLUMN), true, true },
	[CLASS_FAILED_MIGRATION] = { "failed-migration", KEY(MIGRATION), 0,
		true, false },
	[CLASS_DB_UNREACHABLE] = { "db-unreachable", KEY(HOST) | KEY(PORT), 0,
		true, false },
	[CLASS_POOL_EXHAUSTED] = { "pool-exhausted", 0, 0, false, false },
	[CLASS_DISK_FULL] = { "disk-full", 0, 0, false, false },
	[CLASS_OUT_OF_MEMORY] = { "out-of-memory", 0, 0, false, false },
	[CLASS_LOG_UNREAD] = { "log-unread", 0, 0, false, false, true },
	[CLASS_LOG_GAP] = { "log-gap", 0, 0, false, false, true },
	[CLASS_CONTAINER_DIED] = { "container-died", 0, 0, false, false, true,
		true },
	[CLASS_CRASH_LOOP] = { "crash-loop", 0, 0, false, false, true, true },
	[CLASS_UNHEALTHY] = { "unhealthy", 0, 0, false, false, true, true },
};

static const char *const keys[OBJECT_KEYS] = {
	[OBJECT_SCHEMA] = "schema",
	[OBJECT_TABLE] = "table",
	[OBJECT_COLUMN] = "column",
	[OBJECT_HOST] = "host",
	[OBJECT_PORT] = "port",
	[OBJECT_MIGRATION] = "migration",
};

const struct class_info *
class_info(enum fault_class c)
{
	return &classes[c];
}

int
class_by_name(struct span name)
{
	for (int c = 0; c < CLASSES; c++)
		if (span_is(name, classes[c].name))
			return c;
	return -1;
}

char *
class_names(enum class_use use)
{
	struct buf names = { 0 };
	for (int c = 0; c < CLASSES; c++) {
		bool fits = use == CLASS_IN_RULES ? !classes[c].ours
			: use == CLASS_IN_PROBES  ? classes[c].probed
						  : classes[c].mendable;
		if (fits)
			buf_printf(&names, "%s%s", names.len ? ", " : "",
				classes[c].name);
	}
	return buf_take_str(&names);
}

int
object_key_by_name(struct span name)
{
	for (int k = 0; k < OBJECT_KEYS; k++)
		if (span_is(name, keys[k]))
			return k;
	return -1;
}

void
object_free(struct object *o)
{
	for (int k = 0; k < OBJECT_KEYS; k++)
		free(o->value[k]);
	*o = (struct object){ 0 };
}

struct object
object_copy(const struct object *o)
{
	struct object copy;
	for (int k = 0; k < OBJECT_KEYS; k++)
		copy.value[k] = xstrdup(o->value[k]);
	return copy;
}

/* What escape() leaves unchanged holds no character that may not be shown, and
 * is valid UTF-8. */
static bool
is_value(struct span v)
{
	if (!v.len || v.len > OBJECT_VALUE_MAX || memchr(v.data, '\0', v.len))
		return false;
	if (escape_is_plain(v))
		return true;
	own(buf) struct buf shown = { 0 };
	return escape(&shown, v, v.len, ESCAPE_LINE) &&
		span_eq(buf_span(&shown), v);
}

void
object_set(struct object *o, enum object_key k, struct span value)
{
	free(o->value[k]);
	o->value[k] = is_value(value) ? xstrndup(value.data, value.len) : NULL;
}

/* Two unknown values are the same here; object_agrees() is for those that may
 * differ in what they know. */
bool
object_eq(const struct object *a, const struct object *b)
{
	for (int k = 0; k < OBJECT_KEYS; k++)
		if (!str_same(a->value[k], b->value[k]))
			return false;
	return true;
}

bool
object_agrees(const struct object *a, const struct object *b)
{
	for (int k = 0; k < OBJECT_KEYS; k++)
		if (a->value[k] && b->value[k] &&
			strcmp(a->value[k], b->value[k]) != 0)
			return false;
	return true;
}

unsigned
object_known(const struct object *o)
{
	unsigned n = 0;
	for (int k = 0; k < OBJECT_KEYS; k++)
		n += o->value[k] != NULL;
	return n;
}

bool
object_identified(enum fault_class c, const struct object *o)
{
	for (int k = 0; k < OBJECT_KEYS; k++)
		if (classes[c].identity & (1u << k) && !o->value[k])
			return false;
	return true;
}

/* The port follows the host behind `:`, any other key behind `.`, so
 * object_parse() can read it. */
char *
object_text(enum fault_class c, const struct object *o)
{
	struct buf b = { 0 };
	for (int k = 0; k < OBJECT_KEYS; k++) {
		if (!(classes[c].keys & (1u << k)) || !o->value[k])
			continue;
		if (b.len)
			buf_add_char(&b, k == OBJECT_PORT ? ':' : '.');
		buf_add_str(&b, o->value[k]);
	}
	if (!b.len)
		buf_add_char(&b, '-');
	return buf_take_str(&b);
}

/* Takes the class's keys off the end of the text, from the last to the first:
 * the leading ones (a schema) may be left out. */
static bool
split(enum fault_class c, struct span text, struct object *to)
{
	for (int k = OBJECT_KEYS - 1; k >= 0; k--) {
		if (!(classes[c].keys & (1u << k)))
			continue;
		bool first = !(classes[c].keys & ((1u << k) - 1));
		const char *sep = first || !text.len
			? NULL
			: memrchr(text.data, k == OBJECT_PORT ? ':' : '.',
				  text.len);
		struct span piece = text;
		if (sep) {
			size_t at = (size_t)(sep - text.data);
			piece = span_from(text, at + 1);
			text.len = at;
		} else {
			text.len = 0;
		}
		object_set(to, (enum object_key)k, piece);
		if (!to->value[k])
			return false;
		if (!text.len)
			break;
	}
	return !text.len;
}

/* The sentence quotes what was typed, so it is escaped. */
int
object_parse(enum fault_class c, struct span text, struct object *ret,
	struct why *why)
{
	struct object o = { 0 };
	if (!split(c, text, &o) || !object_identified(c, &o)) {
		object_free(&o);
		own(str) char *shown = escape_str(text, 200, ESCAPE_LINE);
		return because(why, -EINVAL,
			"'%s' is no object of class %s: write SCHEMA.TABLE, "
			"TABLE.COLUMN, HOST:PORT or a migration's name",
			shown, classes[c].name);
	}
	*ret = o;
	return 0;
}

/* Every key of the class is there, so that a reader need not know which may be
 * missing. */
json_t *
object_json(enum fault_class c, const struct object *o)
{
	json_t *json = json_object();
	for (int k = 0; k < OBJECT_KEYS; k++)
		if (classes[c].keys & (1u << k))
			json_object_set_new(json, keys[k],
				o->value[k] ? json_string(o->value[k])
					    : json_null());
	return json;
}

void
object_quote_json(struct buf *to, enum fault_class c, const struct object *o)
{
	char sep = '{';
	for (int k = 0; k < OBJECT_KEYS; k++) {
		if (!(classes[c].keys & (1u << k)))
			continue;
		buf_add_char(to, sep);
		buf_add_char(to, '"');
		buf_add_str(to, keys[k]);
		buf_add_str(to, "\":");
		json_quote_or_null(to, o->value[k]);
		sep = ',';
	}
	buf_add_str(to, sep == '{' ? "{}" : "}");
}

void
object_from_json(const json_t *json, struct object *ret)
{
	*ret = (struct object){ 0 };
	for (int k = 0; k < OBJECT_KEYS; k++)
		object_set(ret, (enum object_key)k,
			span_of(json_string_value(
				json_object_get(json, keys[k]))));
}

/* Every key counts, one that is unknown as an empty field, so that each value
 * keeps its place. */
void
fingerprint(const char *app, enum fault_class c, const struct object *o,
	char hex[SHA256_HEX])
{
	struct sha256 *h = sha256_new();
	sha256_field(h, span_of(app));
	sha256_field(h, span_of(classes[c].name));
	for (int k = 0; k < OBJECT_KEYS; k++)
		sha256_field(h, span_of(o->value[k]));
	sha256_end(h, hex);
}

/* Short names of letters and digits, such as a table's. */
static bool
is_name(const char *value)
{
	size_t len = 0;
	for (; value[len]; len++) {
		char c = value[len], small = (char)(c | 0x20);
		if (!(small >= 'a' && small <= 'z') &&
			!(c >= '0' && c <= '9') && c != '_')
			return false;
	}
	return len < 16;
}

void
fault_redact(struct fault *f)
{
	redact_buf(&f->text);
	f->text.len = MIN(f->text.len, FAULT_TEXT_MAX);
	for (int k = 0; k < OBJECT_KEYS; k++) {
		const char *value = f->object.value[k];
		if (!value || is_name(value))
			continue;
		own(str) char *shown = redact(span_of(value));
		if (strcmp(shown, value) != 0)
			object_set(
				&f->object, (enum object_key)k, span_of(shown));
	}
}

void
fault_free(struct fault *f)
{
	object_free(&f->object);
	buf_free(&f->text);
}

void
object_put(struct frame *to, const struct object *o)
{
	for (int k = 0; k < OBJECT_KEYS; k++)
		frame_put_str(to, o->value[k]);
}

/* Passes every value through object_set() again: the frame comes from the role
 * that reads hostile text, and head does not rely on its checks. */
void
object_get(struct frame *from, struct object *ret)
{
	*ret = (struct object){ 0 };
	for (int k = 0; k < OBJECT_KEYS; k++)
		object_set(ret, (enum object_key)k,
			frame_get_span(from, OBJECT_VALUE_MAX));
}

void
fault_put(struct frame *to, const struct fault *f)
{
	frame_put_u32(to, f->rule);
	frame_put_u32(to, f->class);
	object_put(to, &f->object);
	frame_put_u32(to, f->stream);
	frame_put_u64(to, (uint64_t)f->first_ns);
	frame_put_u64(to, (uint64_t)f->last_ns);
	frame_put_u32(to, f->count);
	frame_put_u64(to, f->offset);
	frame_put_u64(to, f->line);
	frame_put_u32(to, f->lines);
	frame_put_bool(to, f->cut);
	frame_put_span(to, span_first(buf_span(&f->text), FAULT_SENT_MAX));
}

size_t
fault_wire_size(const struct fault *f)
{
	size_t size = FAULT_WIRE_MAX - FAULT_SENT_MAX -
		OBJECT_KEYS * OBJECT_VALUE_MAX;
	for (int k = 0; k < OBJECT_KEYS; k++)
		size += f->object.value[k] ? strlen(f->object.value[k]) : 0;
	return size + MIN(f->text.len, FAULT_SENT_MAX);
}

void
fault_get(struct frame *from, uint32_t rules, struct fault *ret)
{
	*ret = (struct fault){ 0 };
	ret->rule = frame_get_below(from, rules);
	ret->class = frame_get_below(from, CLASSES);
	if (classes[ret->class].ours)
		from->broken = true;
	object_get(from, &ret->object);
	ret->stream = frame_get_below(from, STREAMS);
	ret->first_ns = (int64_t)frame_get_u64(from);
	ret->last_ns = (int64_t)frame_get_u64(from);
	ret->count = frame_get_u32(from);
	ret->offset = frame_get_u64(from);
	ret->line = frame_get_u64(from);
	ret->lines = frame_get_u32(from);
	ret->cut = frame_get_bool(from);
	buf_add_span(&ret->text, frame_get_span(from, FAULT_SENT_MAX));
}
