#include "config.h"
#include "head/app-rules.h"

#include <errno.h>

#include "rule/rule.h"
#include "wire/batch.h"

static int
check_app(const struct settings *settings, const struct rules *rules,
	const struct app *a, struct why *why)
{
	struct source none = { 0 };
	struct why what;
	const char *key = "packs";
	int r = rules_select(rules, a->packs, NULL, &none, &what);
	if (r == 0) {
		key = "rules.off";
		r = rules_select(rules, a->packs, a->rules_off, &none, &what);
	}
	if (r < 0)
		return because(why, r, "%s:%u: %s: %s", settings->file,
			settings_line(settings, a->line, key), key, what.text);
	return 0;
}

int
app_rules_check(const struct settings *settings, const struct rules *rules,
	struct why *why)
{
	if (rules_count(rules) == 0)
		return because(why, -ENOENT,
			"%s: the folders of `rules` hold none: no fault would "
			"be seen",
			settings->file);
	int r = 0;
	for (size_t i = 0; r == 0 && i < settings->n_apps; i++)
		r = check_app(settings, rules, &settings->apps[i], why);
	return r;
}
