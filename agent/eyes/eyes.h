/* The role that reads logs. It parses everything hostile, so it can do nothing
 * else: it opens no file, has no network and executes nothing (DESIGN section
 * 2). */
#pragma once

/* Runs the role over ROLE_SOCKET and returns the exit code of its process. */
int eyes_main(void);
