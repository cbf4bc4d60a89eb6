# Rules, eyes, scan and test.
EYES_CHECKS = tests/unit/captures.sh
TESTS += $(EYES_CHECKS)
EXTRA_DIST += $(EYES_CHECKS)
tests/unit/captures.log: logmend$(EXEEXT) tests/support/dockerlog$(EXEEXT)

EYES_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_DATA='"$(abs_top_srcdir)/tests/data"' \
	-DTEST_RULES='"$(abs_top_srcdir)/rules"'
EYES_UNITS = tests/unit/test_reader
check_PROGRAMS += $(EYES_UNITS)
TESTS += $(EYES_UNITS)
tests_unit_test_reader_SOURCES = tests/unit/test_reader.c \
	tests/support/roads.c tests/support/roads.h
tests_unit_test_reader_CPPFLAGS = $(EYES_CPPFLAGS)
tests_unit_test_reader_LDADD = $(TEST_LIBS)
