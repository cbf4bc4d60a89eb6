#include "config.h"
#include "hands/jobs/deployed.h"

#include "hands/migrator/unit.h"

static enum ask_again
again_of(const struct inside *inside)
{
	return inside->docker_failed || inside->image_unsure ? AGAIN_FAILED
							     : AGAIN_LATER;
}

static void
untold(const struct inside *inside, struct result *ret, const char *why)
{
	ret->deployed = ANSWER_UNKNOWN;
	ret->again = again_of(inside);
	job_context_ends(ret, OUTCOME_DONE,
		"whether the deployed image has it could not be told: %s", why);
}

/* Why the migrations of the image are not there; NULL: they are. */
static const char *
problem_of(const struct job_context *task)
{
	const struct inside *inside = task->inside;
	const struct app *app = task->app;
	if (inside->problem)
		return inside->problem;
	if (inside->image_problem)
		return inside->image_problem;
	if (inside->image_none)
		return inside->image_none;
	if (inside->from || inside->image_folder)
		return NULL;
	if (!app->docker_socket)
		return "Docker is not asked for this app";
	return app->migrations
		? "the migrations of this app are not read out of images"
		: "the app has no `migrations` any more, which says what is "
		  "looked for in its image";
}

static void
judge(const struct job_context *task, const struct unit *u, struct result *ret)
{
	const struct inside *inside = task->inside;
	const struct proposal *p = &task->job->proposal;
	bool same = u && !u->problem &&
		task->migrator->is_same_text(buf_span(&u->text), p->checksum);
	if (!u) {
		ret->deployed = ANSWER_NO;
		job_context_ends(ret, OUTCOME_DONE, "%s does not have it",
			inside->image);
	} else if (!same) {
		ret->deployed = ANSWER_NO;
		job_context_ends(ret, OUTCOME_DONE,
			"%s has it with another %s than the one that was "
			"applied",
			inside->image, task->migrator->describe.script);
	} else if (inside->changed) {
		ret->deployed = ANSWER_UNKNOWN;
		ret->again = again_of(inside);
		job_context_ends(ret, OUTCOME_DONE,
			"the app's container has it, and %s%s",
			/* That says itself what could not be told. */
			inside->docker_failed
				? ""
				: "whether its image does could not be told: ",
			inside->changed);
	} else if (inside->unsettled) {
		ret->deployed = ANSWER_UNKNOWN;
		ret->again = inside->updating ? AGAIN_SETTLING : AGAIN_LATER;
		job_context_ends(ret, OUTCOME_DONE, "%s has it, but %s",
			inside->image, inside->unsettled);
	} else {
		ret->deployed = ANSWER_YES;
		job_context_ends(ret, OUTCOME_DONE, "%s has it", inside->image);
	}
}

void
deployed_job(
	const struct job_context *task, struct progress *t, struct result *ret)
{
	const struct inside *inside = task->inside;
	own(unit_folder) struct unit_folder *folder = NULL;
	struct why why;
	(void)t; /* there is nothing to tell but the result */
	if (!task->job->proposal.name) {
		job_context_ends(
			ret, OUTCOME_ERROR, "the job names no migration");
		return;
	}
	const char *problem = problem_of(task);
	const char *path =
		inside->from ? task->app->migrations : inside->image_folder;
	if (problem)
		untold(inside, ret, problem);
	else if (task->migrator->read_folder(path, &folder, &why) < 0)
		untold(inside, ret, why.text);
	else
		judge(task, unit_folder_find(folder, task->job->proposal.name),
			ret);
}
