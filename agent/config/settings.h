/* The configuration, as every role and command reads it (logmend.conf(5)). */
#pragma once

#include "base/clock.h"
#include "wire/fault.h"

#define CONFIG_FILE SYSCONF_DIR "/logmend.conf"

enum mode { MODE_REPORT, MODE_ASK, MODE_ACT };
const char *mode_name(enum mode m);

/* At most this many attempts on one database; 0 is none at all. */
struct rate {
	unsigned hour, day;
};

struct policy {
	char *name;
	unsigned line;
	enum mode mode;
	struct rate attempts;
	usec cooldown;
	usec quiet;
	usec approval; /* how long a question stands */
};

enum rehearse { REHEARSE_SAME_SERVER, REHEARSE_URL, REHEARSE_OFF };

struct remedy {
	char *name;
	unsigned line;
	usec lock_timeout;
	usec statement_timeout;
	usec deadline; /* of the whole attempt */
	enum rehearse rehearse;
	char *rehearse_url_file; /* REHEARSE_URL */
	char *pg_dump;           /* absolute path; NULL: the host's */
};

/* What a receiver of notices understands; each has an encoder in head. */
enum notify_kind { NOTIFY_SLACK, NOTIFY_KINDS };

struct notify {
	char *name;
	unsigned line;
	enum notify_kind kind;
	char *url_file;
	bool private; /* private and link-local addresses are allowed */
};

enum start { START_SINCE, START_TAIL, START_HEAD };

struct start_at {
	enum start kind;
	usec since; /* how far back; START_SINCE */
};

struct app {
	char *name;
	unsigned line;
	char *service; /* NULL: srv-captain--NAME and NAME */
	struct start_at start;
	char *database_url_file;
	char *migrate_url_file; /* NULL: database_url_file */
	char *migrations;
	char *schema_file;
	char *proposals;
	char **packs; /* NULL: all */
	char **rules_off;
	char *policy_name;
	char **notify_names;
	char *remedy_names[CLASSES];
	/* resolved, borrowed from the config */
	const struct policy *policy;
	const struct remedy *remedy[CLASSES];
	const struct notify **notify; /* n_notify of them */
	size_t n_notify;
};

struct settings {
	char *file;
	struct ini *conf; /* the file as it was read; NULL for defaults */
	char *store;
	char *socket;
	char *docker_root;
	char **rules; /* folders */
	char *freeze_file;
	char **approvers; /* user names or uids, besides root */
	struct app *apps;
	size_t n_apps;
	struct policy *policies; /* [0] is the one of apps that name none */
	size_t n_policies;
	struct remedy *remedies;
	size_t n_remedies;
	struct notify *notifies;
	size_t n_notifies;
};

/* -EINVAL names file, line and key; -EOPNOTSUPP says "not built yet". */
int settings_load(const char *path, struct settings **ret, struct why *why);
void settings_free(struct settings *c);
OWN(settings, struct settings *, settings_free);
/* Where the key stands in the section that begins in this line; without the
 * key, the section's own line. */
unsigned
settings_line(const struct settings *c, unsigned section, const char *key);
/* What holds without any file: defaults and no apps. */
struct settings *settings_default(void);

const struct app *settings_app(const struct settings *c, const char *name);
