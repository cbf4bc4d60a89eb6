/* How long nothing continued the record that is open at the end of a log. A
 * program may write the lines of a message one by one, and what reads them may
 * come late: only what was looked at twice, and had not grown in between, has
 * paused. */
#pragma once

#include "base/clock.h"

struct pause {
	bool open;
	uint64_t begin, end; /* of the record in the log */
	usec grew;           /* when it was first seen to be this long */
	usec looked;         /* when it was looked at last */
	usec age;            /* since its first line was seen */
	bool late;           /* a look came late since it grew */
};

/* No record is open. */
void pause_forget(struct pause *p);
/* The log goes on in another file: the wait begins again. */
void pause_renew(struct pause *p, usec now);
/* The record from `begin` to `end` is open behind everything that there is to
 * read, but for a line without its end that has `grown`. True if the record is
 * complete, because it paused or grew for too long. */
bool
pause_look(struct pause *p, uint64_t begin, uint64_t end, bool grown, usec now);
/* When the next look is due; USEC_NEVER if no record is open. */
usec pause_due(const struct pause *p);
