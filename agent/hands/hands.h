/* The role that touches databases: one job, then it ends. */
#pragma once

/* The process behind ROLE_SOCKET; returns its exit code. */
int hands_main(const char *config);
