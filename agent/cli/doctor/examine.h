/* What `doctor` looks at: each function adds to the advices what it found of
 * one thing, in the order in which a person would mend it. */
#pragma once

#include "cli/command.h"
#include "cli/local/installed-unit.h"
#include "cli/output/advice.h"
#include "config/settings.h"

struct doctor {
	const struct invocation *in;
	bool send;                       /* test messages, too */
	const struct settings *settings; /* NULL: none could be read */
	/* The daemon's, and those of what it starts. */
	struct installed_unit unit, hands, docker;
	struct advices advices;
};

/* The command that a person types, with -c where it was given: `sudo logmend -c
 * FILE WHAT`; owned. */
char *doctor_command(const struct doctor *d, const char *what);

/* The folder that the path lies in; owned. */
char *doctor_folder(const char *path);

/* Reads the configuration into *ret, owned; NULL where it cannot be read. */
void examine_configuration(struct doctor *d, struct settings **ret);
/* The group and the users of the package, and whose rights this has. */
void examine_rights(struct doctor *d);
/* Labels of the apps' services, which lower the settings from then on. */
void examine_labels(struct doctor *d, struct settings *settings);
/* Docker, and the log of each app. */
void examine_sources(struct doctor *d);
/* The database and the migrations of each app, as hands see them. */
void examine_databases(struct doctor *d);
/* Who gets notices. */
void examine_receivers(struct doctor *d);
/* Disks and the clock. */
void examine_machine(struct doctor *d);
/* Freeze and pause. */
void examine_stops(struct doctor *d);
/* The service: what it may see and write, whether it starts and runs. */
void examine_service(struct doctor *d);
