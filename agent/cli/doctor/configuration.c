#include "config.h"
#include "cli/doctor/examine.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/local/config-check.h"
#include "cli/output/advice.h"
#include "config/load-settings.h"
#include "rule/rule.h"
#include "wire/exit-code.h"

#define ABOUT "configuration"

/* A file that cannot be read by this user says nothing about the service. */
static void
tell_mistakes(struct doctor *d, char *const *mistakes, int error)
{
	enum advice_kind kind = exit_code_of_file(error) == EXIT_UNABLE ||
			(error == -EACCES && geteuid())
		? ADVICE_UNKNOWN
		: ADVICE_WRONG;
	for (; mistakes && *mistakes; mistakes++)
		advice_add(&d->advices, kind, ABOUT, "%s", *mistakes);
	own(str) char *init = doctor_command(d, "init");
	if (error == -ENOENT)
		advice_command(&d->advices, "%s", init);
}

/* A sentence that ends with a command of root's. */
static void
add_its_command(struct doctor *d, const char *text)
{
	const char *at = NULL;
	for (const char *p = text; (p = strstr(p, ": chmod ")); p++)
		at = p + 2;
	const char *path = at ? strchr(at, '/') : NULL;
	own(str) char *word = path ? advice_word(path) : NULL;
	if (word && strcmp(word, path) == 0)
		advice_command(&d->advices, "sudo %s", at);
}

static void
tell(void *arg, bool problem, const char *text)
{
	struct doctor *d = arg;
	advice_add(&d->advices, problem ? ADVICE_WRONG : ADVICE_TO_DO, ABOUT,
		"%s", text);
	if (!problem)
		add_its_command(d, text);
}

static unsigned
check(struct doctor *d, const struct settings *s)
{
	struct why why;
	struct config_check c = { .settings = s,
		.tell = tell,
		.arg = d,
		.ask_docker = true,
		.ask_sender = true };
	own(rules) struct rules *rules = NULL;
	int r = rules_load(s->rules, &rules, &why);
	if (r < 0) {
		tell(d, true, why.text);
		return 1;
	}
	config_check_rules(&c, rules);
	config_check_run(&c);
	return c.problems;
}

void
examine_configuration(struct doctor *d, struct settings **ret)
{
	own(strings) char **mistakes = NULL;
	int r = load_settings_all(d->in->config, ret, &mistakes);
	if (r < 0) {
		tell_mistakes(d, mistakes, r);
		return;
	}
	unsigned problems = check(d, *ret);
	own(str) char *init = doctor_command(d, "init --print");
	if (!(*ret)->n_apps) {
		advice_add(&d->advices, ADVICE_TO_DO, ABOUT,
			"%s: no app is configured, so nothing would be read; "
			"this prints what would fit to this host",
			(*ret)->file);
		advice_command(&d->advices, "%s", init);
	} else if (!problems) {
		advice_add(&d->advices, ADVICE_FINE, ABOUT, "%s, %zu app%s",
			(*ret)->file, (*ret)->n_apps,
			(*ret)->n_apps == 1 ? "" : "s");
	}
}
