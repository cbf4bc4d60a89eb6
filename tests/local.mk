# Tests: automake's parallel harness. A program or script passes with 0, is
# skipped with 77 and a sentence, and fails with anything else. Each works in a
# folder of its own and ends what it started, so `make -j check` is safe.
#
#	make check	everything that belongs to every build
#	make demo	the main job on the terminal: tests/scenario/demo.sh
#	make bench	figures, with one script each in tests/bench
#	make torture	what takes long: kill -9 at random moments, and kills and
#			errors at counted system calls; two hours
#	make machine	bootstrap, README, package, booted unit, reboot: fresh Debian
#			machines: root, debootstrap, systemd-nspawn
#
# A scenario also runs by itself after ./bootstrap build: tests/scenario/NAME.sh.
#
# A test program's source has the program's name and `.c`, and it is linked with
# every role and with what tests share (tests/support): a new one needs no more
# than its line in tests/unit/local.mk or tests/server/local.mk.

AM_CPPFLAGS += -I$(top_srcdir)/tests -DTEST_DATA='"$(abs_top_srcdir)/tests/data"' \
	-DTEST_RULES='"$(abs_top_srcdir)/rules"'
AM_CFLAGS += $(CHECK_CFLAGS)
LDADD = tests/support/libsupport.a $(ROLE_LIBS) $(ALL_LIBS) $(CHECK_LIBS)

TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = bash
TEST_ENVIRONMENT = \
	LOGMEND='$(abs_top_builddir)/logmend$(EXEEXT)' \
	TOP='$(abs_top_srcdir)' BUILT='$(abs_top_builddir)' \
	CC='$(CC)' MANDOC='$(MANDOC)' CK_DEFAULT_TIMEOUT=60 LC_ALL=C
AM_TESTS_ENVIRONMENT = export $(TEST_ENVIRONMENT);
BENCHES =
TORTURES =
MACHINES = tests/machine/readme.sh tests/machine/package.sh \
	tests/machine/first-minutes.sh tests/machine/seventeen.sh \
	tests/machine/service.sh tests/machine/reboot.sh \
	tests/machine/bootstrap.sh

# What scripts use to play Docker and the receiver of notices.
SUPPORT = tests/support/dockerlog tests/support/receiver \
	tests/support/manager tests/support/mute tests/support/canaries
# What kills processes, and lets calls fail, at counted system calls.
INJECTION = tests/support/storecheck
if HOST_X86_64
INJECTION += tests/support/injector
endif
check_PROGRAMS += $(SUPPORT) $(INJECTION)
tests_support_injector_SOURCES = tests/support/injector.c \
	tests/support/injector-calls.c tests/support/injector-calls.h
tests_support_injector_LDADD = agent/base/libbase.a $(ALL_LIBS)
tests_support_storecheck_LDADD = $(ALL_LIBS)
tests_support_dockerlog_LDADD = agent/base/libbase.a $(ALL_LIBS)
# A clock that tests can set, to be preloaded: no program of ours, so none of
# our flags.
check_DATA = tests/support/clockshift.so
CLEANFILES += tests/support/clockshift.so
tests/support/clockshift.so: tests/support/clockshift.c
	$(AM_V_CC)$(MKDIR_P) tests/support && $(CC) -O2 -Wall -shared -fPIC \
		-o $@ $(srcdir)/tests/support/clockshift.c
EXTRA_DIST += tests/support/clockshift.c
tests_support_manager_LDADD = agent/base/libbase.a $(ALL_LIBS)
tests_support_canaries_SOURCES = tests/support/canaries.c \
	tests/support/canary.c tests/support/canary.h
tests_support_canaries_LDADD = agent/base/libbase.a $(ALL_LIBS)
tests_support_mute_LDADD = agent/base/libbase.a $(ALL_LIBS)
tests_support_receiver_LDADD = agent/base/libbase.a $(ALL_LIBS)

# What test programs share.
check_LIBRARIES = tests/support/libsupport.a
tests_support_libsupport_a_SOURCES = \
	tests/support/canary.c tests/support/canary.h \
	tests/support/diagnosed.c tests/support/diagnosed.h \
	tests/support/hands.c tests/support/hands.h \
	tests/support/labelled.c tests/support/labelled.h \
	tests/support/pg.c tests/support/pg.h \
	tests/support/plain-migrator.c tests/support/plain-migrator.h \
	tests/support/roads.c tests/support/roads.h \
	tests/support/swap.c tests/support/swap.h \
	tests/support/units.c tests/support/units.h \
	tests/support/world.c tests/support/world.h

if HAVE_CHECK
include tests/unit/local.mk
include tests/server/local.mk
include tests/sim/local.mk
endif
include tests/tree/local.mk
include tests/scenario/local.mk

demo-parts: logmend$(EXEEXT) $(SUPPORT)
demo: demo-parts
	@$(TEST_ENVIRONMENT) bash $(srcdir)/tests/scenario/demo.sh
bench: logmend$(EXEEXT) $(check_PROGRAMS)
	@set -e; for b in $(BENCHES); do \
		$(TEST_ENVIRONMENT) bash $(srcdir)/$$b; done
torture: logmend$(EXEEXT) $(check_PROGRAMS)
	@set -e; for t in $(TORTURES); do \
		$(TEST_ENVIRONMENT) TORTURE=yes bash $(srcdir)/$$t; done
machine:
	@set -e; for m in $(MACHINES); do \
		$(TEST_ENVIRONMENT) bash $(srcdir)/$$m; done
.PHONY: demo-parts demo bench torture machine

EXTRA_DIST += tests/support/check_main.h tests/support/container.sh \
	tests/support/played-role.h tests/support/refusals.h \
	$(BENCHES) $(TORTURES) $(MACHINES) tests/machine/machine.bash \
	tests/machine/booted.sh tests/machine/booted-minutes.sh \
	tests/machine/booted-package.sh tests/machine/booted-reboot.sh \
	tests/machine/follow.sh tests/machine/on-seventeen.sh
# Captures and migrations are carried whole.
dist-hook: copy-test-data
copy-test-data:
	cp -R $(srcdir)/tests/data $(distdir)/tests/
	chmod -R u+w $(distdir)/tests/data
.PHONY: copy-test-data

# The clusters that tests copy.
clean-local:
	rm -rf tests/clusters
# What npm brought; `make clean` keeps what needs the network again.
distclean-local:
	rm -rf tests/prisma-cli tests/prisma-cli.lock
