/* A file that `scan` is given: opened, and looked at from outside. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/why.h"

/* Opens a log by its path, `-` for standard input. The descriptor, owned, or a
 * negative errno. */
int scan_input_open(const char *path, struct why *why);
/* Whether it begins as a log does, and not as a program or a picture. */
bool scan_input_is_log(int fd);
/* How many bytes eyes will read of it, about; 0: that cannot be told. */
uint64_t scan_input_bytes(int fd);
