# The rooms of agent/head and the commands that ask them.
HEAD_UNITS = tests/unit/test_incident \
	tests/unit/test_limits \
	tests/unit/test_policy \
	tests/unit/test_db \
	tests/unit/test_store
check_PROGRAMS += $(HEAD_UNITS)
TESTS += $(HEAD_UNITS)
tests_unit_test_incident_SOURCES = tests/unit/test_incident.c
tests_unit_test_limits_SOURCES = tests/unit/test_limits.c
tests_unit_test_policy_SOURCES = tests/unit/test_policy.c
tests_unit_test_db_SOURCES = tests/unit/test_db.c
tests_unit_test_store_SOURCES = tests/unit/test_store.c
tests_unit_test_incident_LDADD = $(TEST_LIBS)
tests_unit_test_limits_LDADD = $(TEST_LIBS)
tests_unit_test_policy_LDADD = $(TEST_LIBS)
tests_unit_test_db_LDADD = $(TEST_LIBS)
tests_unit_test_store_LDADD = $(TEST_LIBS)
