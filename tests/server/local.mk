# Hands as a process, against a PostgreSQL server of the test's own.
SERVER_TESTS = tests/server/test_look tests/server/test_mend
check_PROGRAMS += $(SERVER_TESTS)
TESTS += $(SERVER_TESTS)
