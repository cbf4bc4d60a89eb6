# Hands as a process, and those of their rooms that talk to a server, against a
# PostgreSQL server of the test's own.
SERVER_TESTS = \
	tests/server/test_look \
	tests/server/test_mend \
	tests/server/test_migrator \
	tests/server/test_session
check_PROGRAMS += $(SERVER_TESTS)
TESTS += $(SERVER_TESTS)
