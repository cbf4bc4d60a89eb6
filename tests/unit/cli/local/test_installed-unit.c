#include "config.h"
#include "cli/local/installed-unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_main.h"

/* A file with all the folders above it. */
static void
make(const char *root, const char *path, const char *text)
{
	own(str) char *all = xprintf("%s%s", root, path);
	for (char *p = all + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		(void)mkdir(all, 0755);
		*p = '/';
	}
	own(file) FILE *f = fopen(all, "we");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
}

START_TEST(without_a_unit_everything_is_allowed)
{
	own(str) char *root = scratch_folder();
	own(installed_unit) struct installed_unit u = { 0 };
	installed_unit_read(root, INSTALLED_UNIT_DAEMON, &u);
	ck_assert_ptr_null(u.path);
	ck_assert(!u.enabled && installed_unit_writes(&u, "/tmp/x"));
}
END_TEST

START_TEST(the_shipped_unit_says_what_it_may)
{
	own(str) char *root = scratch_folder();
	own(installed_unit) struct installed_unit u = { 0 };
	make(root, "/usr/local/lib/systemd/system/logmend.service",
		"# ReadWritePaths=/no\n[Service]\n"
		"ExecStart=/usr/local/bin/logmend run\n"
		"StateDirectory=logmend\nRuntimeDirectory=logmend\n"
		"ProtectSystem=strict\nProtectHome=read-only\nPrivateTmp=yes\n"
		"InaccessiblePaths=-/run/docker.sock -/etc/shadow\n");
	installed_unit_read(root, INSTALLED_UNIT_DAEMON, &u);
	ck_assert_str_eq(u.program, "/usr/local/bin/logmend");
	ck_assert_ptr_null(u.user);
	ck_assert(!u.enabled);
	ck_assert(installed_unit_writes(&u, "/var/lib/logmend/logmend.db"));
	ck_assert(installed_unit_writes(&u, "/run/logmend/control"));
	ck_assert(!installed_unit_writes(&u, "/var/lib/logmend2"));
	ck_assert(!installed_unit_writes(&u, "/captain/apps/a"));
	ck_assert(installed_unit_sees(&u, "/captain/apps/a"));
	ck_assert(installed_unit_sees(&u, "/root/a"));
	ck_assert(!installed_unit_sees(&u, "/tmp/a"));
	ck_assert(!installed_unit_sees(&u, "/etc/shadow"));
}
END_TEST

START_TEST(drop_ins_add_to_it_and_begin_lists_anew)
{
	own(str) char *root = scratch_folder();
	own(installed_unit) struct installed_unit u = { 0 };
	make(root, "/usr/lib/systemd/system/logmend.service",
		"[Service]\nProtectSystem=strict\nReadWritePaths=/a\n"
		"User=nobody\n");
	make(root, "/etc/systemd/system/logmend.service.d/override.conf",
		"[Service]\nReadWritePaths=\nReadWritePaths=-/b +/c\n"
		"ProtectHome = yes\nUser=\n");
	own(str) char *wants = xprintf(
		"%s%s", root, "/etc/systemd/system/multi-user.target.wants");
	own(str) char *link = xprintf("%s/logmend.service", wants);
	ck_assert_int_eq(mkdir(wants, 0755), 0);
	ck_assert_int_eq(symlink("/usr/lib/x", link), 0);
	installed_unit_read(root, INSTALLED_UNIT_DAEMON, &u);
	ck_assert_ptr_null(u.user);
	ck_assert(u.enabled);
	ck_assert(!installed_unit_writes(&u, "/a"));
	ck_assert(installed_unit_writes(&u, "/b/x"));
	ck_assert(installed_unit_writes(&u, "/c"));
	ck_assert(!installed_unit_sees(&u, "/home/me"));
}
END_TEST

/* What the shipped unit and its drop-in say of it. */
START_TEST(a_drop_in_lets_it_enter_a_network)
{
	static const struct {
		const char *unit, *drop_in;
		bool enters;
	} rows[] = {
		{ "CapabilityBoundingSet=CAP_CHOWN\nRestrictNamespaces=yes\n",
			"", false },
		{ "CapabilityBoundingSet=CAP_CHOWN\nRestrictNamespaces=yes\n",
			"CapabilityBoundingSet=CAP_SYS_ADMIN\n"
			"RestrictNamespaces=net\n",
			true },
		{ "CapabilityBoundingSet=CAP_CHOWN\nRestrictNamespaces=yes\n",
			"CapabilityBoundingSet=CAP_SYS_ADMIN\n", false },
		{ "CapabilityBoundingSet=CAP_CHOWN\n", "", false },
		{ "RestrictNamespaces=no\n", "", true },
		{ "", "", true },
		/* Who is no root has what is given to it. */
		{ "User=logmend\n", "", false },
		{ "User=logmend\nAmbientCapabilities=CAP_CHOWN\n"
		  "RestrictNamespaces=yes\n",
			"AmbientCapabilities=CAP_SYS_ADMIN\n"
			"RestrictNamespaces=net\n",
			true },
	};
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		own(str) char *root = scratch_folder();
		own(installed_unit) struct installed_unit u = { 0 };
		make(root, "/lib/systemd/system/logmend-hands@.service",
			rows[i].unit);
		make(root,
			"/etc/systemd/system/logmend-hands@.service.d/"
			"reach.conf",
			rows[i].drop_in);
		installed_unit_read(root, INSTALLED_UNIT_HANDS, &u);
		ck_assert_msg(installed_unit_enters(&u) == rows[i].enters,
			"row %zu", i);
	}
}
END_TEST

CHECK_MAIN("installed-unit", without_a_unit_everything_is_allowed,
	the_shipped_unit_says_what_it_may,
	drop_ins_add_to_it_and_begin_lists_anew,
	a_drop_in_lets_it_enter_a_network)
