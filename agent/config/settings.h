/* The configuration (logmend.conf(5)), as every role and every command reads
 * it. All strings are owned by struct settings and live as long as it does. */
#pragma once

#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "wire/fault.h"

#define CONFIG_FILE SYSCONF_DIR "/logmend.conf"

enum mode { MODE_REPORT, MODE_ASK, MODE_ACT };
/* A static string. */
const char *mode_name(enum mode m);

/* At most so many attempts on one database in an hour and a day; 0: none. */
struct rate {
	unsigned hour, day;
};

struct policy {
	char *name;
	unsigned line;
	enum mode mode;
	struct rate attempts;
	usec cooldown; /* a length: least time between two attempts */
	usec quiet;    /* a length: without faults, until a mend counts */
	usec approval; /* a length: how long a plan may wait for approval */
};

enum rehearse { REHEARSE_SAME_SERVER, REHEARSE_URL, REHEARSE_OFF };

struct remedy {
	char *name;
	unsigned line;
	usec lock_timeout;
	usec statement_timeout;
	usec deadline; /* a length: of the whole attempt */
	enum rehearse rehearse;
	char *rehearse_url_file; /* REHEARSE_URL */
	char *pg_dump;           /* absolute path; NULL: the host's */
};

/* The kinds of receivers; head has an encoder for each. */
enum notify_kind { NOTIFY_SLACK, NOTIFY_KINDS };

struct notify {
	char *name;
	unsigned line;
	enum notify_kind kind;
	char *url_file;
	bool private; /* private and link-local addresses are allowed */
};

/* Where reading begins in a log that was there before logmend knew the app:
 * with faults of the last hours, at its end, or at its beginning. */
enum start { START_SINCE, START_TAIL, START_HEAD };

struct start_at {
	enum start kind;
	usec since; /* START_SINCE: a length, how far back */
};

struct app {
	char *name;
	unsigned line;
	char *service; /* NULL: srv-captain--NAME and NAME */
	struct start_at start;
	usec silence; /* a length: that nothing may be logged; 0: no limit */
	char *database_url_file;
	/* The URL is in the environment of the app's container, or else of its
	 * service: in the variable database_url_env. Hands put it into
	 * database_url for the time of their job; nobody else has it. */
	bool database_in_container;
	char *database_url_env;
	char *database_url;
	char *migrate_url_file; /* NULL: the application's URL */
	/* A folder of the host; or `container:FOLDER` or `container`, one of
	 * the app's image, see app_migrations_are_inside(). */
	char *migrations;
	char *schema_file;
	char *proposals;
	char **packs; /* NULL: all */
	char **rules_off;
	char *policy_name;
	char **notify_names;
	char *remedy_names[CLASSES];
	/* What the names above lead to: borrowed from struct settings. */
	const struct policy *policy;
	const struct remedy *remedy[CLASSES];
	const struct notify **notify; /* n_notify of them */
	size_t n_notify;
	/* Docker's socket, where something of the app is inside a container, or
	 * the section [agent] names it; NULL: hands ask Docker nothing. */
	const char *docker_socket;
	/* What labels of its service lowered (config/labels.h): the fields
	 * above are what is in force. NULL: no label is known. */
	struct app_labels *labels;
	/* Docker was not heard yet: a label may forbid what the file allows. */
	bool labels_awaited;
	/* All of its services that Docker told of are scaled to 0: that no
	 * container of it is there, and nothing is logged, is somebody's wish.
	 */
	bool scaled_to_none;
};

#define APP_INSIDE "container"
/* Whether the app names the database that it uses. */
static inline bool
app_has_database(const struct app *a)
{
	return a->database_url_file || a->database_in_container;
}
/* Whether its migrations lie in its image, and not in a folder of the host. */
static inline bool
app_migrations_are_inside(const struct app *a)
{
	return a->migrations &&
		strncmp(a->migrations, APP_INSIDE, strlen(APP_INSIDE)) == 0;
}

struct settings {
	char *file;
	struct ini *conf; /* what the file says; NULL without a file */
	char *store;
	char *socket;
	char *docker_root;
	char *docker_socket; /* "": off; NULL: not set */
	char **rules;        /* folders */
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

void settings_free(struct settings *c);
OWN(settings, struct settings *, settings_free);
/* The line of the key in the section that begins in line `section`; that line
 * itself if the key is not set there. For messages. */
unsigned
settings_line(const struct settings *c, unsigned section, const char *key);
/* The app of this name, borrowed; NULL if there is none. */
const struct app *settings_app(const struct settings *c, const char *name);
/* The digest of what the app is told, with its policy and its remedies: another
 * one, and it is told something else. What stands in files that they name is
 * not in it. */
void settings_app_digest(
	const struct settings *c, const struct app *a, char hex[SHA256_HEX]);

#define DOCKER_SOCKET_DEFAULT "/run/docker.sock"
/* Docker's socket, borrowed; NULL: it is not to be used. Where it is not set,
 * the default, at which there need not be one. */
const char *settings_docker_socket(const struct settings *c);
