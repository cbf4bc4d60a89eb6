/* The door that the sender closes behind it: it parses what receivers and name
 * servers answer. It can look names up, connect and read what everybody may
 * read; it cannot write a file, listen, execute, trace or signal anything. */
#pragma once

#include "base/why.h"

/* The user that a sender of root becomes, in a group of its own; where there is
 * no such user, this uid and gid, which are nobody's, as those of eyes
 * (eyes/sandbox.h). */
#define NOTIFY_USER "logmend-notify"
#define NOTIFY_UID 2111111112u

/* Gives up root and every capability. Before threads are started. */
int notify_sandbox_prepare(struct why *why);
/* Allows what sending needs and nothing else, for good. */
int notify_sandbox_enter(struct why *why);
