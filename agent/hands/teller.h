/* What hands tell while they work: frames to head, whose loss is no error, and
 * lines in the attempt's file. */
#pragma once

#include <stdbool.h>

#include "hands/attempt.h"
#include "hands/diagnosis.h"
#include "wire/result.h"

struct teller {
	int sock;
	bool gone;               /* nobody listens any more */
	struct attempt *attempt; /* NULL: not an attempt */
	bool unwritten;          /* a line did not get into the file */
};

/* A sentence about what goes on; escaped here. */
void teller_step(struct teller *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void teller_diagnosis(struct teller *t, const struct diagnosis *d);
/* The last frame. */
void teller_result(struct teller *t, const struct result *r);
