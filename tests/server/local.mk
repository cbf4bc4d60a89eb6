# Hands as a process, and those of their rooms that talk to a server, against a
# PostgreSQL server of the test's own.
SERVER_TESTS = \
	tests/server/test_catalog \
	tests/server/test_cause-facts \
	tests/server/test_guard \
	tests/server/test_look \
	tests/server/test_look-cause \
	tests/server/test_look-history \
	tests/server/test_look-place \
	tests/server/test_mend \
	tests/server/test_mend-target \
	tests/server/test_migrator \
	tests/server/test_missing-objects \
	tests/server/test_plan \
	tests/server/test_privileges \
	tests/server/test_probe \
	tests/server/test_recover \
	tests/server/test_rehearse \
	tests/server/test_rules \
	tests/server/test_scratch-database \
	tests/server/test_session \
	tests/server/test_stop
check_PROGRAMS += $(SERVER_TESTS)
TESTS += $(SERVER_TESTS)
