/* Rotated copies that Docker compressed (log option compress=true): what head
 * must know of one to find its place in the log. Eyes read its lines. The
 * format is RFC 1952. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/why.h"

/* 1 if the file begins with the two magic bytes of gzip, 0 if not; a negative
 * errno if it cannot be read. */
int gzip_info_is_gzip(int fd, struct why *why);
/* The number of bytes unpacked, from gzip's trailer, which has 32 bits for it:
 * a log of 4 GiB or more would be told wrong. -EBADMSG: the file is torn. */
int gzip_info_size(int fd, uint64_t *ret, struct why *why);
/* Unpacks up to len bytes from `offset` on, which takes as long as unpacking
 * all that lies before. Returns their number, or a negative errno. */
int
gzip_info_read(int fd, uint64_t offset, char *to, size_t len, struct why *why);
