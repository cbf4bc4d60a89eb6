#include "config.h"
#include "cli/local/load-rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/load-settings.h"
#include "config/settings.h"

/* rules_load() skips folders that are missing, which suits the default
 * rules.d; a folder that somebody typed must exist. */
static int
load_folder(const char *folder, struct rules **ret, struct why *why)
{
	struct stat st;
	if (stat(folder, &st) < 0)
		return because(why, -errno, "the rules' folder %s: %s", folder,
			strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return because(why, -ENOTDIR,
			"%s is no folder; --rules takes one with *.rules files",
			folder);
	char *folders[] = { (char *)folder, NULL };
	return rules_load(folders, ret, why);
}

/* A default configuration that is missing is no error, one that is broken is:
 * `scan` must not silently use other rules than the daemon. */
static int
load_configured(
	const struct invocation *in, struct rules **ret, struct why *why)
{
	own(settings) struct settings *c = NULL;
	if (in->config_given || access(in->config, F_OK) == 0) {
		int r = load_settings(in->config, &c, why);
		if (r < 0)
			return r;
	} else {
		c = load_settings_default();
	}
	return rules_load(c->rules, ret, why);
}

int
load_rules(const struct invocation *in, const char *folder, struct rules **ret,
	struct why *why)
{
	own(rules) struct rules *rules = NULL;
	int r = folder ? load_folder(folder, &rules, why)
		       : load_configured(in, &rules, why);
	if (r < 0)
		return r;
	if (!rules_count(rules))
		return because(why, -ENOENT,
			"there are no rules in %s; --rules DIR names a folder "
			"with *.rules files",
			folder ? folder : "the configured folders");
	*ret = take(rules);
	return 0;
}
