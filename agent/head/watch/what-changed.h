/* What changed before a fault: the first question of whoever looks at an
 * incident. From the app's containers, however they were found. */
#pragma once

#include "head/sources/docker-config.h"
#include "wire/finding.h"

/* One sentence about what ran when the fault was seen first, and since when:
 * `yes` where that began within a day before the fault, `no` where nothing
 * changed, `unknown` where no container of the app is known that ran then.
 * `first` is in usec since 1970. *ret is to be freed. */
void what_changed(struct docker_container *const *list, size_t n, usec first,
	struct finding *ret);
