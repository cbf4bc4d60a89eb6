#include "config.h"
#include "base/buf.h"
#include "cli/local/config-check.h"
#include "rule/rule.h"

/* Selects the rules as head does, first without `rules.off`, so that the error
 * names the key that is wrong. */
static void
check_packs(
	struct config_check *c, const struct rules *rules, const struct app *a)
{
	struct why why;
	struct source all = { 0 };
	if (rules_select(rules, a->packs, NULL, &all, &why) < 0)
		config_check_problem(c, a->line, "packs", why.text);
	else if (rules_select(rules, a->packs, a->rules_off, &all, &why) < 0)
		config_check_problem(c, a->line, "rules.off", why.text);
}

void
config_check_rules(struct config_check *c, const struct rules *rules)
{
	const struct settings *s = c->settings;
	own(buf) struct buf folders = { 0 };
	for (char **f = s->rules; *f; f++)
		buf_printf(&folders, "%s%s", f == s->rules ? "" : ", ", *f);
	if (rules_count(rules) == 0) {
		buf_add_str(&folders,
			": no rule is there, so no fault would be seen");
		config_check_problem(
			c, config_check_agent(s), "rules", buf_str(&folders));
	}
	for (size_t i = 0; i < s->n_apps; i++)
		check_packs(c, rules, &s->apps[i]);
}
