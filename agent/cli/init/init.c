/* The command `init`: looks at the host, and writes the configuration that
 * follows from it, in mode report. */
#include "config.h"
#include "base/escape.h"
#include "cli/command.h"
#include "cli/init/choice.h"
#include "cli/init/new-file.h"
#include "cli/init/settings-text.h"
#include "cli/init/to-do.h"
#include "cli/local/installed-unit.h"
#include "cli/output/advice.h"
#include "cli/output/page.h"
#include "cli/output/terminal.h"
#include "config/settings.h"
#include "head/head.h"

#include <errno.h>
#include <grp.h>
#include <jansson.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct init {
	bool print, json, without_socket;
	const char *docker_root; /* as asked for; NULL */
	char **folders;          /* of --migrations */
	char *file;              /* the configuration, absolute */
	char *folder;            /* that it lies in */
	char *root;              /* Docker's; NULL: there is none */
	struct why no_docker;
	struct docker_services *services;
	struct choice choice;
};

static void
init_let_go(struct init *i)
{
	strings_free(i->folders);
	str_free(i->file);
	str_free(i->folder);
	str_free(i->root);
	choice_free(&i->choice);
}

static char *
absolute(const char *path)
{
	own(str) char *here = getcwd(NULL, 0);
	return *path == '/' || !here ? xstrdup(path)
				     : xprintf("%s/%s", here, path);
}

/* DIR or APP=DIR. A name of an app has no slash. */
static char *
absolute_folder(const char *given)
{
	const char *equals = strchr(given, '=');
	const char *slash = strchr(given, '/');
	if (!equals || (slash && slash < equals))
		return absolute(given);
	own(str) char *folder = absolute(equals + 1);
	return xprintf("%.*s=%s", (int)(equals - given), given, folder);
}

static void
read_options(struct init *i, struct invocation *in)
{
	i->print = command_flag(in, "--print");
	i->json = command_flag(in, "--json");
	i->without_socket = command_flag(in, "--without-socket");
	i->docker_root = command_option(in, "--docker-root");
	for (const char *f; (f = command_option(in, "--migrations"));) {
		own(str) char *given = absolute_folder(f);
		strings_add(&i->folders, given);
	}
	const char *to = command_option(in, "-o");
	i->file = absolute(to ? to : in->config);
	i->folder = xstrdup(i->file);
	char *slash = strrchr(i->folder, '/');
	slash[slash == i->folder] = '\0';
}

/* Docker's files are root's. Who names others may own them. */
static int
look(struct init *i)
{
	struct why why;
	if (head_find_docker_root(i->docker_root, &i->root, &i->no_docker) < 0)
		return EXIT_DONE;
	int r = head_look_for_services(i->root, i->services, &why);
	if (r < 0)
		return terminal_fails(EXIT_UNABLE, "%s%s", why.text,
			geteuid() ? ": run it with sudo" : "");
	for (char **t = i->services->troubles; t && *t; t++)
		(void)terminal_fails(0, "%s", *t);
	if (i->services->left)
		(void)terminal_fails(0,
			"%s: %zu containers more were not looked at", i->root,
			i->services->left);
	struct choice_how how = { i->services, i->folders };
	choice_make(&how, &i->choice);
	return EXIT_DONE;
}

/* Group members may look, and need the configuration for it; it holds no
 * secret. Without the group nobody but root may. */
static struct new_file
settings_mode(void)
{
	const struct group *g = getgrnam("logmend");
	bool can = g && geteuid() == 0;
	return (struct new_file){ .mode = can ? 0640 : 0600,
		.owner = (uid_t)-1,
		.group = can ? g->gr_gid : (gid_t)-1 };
}

/* A secret belongs to whom the service runs as. */
static struct new_file
secret_mode(void)
{
	own(installed_unit) struct installed_unit u = { 0 };
	installed_unit_read("", INSTALLED_UNIT_DAEMON, &u);
	const struct passwd *p =
		u.user && geteuid() == 0 ? getpwnam(u.user) : NULL;
	return (struct new_file){ .mode = 0600,
		.owner = p ? p->pw_uid : (uid_t)-1,
		.group = p ? p->pw_gid : (gid_t)-1 };
}

/* One that is there may have been corrected by a person. */
static int
write_url(const char *path, const char *url, struct why *why)
{
	struct new_file how = secret_mode();
	own(str) char *line = xprintf("%s\n", url);
	int r = new_file_write(path, &how, span_of(line), why);
	explicit_bzero(line, strlen(line));
	if (r == -EEXIST)
		(void)terminal_fails(
			0, "%s: is there already, and is left as it is", path);
	return r == -EEXIST ? 0 : r;
}

static int
write_urls(const struct settings_text_how *h, const struct chosen_app *a,
	struct why *why)
{
	own(str) char *path = settings_text_url_file(h->folder, a);
	own(str) char *direct = settings_text_direct_file(h->folder, a);
	int r = h->ways.url_in_container ? 0 : write_url(path, a->url, why);
	return r == 0 && a->direct_url ? write_url(direct, a->direct_url, why)
				       : r;
}

