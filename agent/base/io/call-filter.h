/* A list of the system calls that a process may still make (seccomp(2)), which
 * it loads for good before a stranger's bytes reach it. A call that is not on
 * the list fails with EPERM: libraries ask, and go on without. */
#pragma once

#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/why.h"

/* A call that is allowed while all of these comparisons of its arguments hold.
 * Several rules for one call allow it where one of them does. */
struct call_rule {
	int call;
	unsigned n; /* comparisons */
	struct scmp_arg_cmp when[2];
};

/* What a role needs beside what every process does: have memory, none that can
 * be executed, know the time, read and close what is open, wait, abort, end. */
struct call_filter {
	const int *allowed;
	size_t n_allowed;
	const struct call_rule *rules;
	size_t n_rules;
	bool threads; /* it may have threads, and still no further process */
	/* It is somebody's client, over libcurl; the rules say of which
	 * families socket() may be. It listens on nothing. */
	bool connects;
	/* A build with sanitizers allows all but these, and what no role does
	 * (start a program, signal another process, take a file away, listen):
	 * sanitizers look at themselves in /proc and start a helper. */
	const int *refused;
	size_t n_refused;
};

/* Loads the filter. No program that this process could start has more rights
 * than it, and no other process of its user can look into it. Negative errno:
 * none of this can be relied on. */
int call_filter_enter(const struct call_filter *f, struct why *why);
