/* The door that the role docker closes behind it: it parses what Docker
 * answers, names and labels that a deployer chose. It can connect to sockets of
 * this host and tell head; it can open no file, reach no network, execute,
 * trace or signal nothing. Whoever speaks to Docker's socket is root on the
 * host all the same. */
#pragma once

#include "base/why.h"

/* Gives up every capability, and allows what asking Docker needs and nothing
 * else, for good. */
int docker_sandbox_enter(struct why *why);