/* The configuration comes last: it names no file that is not there. */
static int
write_all_files(const struct init *i, const struct settings_text_how *h,
	const char *text, struct why *why)
{
	struct new_file how = settings_mode();
	if (mkdir(i->folder, 0755) < 0 && errno != EEXIST)
		return because(why, -errno, "%s: cannot be made: %s%s",
			i->folder, strerror(errno),
			geteuid() ? ": run it with sudo" : "");
	for (size_t k = 0; k < i->choice.n; k++) {
		int r = write_urls(h, &i->choice.apps[k], why);
		if (r < 0)
			return r;
	}
	return new_file_write(i->file, &how, span_of(text), why);
}

static json_t *
apps_json(const struct choice *c)
{
	json_t *list = json_array();
	for (size_t i = 0; i < c->n; i++) {
		const struct chosen_app *a = &c->apps[i];
		own(str) char *image =
			escape_str(span_of(a->of->image), 200, ESCAPE_LINE);
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s?, s:s, s:s, s:s?, s:s?}",
				"app", a->name, "service", a->of->name,
				"container", a->of->container, "image", image,
				"database_host", a->host, "migrations",
				a->migrations, "migrations_in_container",
				a->in_container));
	}
	return list;
}

static json_t *
left_out_json(const struct choice *c)
{
	json_t *list = json_array();
	for (size_t i = 0; c->left_out && c->left_out[i]; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s}", "service", c->left_out[i],
				"reason", c->reasons[i]));
	return list;
}

static int
tell_json(const struct init *i, const struct advices *left, char **next,
	const char *text)
{
	json_t *commands = json_array();
	for (char **n = next; *n; n++)
		json_array_append_new(commands, json_string(*n));
	json_t *all = json_pack("{s:s, s:b, s:s?, s:o, s:o, s:o, s:o}",
		"configuration", i->file, "written", !i->print, "docker_root",
		i->root, "apps", apps_json(&i->choice), "left_out",
		left_out_json(&i->choice), "to_do", advices_json(left), "next",
		commands);
	if (i->print)
		json_object_set_new(all, "text", json_string(text));
	int code = page_print_json(all);
	json_decref(all);
	return code;
}

static int
tell(const struct init *i, const struct settings_text_how *h,
	const struct advices *left, char **next)
{
	own(advices) struct advices decided = { 0 };
	to_do_decided(&decided, h);
	puts("What is here:");
	int code = advices_print(&decided);
	printf("\n%s: written, with %zu app%s in mode report\n", i->file,
		i->choice.n, i->choice.n == 1 ? "" : "s");
	if (left->n)
		puts("\nWhat is left to you:");
	if (code == EXIT_DONE)
		code = advices_print(left);
	puts("\nThen:");
	for (char **n = next; *n; n++)
		printf("        %s\n", *n);
	return terminal_flush() ? code : EXIT_UNABLE;
}

static int
make(struct init *i, bool usual)
{
	struct why why;
	own(str) char *hook = settings_text_webhook_file(i->folder);
	struct settings_text_how how = {
		.choice = &i->choice,
		.ways = access_ways_known(i->without_socket),
		.folder = i->folder,
		.docker_root = i->root,
		.no_docker = i->root ? NULL : i->no_docker.text,
		.webhook = access(hook, F_OK) == 0,
	};
	own(str) char *text = settings_text(&how);
	own(advices) struct advices left = { 0 };
	bool edited = to_do_left(&left, &how, i->file);
	own(strings) char **next = to_do_next(i->file, usual, edited);
	if (i->print && !i->json) {
		fputs(text, stdout);
		return terminal_flush() ? EXIT_DONE : EXIT_UNABLE;
	}
	if (!i->print && write_all_files(i, &how, text, &why) < 0)
		return terminal_fails(EXIT_UNABLE, "%s", why.text);
	return i->json ? tell_json(i, &left, next, text)
		       : tell(i, &how, &left, next);
}

int
command_init(const struct command *c, const struct invocation *given)
{
	struct invocation in = *given;
	own(docker_services) struct docker_services services = { 0 };
	__attribute__((cleanup(
		init_let_go))) struct init i = { .services = &services };
	struct stat st;
	read_options(&i, &in);
	if (!command_operands(c, &in, 0, 0))
		return EXIT_USAGE;
	if (!i.print && lstat(i.file, &st) == 0)
		return terminal_fails(EXIT_NO,
			"%s: is there already, and is left as it is: `logmend "
			"doctor` judges it, `logmend init --print` shows what "
			"would be written, `-o FILE` writes it elsewhere",
			i.file);
	if (geteuid() && !i.docker_root)
		return terminal_fails(EXIT_UNABLE,
			"Docker's files are root's: run it with sudo: sudo "
			"logmend init");
	int code = look(&i);
	return code == EXIT_DONE ? make(&i, strcmp(i.file, CONFIG_FILE) == 0)
				 : code;
}
