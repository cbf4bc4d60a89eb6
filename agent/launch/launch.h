/* The launcher: the first process of a unit logmend-ROLE@.service. It starts
 * that role as its child, with the rights of the unit, tells head how the child
 * ends, and signals it for head, which may be another user and see nothing of
 * it. It parses nothing but head's frames, and finds its socket where a role
 * does (ROLE_SOCKET), which is where systemd puts it, too. */
#pragma once

/* `user` is the only one whom it serves, beside root: head's. Returns the
 * process's exit code. */
int launch_main(const char *role, const char *user);
