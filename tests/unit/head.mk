# The rooms of agent/head and the commands that ask them.
HEAD_UNITS = tests/unit/test_incident \
	tests/unit/test_limits \
	tests/unit/test_timeshift \
	tests/unit/test_policy \
	tests/unit/test_db \
	tests/unit/test_store \
	tests/unit/test_redact \
	tests/unit/test_notice \
	tests/unit/test_address \
	tests/unit/test_webhook \
	tests/unit/test_outbox \
	tests/unit/test_control \
	tests/unit/test_verbs \
	tests/unit/test_wrap \
	tests/unit/test_ask
check_PROGRAMS += $(HEAD_UNITS)
TESTS += $(HEAD_UNITS)
EXTRA_DIST += tests/support/http.h
tests_unit_test_incident_SOURCES = tests/unit/test_incident.c
tests_unit_test_timeshift_SOURCES = tests/unit/test_timeshift.c
tests_unit_test_limits_SOURCES = tests/unit/test_limits.c
tests_unit_test_policy_SOURCES = tests/unit/test_policy.c
tests_unit_test_db_SOURCES = tests/unit/test_db.c
tests_unit_test_store_SOURCES = tests/unit/test_store.c
tests_unit_test_redact_SOURCES = tests/unit/test_redact.c
tests_unit_test_notice_SOURCES = tests/unit/test_notice.c
tests_unit_test_address_SOURCES = tests/unit/test_address.c
tests_unit_test_webhook_SOURCES = tests/unit/test_webhook.c
tests_unit_test_outbox_SOURCES = tests/unit/test_outbox.c
tests_unit_test_control_SOURCES = tests/unit/test_control.c
tests_unit_test_verbs_SOURCES = tests/unit/test_verbs.c
tests_unit_test_ask_SOURCES = tests/unit/test_ask.c
tests_unit_test_wrap_SOURCES = tests/unit/test_wrap.c
tests_unit_test_incident_LDADD = $(TEST_LIBS)
tests_unit_test_timeshift_LDADD = $(TEST_LIBS)
tests_unit_test_limits_LDADD = $(TEST_LIBS)
tests_unit_test_policy_LDADD = $(TEST_LIBS)
tests_unit_test_db_LDADD = $(TEST_LIBS)
tests_unit_test_store_LDADD = $(TEST_LIBS)
tests_unit_test_redact_LDADD = $(TEST_LIBS)
tests_unit_test_notice_LDADD = $(TEST_LIBS)
tests_unit_test_address_LDADD = $(TEST_LIBS)
tests_unit_test_webhook_LDADD = $(TEST_LIBS) -lssl
tests_unit_test_outbox_LDADD = $(TEST_LIBS)
tests_unit_test_control_LDADD = $(TEST_LIBS)
tests_unit_test_verbs_LDADD = $(TEST_LIBS)
tests_unit_test_ask_LDADD = $(TEST_LIBS)
tests_unit_test_wrap_LDADD = $(TEST_LIBS)
