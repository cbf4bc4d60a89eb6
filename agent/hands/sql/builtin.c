#include "config.h"
#include "hands/sql/builtin.h"

#include <string.h>

#include "base/own.h"
#include "hands/sql/pg-node.h"

/* Left out on purpose: what reads or writes anything outside of its arguments
 * (sequences, settings, locks, files, large objects), what can wait or grow
 * without bound (pg_sleep, repeat, lpad), and names under which PostgreSQL has
 * functions in SQL, whose bodies look further names up. */
static const char *const functions[] = { "abs", "array_length", "ascii",
	"btrim", "cardinality", "ceil", "ceiling", "char_length",
	"character_length", "chr", "clock_timestamp", "concat", "concat_ws",
	"date_trunc", "decode", "encode", "extract", "floor", "gen_random_uuid",
	"initcap", "isempty", "isfinite", "json_array_length",
	"json_build_array", "json_build_object", "json_typeof",
	"jsonb_array_length", "jsonb_build_array", "jsonb_build_object",
	"jsonb_typeof", "left", "length", "like_escape", "lower", "ltrim",
	"make_date", "make_interval", "md5", "mod", "now", "num_nonnulls",
	"num_nulls", "octet_length", "position", "random", "replace", "reverse",
	"right", "rtrim", "sign", "similar_to_escape", "split_part",
	"starts_with", "statement_timestamp", "strpos", "substr", "timezone",
	"to_char", "to_json", "to_jsonb", "transaction_timestamp", "translate",
	"upper", "uuidv4", "uuidv7" };

/* Of these, those whose value differs from row to row of one statement. */
static const char *const volatiles[] = { "clock_timestamp", "gen_random_uuid",
	"random", "uuidv4", "uuidv7" };

/* What a view may call beside these: they gather the values of many rows. */
static const char *const aggregates[] = { "array_agg", "avg", "bool_and",
	"bool_or", "count", "every", "json_agg", "jsonb_agg", "max", "min",
	"string_agg", "sum" };

static const char *const operators[] = { "=", "<>", "<", "<=", ">", ">=", "+",
	"-", "*", "/", "%", "||", "~~", "!~~", "~~*", "!~~*", "~", "!~", "~*",
	"!~*", "->", "->>", "#>", "#>>", "@>", "<@", "&&", "?", "?|", "?&" };

/* Not regclass and its kin, whose texts are looked up. */
static const char *const types[] = { "bit", "bool", "box", "bpchar", "bytea",
	"char", "cidr", "circle", "date", "daterange", "float4", "float8",
	"inet", "int2", "int4", "int4range", "int8", "int8range", "interval",
	"json", "jsonb", "line", "lseg", "macaddr", "macaddr8", "money", "name",
	"numeric", "numrange", "oid", "path", "point", "polygon", "text",
	"time", "timestamp", "timestamptz", "timetz", "tsquery", "tsrange",
	"tstzrange", "tsvector", "uuid", "varbit", "varchar", "xml" };

static const char *const serials[] = { "bigserial", "serial", "serial2",
	"serial4", "serial8", "smallserial" };

/* Those that every server has and no operating system can change. */
static const char *const collations[] = { "C", "POSIX", "default",
	"ucs_basic" };

static const char *const opclasses[] = { "array_ops", "bool_ops", "bpchar_ops",
	"bpchar_pattern_ops", "bytea_ops", "date_ops", "enum_ops", "float4_ops",
	"float8_ops", "inet_ops", "int2_ops", "int4_ops", "int8_ops",
	"interval_ops", "jsonb_ops", "jsonb_path_ops", "network_ops",
	"numeric_ops", "range_ops", "text_ops", "text_pattern_ops", "time_ops",
	"timestamp_ops", "timestamptz_ops", "timetz_ops", "tsvector_ops",
	"uuid_ops", "varchar_ops", "varchar_pattern_ops" };
/* BRIN has classes for most types, called TYPE_minmax_ops and so on. */
static const char *const brin_types[] = { "bit", "bpchar", "bytea", "char",
	"date", "float4", "float8", "inet", "int2", "int4", "int8", "interval",
	"macaddr", "macaddr8", "name", "numeric", "oid", "text", "time",
	"timestamp", "timestamptz", "timetz", "uuid", "varbit" };

static const char *const brin_kinds[] = { "_bloom_ops", "_minmax_multi_ops",
	"_minmax_ops" };

static const char *const brin_others[] = { "box_inclusion_ops",
	"inet_inclusion_ops", "range_inclusion_ops" };

static const char *const methods[] = { "brin", "btree", "gin", "gist", "hash",
	"spgist" };

/* Not `cycle`, after which values come twice, nor `sequence_name`, which may
 * lead elsewhere, nor functions of a range type. */
static const char *const parameters[] = { "cache", "fillfactor", "increment",
	"maxvalue", "minvalue", "start", "subtype" };

bool
builtin_function(const char *name)
{
	return is_any(name, functions, ELEMENTS(functions));
}

bool
builtin_volatile(const char *name)
{
	return is_any(name, volatiles, ELEMENTS(volatiles));
}

bool
builtin_aggregate(const char *name)
{
	return is_any(name, aggregates, ELEMENTS(aggregates)) ||
		builtin_function(name);
}

bool
builtin_operator(const char *name)
{
	return is_any(name, operators, ELEMENTS(operators));
}

bool
builtin_type(const char *name)
{
	return is_any(name, types, ELEMENTS(types));
}

bool
builtin_serial(const char *name)
{
	return is_any(name, serials, ELEMENTS(serials));
}

bool
builtin_collation(const char *name)
{
	return is_any(name, collations, ELEMENTS(collations));
}

static bool
is_of_brin(const char *name)
{
	size_t len = name ? strlen(name) : 0;
	for (size_t i = 0; i < ELEMENTS(brin_kinds); i++) {
		size_t kind = strlen(brin_kinds[i]);
		if (len <= kind ||
			strcmp(name + len - kind, brin_kinds[i]) != 0)
			continue;
		own(str) char *type = xstrndup(name, len - kind);
		if (is_any(type, brin_types, ELEMENTS(brin_types)))
			return true;
	}
	return is_any(name, brin_others, ELEMENTS(brin_others));
}

bool
builtin_opclass(const char *name)
{
	return is_any(name, opclasses, ELEMENTS(opclasses)) || is_of_brin(name);
}

bool
builtin_method(const char *name)
{
	return is_any(name, methods, ELEMENTS(methods));
}

bool
builtin_parameter(const char *name)
{
	return is_any(name, parameters, ELEMENTS(parameters));
}

bool
builtin_schema(const char *name)
{
	return name &&
		(strncmp(name, "pg_", 3) == 0 ||
			strcmp(name, "information_schema") == 0);
}
