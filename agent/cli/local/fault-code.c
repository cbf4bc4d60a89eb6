#include "config.h"
#include "cli/local/fault-code.h"

#include <strings.h>

#include "base/own.h"
#include "wire/fault.h"

/* https://www.prisma.io/docs/orm/reference/error-reference
 * https://www.postgresql.org/docs/current/errcodes-appendix.html; two digits
 * stand for all codes of that SQLSTATE class. */
static const struct {
	const char *code;
	enum fault_class class;
} codes[] = {
	{ "P1014", CLASS_MISSING_TABLE },
	{ "P2021", CLASS_MISSING_TABLE },
	{ "42P01", CLASS_MISSING_TABLE },
	{ "P2022", CLASS_MISSING_COLUMN },
	{ "42703", CLASS_MISSING_COLUMN },
	{ "P3009", CLASS_FAILED_MIGRATION },
	{ "P3018", CLASS_FAILED_MIGRATION },
	{ "P1000", CLASS_DB_UNREACHABLE },
	{ "P1001", CLASS_DB_UNREACHABLE },
	{ "P1002", CLASS_DB_UNREACHABLE },
	{ "P1003", CLASS_DB_UNREACHABLE },
	{ "P1008", CLASS_DB_UNREACHABLE },
	{ "P1010", CLASS_DB_UNREACHABLE },
	{ "P1011", CLASS_DB_UNREACHABLE },
	{ "P1017", CLASS_DB_UNREACHABLE },
	{ "08", CLASS_DB_UNREACHABLE },
	{ "28", CLASS_DB_UNREACHABLE },
	{ "3D000", CLASS_DB_UNREACHABLE },
	{ "57P01", CLASS_DB_UNREACHABLE },
	{ "57P02", CLASS_DB_UNREACHABLE },
	{ "57P03", CLASS_DB_UNREACHABLE },
	{ "ECONNREFUSED", CLASS_DB_UNREACHABLE },
	{ "ENOTFOUND", CLASS_DB_UNREACHABLE },
	{ "P2024", CLASS_POOL_EXHAUSTED },
	{ "P2037", CLASS_POOL_EXHAUSTED },
	{ "53300", CLASS_POOL_EXHAUSTED },
	{ "53100", CLASS_DISK_FULL },
	{ "ENOSPC", CLASS_DISK_FULL },
	{ "53200", CLASS_OUT_OF_MEMORY },
};

#define SQLSTATE 5u

int
class_by_code(struct span code)
{
	for (size_t i = 0; i < ELEMENTS(codes); i++) {
		size_t len = strlen(codes[i].code);
		bool whole = code.len == (len == 2 ? SQLSTATE : len);
		if (whole && strncasecmp(code.data, codes[i].code, len) == 0)
			return (int)codes[i].class;
	}
	return -1;
}
