# Head's rooms between Docker's folders and eyes.
SOURCES_UNITS = tests/unit/test_positions tests/unit/test_containers \
	tests/unit/test_places
check_PROGRAMS += $(SOURCES_UNITS)
TESTS += $(SOURCES_UNITS)
tests_unit_test_positions_SOURCES = tests/unit/test_positions.c
tests_unit_test_containers_SOURCES = tests/unit/test_containers.c
tests_unit_test_places_SOURCES = tests/unit/test_places.c
tests_unit_test_places_LDADD = $(TEST_LIBS)
tests_unit_test_positions_LDADD = $(TEST_LIBS)
tests_unit_test_containers_LDADD = $(TEST_LIBS)

# And between a fault and its incident.
check_PROGRAMS += tests/unit/test_intake
TESTS += tests/unit/test_intake
tests_unit_test_intake_SOURCES = tests/unit/test_intake.c
tests_unit_test_intake_LDADD = $(TEST_LIBS)
