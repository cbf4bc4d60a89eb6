/* The codes that people find in their logs, as classes. */
#pragma once

#include "base/span.h"

/* The class that a code of Prisma, an SQLSTATE of PostgreSQL or an error of
 * Node stands for, in either case of letters; -1: none that is known. */
int class_by_code(struct span code);
