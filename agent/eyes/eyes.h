/* The role that reads logs: everything in them, and nothing else. */
#pragma once

/* The process behind ROLE_SOCKET; returns its exit code. */
int eyes_main(void);
