# Rooms of hands, and hands themselves against a private PostgreSQL.
HANDS_TEST_SUPPORT = tests/support/pg.c tests/support/pg.h \
	tests/support/hands.c tests/support/hands.h

check_PROGRAMS += tests/unit/test_hands
tests_unit_test_hands_SOURCES = tests/unit/test_hands.c $(HANDS_TEST_SUPPORT)
tests_unit_test_hands_CPPFLAGS = $(AM_CPPFLAGS) \
	-DTEST_DATA='"$(abs_top_srcdir)/tests/data"'
tests_unit_test_hands_LDADD = $(TEST_LIBS)

TESTS += tests/unit/test_hands
