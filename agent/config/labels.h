/* What labels `logmend.KEY` of an app's Swarm service change of its sections.
 * Whoever may write them is not whoever may write the configuration: a label
 * only lowers what the file allows, and points at nothing that the file does
 * not name. */
#pragma once

#include "config/settings.h"

#define LABEL_PREFIX "logmend."

/* A label that changes nothing, and why. */
struct label_trouble {
	char *text;    /* a sentence that names service and label, escaped */
	char *command; /* that removes the label, for a shell */
};

struct app_labels {
	struct policy policy; /* in force: the file's, lowered */
	bool off;             /* nobody is told of the app's faults */
	char *mode_by;        /* `the label logmend.mode of service x`; NULL:
				 none lowered the mode */
	char **lowered;       /* a sentence for each label that lowers another
				 key; a list (own.h) */
	struct label_trouble *troubles;
	size_t n_troubles;
	/* What the file says. */
	const struct policy *file_policy;
	const struct notify **file_notify;
	size_t n_file_notify;
	usec file_silence;
	char *file_migrations;
};

/* Lowers the app by the labels of one of its services: `KEY=VALUE` each, with
 * the prefix; KEY alone has a value that is too long. What the app's fields say
 * from then on is what is in force. The labels of another service of the app
 * lower it further. */
void labels_apply(struct app *app, const char *service, char *const *labels);
/* The service has more labels than are read: one of them may say anything, so
 * the app is only reported. */
void labels_too_many(struct app *app, const char *service);
/* What labels change of the app; made where there is nothing yet. Borrowed. */
struct app_labels *labels_of(struct app *app);
/* The app is what the file says again. */
void labels_clear(struct app *app);
/* `ask`, or `report (lowered by the label logmend.mode of service x; the file
 * allows ask)`. Owned. */
char *labels_mode_text(const struct app *app);
/* The folder that a label named, borrowed; NULL: none did. */
const char *labels_migrations(const struct app *app);
/* A sentence with the command that ends the trouble. Owned. */
char *label_trouble_text(const struct label_trouble *t);
