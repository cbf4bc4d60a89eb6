# Head's rooms between Docker's folders and eyes.
SOURCES_UNITS = tests/unit/test_positions tests/unit/test_containers
check_PROGRAMS += $(SOURCES_UNITS)
TESTS += $(SOURCES_UNITS)
tests_unit_test_positions_SOURCES = tests/unit/test_positions.c
tests_unit_test_containers_SOURCES = tests/unit/test_containers.c
tests_unit_test_positions_LDADD = $(TEST_LIBS)
tests_unit_test_containers_LDADD = $(TEST_LIBS)
