/* Jobs for hands, run in a process of their own over a real socket pair, as
 * head does it. */
#pragma once

#include <sys/types.h>

#include "wire/finding.h"
#include "wire/job.h"
#include "wire/missing.h"
#include "wire/plan.h"
#include "wire/result.h"

#define ANSWERS_MAX 80

struct answer_of_hands {
	struct finding findings[ANSWERS_MAX];
	size_t n_findings;
	bool planned;
	struct plan plan;
	char *steps[ANSWERS_MAX];
	size_t n_steps;
	struct missing_list missing;
	bool ended; /* a result came */
	struct result result;
	struct buf listing;    /* of the plan */
	struct buf everything; /* every text that came, for secrets */
};

/* Starts hands with the configuration and hands them the job. */
pid_t hands_start(const char *config, const struct job *job, int *ret_sock);
/* Reads until the end and reaps. */
void hands_finish(pid_t pid, int sock, struct answer_of_hands *ret);
void hands_do(
	const char *config, const struct job *job, struct answer_of_hands *ret);
void answer_of_hands_free(struct answer_of_hands *a);
/* Whether a finding of that name has that answer. */
bool has_finding(
	const struct answer_of_hands *a, const char *name, enum answer answer);
const char *finding_text(const struct answer_of_hands *a, const char *name);
