# Rules, eyes, scan and test.
EYES_CHECKS = tests/unit/captures.sh tests/unit/scan.sh
TESTS += $(EYES_CHECKS)
EXTRA_DIST += $(EYES_CHECKS)
tests/unit/captures.log tests/unit/scan.log: logmend$(EXEEXT) tests/support/dockerlog$(EXEEXT)

EYES_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_DATA='"$(abs_top_srcdir)/tests/data"' \
	-DTEST_RULES='"$(abs_top_srcdir)/rules"'
EYES_UNITS = tests/unit/test_rule tests/unit/test_decode \
	tests/unit/test_assemble tests/unit/test_find tests/unit/test_jail \
	tests/unit/test_reader tests/unit/test_input
check_PROGRAMS += $(EYES_UNITS)
TESTS += $(EYES_UNITS)
tests_unit_test_reader_SOURCES = tests/unit/test_reader.c \
	tests/support/roads.c tests/support/roads.h
tests_unit_test_reader_CPPFLAGS = $(EYES_CPPFLAGS)
tests_unit_test_reader_LDADD = $(TEST_LIBS)
tests_unit_test_rule_SOURCES = tests/unit/test_rule.c
tests_unit_test_rule_CPPFLAGS = $(EYES_CPPFLAGS)
tests_unit_test_rule_LDADD = $(TEST_LIBS)
tests_unit_test_decode_SOURCES = tests/unit/test_decode.c
tests_unit_test_decode_CPPFLAGS = $(EYES_CPPFLAGS)
tests_unit_test_decode_LDADD = $(TEST_LIBS)
tests_unit_test_assemble_SOURCES = tests/unit/test_assemble.c
tests_unit_test_assemble_CPPFLAGS = $(EYES_CPPFLAGS)
tests_unit_test_assemble_LDADD = $(TEST_LIBS)
tests_unit_test_jail_SOURCES = tests/unit/test_jail.c
tests_unit_test_jail_CPPFLAGS = $(EYES_CPPFLAGS)
tests_unit_test_jail_LDADD = $(TEST_LIBS)
tests_unit_test_input_SOURCES = tests/unit/test_input.c
tests_unit_test_input_CPPFLAGS = $(EYES_CPPFLAGS)
tests_unit_test_input_LDADD = $(TEST_LIBS)
tests_unit_test_find_SOURCES = tests/unit/test_find.c \
	tests/support/roads.c tests/support/roads.h
tests_unit_test_find_CPPFLAGS = $(EYES_CPPFLAGS)
tests_unit_test_find_LDADD = $(TEST_LIBS)

# make bench
check_PROGRAMS += tests/bench/dockerlines
tests_bench_dockerlines_SOURCES = tests/bench/dockerlines.c
tests_bench_dockerlines_LDADD = agent/base/libbase.a $(ALL_LIBS)
BENCHES += tests/bench/scan.sh

# make torture
TORTURES += tests/unit/roads.sh
EXTRA_DIST += tests/unit/roads.sh
