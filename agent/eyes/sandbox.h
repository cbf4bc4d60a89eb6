/* The door that eyes close behind them: hostile text is parsed by a process
 * that cannot open, connect or execute anything. */
#pragma once

#include "base/why.h"

/* Allows what a running reader needs and nothing else, for good. */
int sandbox_enter(struct why *why);
