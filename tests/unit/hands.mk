# Rooms of hands, and hands themselves against a private PostgreSQL.
HANDS_SUPPORT = tests/support/pg.c tests/support/pg.h \
	tests/support/hands.c tests/support/hands.h \
	tests/support/world.c tests/support/world.h
HANDS_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_DATA='"$(abs_top_srcdir)/tests/data"'

HANDS_WORLDS = tests/unit/test_look tests/unit/test_mend
check_PROGRAMS += $(HANDS_WORLDS)
TESTS += $(HANDS_WORLDS)
tests_unit_test_look_SOURCES = tests/unit/test_look.c $(HANDS_SUPPORT)
tests_unit_test_look_CPPFLAGS = $(HANDS_CPPFLAGS)
tests_unit_test_look_LDADD = $(TEST_LIBS)
tests_unit_test_mend_SOURCES = tests/unit/test_mend.c $(HANDS_SUPPORT)
tests_unit_test_mend_CPPFLAGS = $(HANDS_CPPFLAGS)
tests_unit_test_mend_LDADD = $(TEST_LIBS)
