/* The order in which Prisma applies what is pending. */
#pragma once

#include "hands/migrator/unit.h"

/* Whether Prisma from 6.6 on, which compares names as ICU does, would take them
 * in another order than older versions, which compare bytes. */
bool prisma_order_differs(const struct unit_script *list, size_t n);
