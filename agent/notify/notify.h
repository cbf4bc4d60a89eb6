/* The role `notify`, the sender: the one process that speaks to the receivers
 * of notices. It has no capability, a user of its own and a filter of system
 * calls, and knows of each notice what goes out of the host: head keeps what is
 * to be sent and when, and gives it typed frames (wire/notify/notify-frames.h).
 */
#pragma once

/* Runs as the role until head is gone. Returns the exit status. */
int notify_main(void);
