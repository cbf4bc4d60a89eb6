# Rooms of hands, and hands themselves against a private PostgreSQL.
HANDS_SUPPORT = tests/support/pg.c tests/support/pg.h \
	tests/support/hands.c tests/support/hands.h \
	tests/support/world.c tests/support/world.h
HANDS_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_DATA='"$(abs_top_srcdir)/tests/data"'

HANDS_UNITS = tests/unit/test_url \
	tests/unit/test_checksum \
	tests/unit/test_prisma \
	tests/unit/test_script \
	tests/unit/test_guard \
	tests/unit/test_cause \
	tests/unit/test_model
check_PROGRAMS += $(HANDS_UNITS)
TESTS += $(HANDS_UNITS)
tests_unit_test_url_SOURCES = tests/unit/test_url.c
tests_unit_test_url_LDADD = $(TEST_LIBS)
tests_unit_test_checksum_SOURCES = tests/unit/test_checksum.c
tests_unit_test_checksum_LDADD = $(TEST_LIBS)
tests_unit_test_prisma_SOURCES = tests/unit/test_prisma.c
tests_unit_test_prisma_LDADD = $(TEST_LIBS)
tests_unit_test_script_SOURCES = tests/unit/test_script.c
tests_unit_test_script_LDADD = $(TEST_LIBS)
tests_unit_test_guard_SOURCES = tests/unit/test_guard.c
tests_unit_test_guard_LDADD = $(TEST_LIBS)
tests_unit_test_model_SOURCES = tests/unit/test_model.c
tests_unit_test_model_LDADD = $(TEST_LIBS)
tests_unit_test_cause_SOURCES = tests/unit/test_cause.c
tests_unit_test_cause_LDADD = $(TEST_LIBS)

HANDS_WORLDS = tests/unit/test_look tests/unit/test_mend
check_PROGRAMS += $(HANDS_WORLDS)
TESTS += $(HANDS_WORLDS)
tests_unit_test_look_SOURCES = tests/unit/test_look.c $(HANDS_SUPPORT)
tests_unit_test_look_CPPFLAGS = $(HANDS_CPPFLAGS)
tests_unit_test_look_LDADD = $(TEST_LIBS)
tests_unit_test_mend_SOURCES = tests/unit/test_mend.c $(HANDS_SUPPORT)
tests_unit_test_mend_CPPFLAGS = $(HANDS_CPPFLAGS)
tests_unit_test_mend_LDADD = $(TEST_LIBS)

HANDS_SCENARIOS = tests/scenario/a_deploy_under_way_is_waited_for.sh \
	tests/scenario/a_failed_mend_blocks_no_deploy.sh \
	tests/scenario/diagnose_tells_and_changes_nothing.sh
TESTS += $(HANDS_SCENARIOS)
EXTRA_DIST += $(HANDS_SCENARIOS)
