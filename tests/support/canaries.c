/* canaries FORMS SEED COUNT FOLDER APPS
 *
 * Makes up COUNT secrets in the forms of a file, each in a record that is a
 * fault, and writes what APPS apps print: FOLDER/APP.raw and FOLDER/APP.json
 * for APP from 1 on. Their pieces, which must be found nowhere later, go into
 * FOLDER/needles. Every second record is one JSON object, as loggers write it.
 */
#include "config.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/canary.h"

/* So many faults of an app have an incident each: three of classes that are
 * reported at once, with a notice, and 19 each of three others. */
#define FAULTS 60u

#define CALL                                        \
	"PrismaClientKnownRequestError: \nInvalid " \
	"`prisma.canary.create()` invocation:\n\n\n"

static char *
fault_text(size_t n)
{
	static const char *const others[] = {
		CALL "Timed out fetching a new connection from the connection "
		     "pool. More info: http://pris.ly/d/connection-pool "
		     "(Current connection pool timeout: 10, connection limit: "
		     "5)",
		"Error: ENOSPC: no space left on device, write",
		("FATAL ERROR: Reached heap limit Allocation failed - "
		 "JavaScript heap out of memory"),
	};
	size_t k = n % FAULTS;
	if (k < ELEMENTS(others))
		return xstrdup(others[k]);
	if (k % 3 == 0)
		return xprintf(CALL "The table `public.Canary%zu` does not "
				    "exist in the current database.",
			n);
	if (k % 3 == 1)
		return xprintf(CALL "The column `Canary.c%zu` does not exist "
				    "in the current database.",
			n);
	return xprintf(CALL "Can't reach database server at `canary-%zu`:"
			    "`5432`",
		n);
}

static FILE *
open_file(const char *folder, size_t app, const char *what)
{
	own(str) char *path = what ? xprintf("%s/%zu.%s", folder, app, what)
				   : xprintf("%s/needles", folder);
	FILE *f = fopen(path, "ae");
	if (!f) {
		perror(path);
		exit(1);
	}
	return f;
}

static void
write_json(FILE *to, const char *fault, const struct canary *c)
{
	json_t *line = json_pack("{s:i, s:s, s:s#}", "level", 50, "msg", fault,
		"context", c->text.data, c->text.len);
	(void)json_dumpf(line, to, JSON_COMPACT);
	(void)fputc('\n', to);
	json_decref(line);
}

/* Indented lines continue the record above them. */
static void
write_lines(FILE *to, const char *fault, const struct canary *c)
{
	struct span rest = buf_span(&c->text), line;
	(void)fprintf(to, "%s\n", fault);
	while (span_cut(&rest, '\n', &line))
		(void)fprintf(to, "    " SPAN_FMT "\n", SPAN_ARG(line));
}

int
main(int argc, char **argv)
{
	if (argc != 6)
		return 2;
	own(strings) char **forms = canary_lines(argv[1], false);
	uint64_t seed = strtoull(argv[2], NULL, 10);
	size_t count = strtoul(argv[3], NULL, 10),
	       apps = strtoul(argv[5], NULL, 10);
	size_t n = strings_count(forms);
	if (!n || count > apps * FAULTS)
		return 2;
	own(file) FILE *needles = open_file(argv[4], 0, NULL);
	for (size_t i = 0; i < count; i++) {
		struct canary c;
		canary_make(forms[i % n], &seed, &c);
		own(str) char *fault = fault_text(i);
		bool json = (i / n) % 2;
		own(file) FILE *to = open_file(
			argv[4], i / FAULTS + 1, json ? "json" : "raw");
		if (json)
			write_json(to, fault, &c);
		else
			write_lines(to, fault, &c);
		for (size_t k = 0; c.needles && c.needles[k]; k++)
			(void)fprintf(needles, "%s\n", c.needles[k]);
		canary_free(&c);
	}
	return 0;
}
