#include "config.h"
#include "config/credentials.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io/file.h"
#include "base/redact.h"
#include "config/load-settings.h"
#include "support/check_main.h"

static void
put(const char *path, const char *text)
{
	own(fd) int fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write_all(fd, span_of(text)), 0);
}

/* The configuration of an app and a receiver, whose files are in the folder. */
static struct settings *
stage(const char *folder, const char *database, const char *hook)
{
	own(str) char *url = xprintf("%s/app.url", folder);
	own(str) char *to = xprintf("%s/hook.url", folder);
	own(str) char *path = xprintf("%s/logmend.conf", folder);
	own(str) char *text = xprintf("[app a]\ndatabase-url-file = %s\n"
				      "migrate-url-file = %s/missing\n"
				      "[notify n]\nurl-file = %s\n",
		url, folder, to);
	struct settings *s = NULL;
	put(url, database);
	put(to, hook);
	put(path, text);
	ck_assert_int_eq(load_settings(path, &s, NULL), 0);
	return s;
}

static void
shown(const char *text, const char *expected)
{
	own(str) char *got = redact(span_of(text));
	ck_assert_str_eq(got, expected);
}

START_TEST(each_form_of_a_credential_is_known)
{
	own(str) char *folder = scratch_folder();
	own(settings) struct settings *s = stage(folder,
		"postgresql://shop:Plain%2fQ9x%40@db/shop?sslpassword=Zk3mQ7\n",
		"https://chat.example.org/hooks/T0xx/"
		"9f3kQmZ7pL2w?key=Hh8Gg7\n");
	credentials_know(s);
	shown("x Plain%2fQ9x%40 y", "x [redacted: password] y");
	shown("x Plain/Q9x@ y", "x [redacted: password] y");
	shown("x Plain%2FQ9x@ y", "x [redacted: password] y");
	shown("x Zk3mQ7 y", "x [redacted: password] y");
	shown("x 9f3kQmZ7pL2w y", "x [redacted: webhook] y");
	shown("x Hh8Gg7 y", "x [redacted: password] y");
	shown("shop at db, chat.example.org", "shop at db, chat.example.org");
}
END_TEST

START_TEST(what_cannot_be_a_url_is_known_too)
{
	static const char *const files[] = { "shop:Un3ncoded/pw@db/x",
		"Un3ncoded/pw", "postgresql://shop:p@12/Un3ncoded/pw@db/x",
		"DATABASE_URL=\"postgresql://shop:Un3ncoded/pw@db/x\"",
		"# a comment\npostgresql://shop:Un3ncoded/pw@db/x\n" };
	for (size_t i = 0; i < ELEMENTS(files); i++) {
		own(str) char *folder = scratch_folder();
		own(settings) struct settings *s =
			stage(folder, files[i], "https://h/\n");
		credentials_know(s);
		own(str) char *got = redact(SPAN("x p@12/Un3ncoded/pw y"));
		ck_assert_msg(
			!strstr(got, "Un3ncoded"), "%s: %s", files[i], got);
	}
}
END_TEST

START_TEST(a_password_that_is_a_name_is_none)
{
	own(str) char *folder = scratch_folder();
	own(settings) struct settings *s = stage(folder,
		"postgresql://moving4you:moving4you@db/x", "https://h/");
	credentials_know(s);
	shown("role moving4you is missing", "role moving4you is missing");
}
END_TEST

START_TEST(a_file_that_changed_is_read_again)
{
	own(str) char *folder = scratch_folder();
	own(str) char *url = xprintf("%s/app.url", folder);
	own(settings) struct settings *s =
		stage(folder, "postgresql://u:Before123@db/x", "https://h/");
	own(credentials) struct credentials *c = credentials_new(s);
	put(url, "postgresql://u:Afterwards456@db/x");
	shown("x Afterwards456 y", "x Afterwards456 y");
	credentials_refresh(c);
	shown("x Afterwards456 y Before123 z",
		"x [redacted: password] y [redacted: password] z");
}
END_TEST

CHECK_MAIN("credentials", each_form_of_a_credential_is_known,
	what_cannot_be_a_url_is_known_too, a_password_that_is_a_name_is_none,
	a_file_that_changed_is_read_again)
