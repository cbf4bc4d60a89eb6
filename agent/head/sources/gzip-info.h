/* Rotated copies that Docker compressed (log option compress=true): as much as
 * head must know of one to put it in its place. Its lines are eyes' business.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/why.h"

/* By its first two bytes. */
bool gzip_info_is_gzip(int fd);
/* Unpacked bytes, as gzip's trailer tells them, so less than 4 GiB. */
int gzip_info_size(int fd, uint64_t *ret, struct why *why);
/* Unpacked bytes from `offset` on, which takes as long as unpacking all before
 * it: their number, or a negative errno. */
int
gzip_info_read(int fd, uint64_t offset, char *to, size_t len, struct why *why);
