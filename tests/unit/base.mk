# The rooms of agent/base and agent/wire.
BASE_UNITS = tests/unit/test_own \
	tests/unit/test_span \
	tests/unit/test_buf \
	tests/unit/test_escape \
	tests/unit/test_clock \
	tests/unit/test_json \
	tests/unit/test_why \
	tests/unit/test_hash \
	tests/unit/test_conf \
	tests/unit/test_file \
	tests/unit/test_frame \
	tests/unit/test_spawn \
	tests/unit/test_fault \
	tests/unit/test_batch \
	tests/unit/test_plan \
	tests/unit/test_finding \
	tests/unit/test_result \
	tests/unit/test_attempt \
	tests/unit/test_options \
	tests/unit/test_settings
check_PROGRAMS += $(BASE_UNITS)
TESTS += $(BASE_UNITS)
tests_unit_test_own_SOURCES = tests/unit/test_own.c
tests_unit_test_span_SOURCES = tests/unit/test_span.c
tests_unit_test_buf_SOURCES = tests/unit/test_buf.c
tests_unit_test_escape_SOURCES = tests/unit/test_escape.c
tests_unit_test_clock_SOURCES = tests/unit/test_clock.c
tests_unit_test_json_SOURCES = tests/unit/test_json.c
tests_unit_test_why_SOURCES = tests/unit/test_why.c
tests_unit_test_hash_SOURCES = tests/unit/test_hash.c
tests_unit_test_conf_SOURCES = tests/unit/test_conf.c
tests_unit_test_file_SOURCES = tests/unit/test_file.c
tests_unit_test_frame_SOURCES = tests/unit/test_frame.c
tests_unit_test_spawn_SOURCES = tests/unit/test_spawn.c
tests_unit_test_fault_SOURCES = tests/unit/test_fault.c
tests_unit_test_batch_SOURCES = tests/unit/test_batch.c
tests_unit_test_plan_SOURCES = tests/unit/test_plan.c
tests_unit_test_finding_SOURCES = tests/unit/test_finding.c
tests_unit_test_result_SOURCES = tests/unit/test_result.c
tests_unit_test_attempt_SOURCES = tests/unit/test_attempt.c
tests_unit_test_options_SOURCES = tests/unit/test_options.c
tests_unit_test_settings_SOURCES = tests/unit/test_settings.c
tests_unit_test_own_LDADD = $(TEST_LIBS)
tests_unit_test_span_LDADD = $(TEST_LIBS)
tests_unit_test_buf_LDADD = $(TEST_LIBS)
tests_unit_test_escape_LDADD = $(TEST_LIBS)
tests_unit_test_clock_LDADD = $(TEST_LIBS)
tests_unit_test_json_LDADD = $(TEST_LIBS)
tests_unit_test_why_LDADD = $(TEST_LIBS)
tests_unit_test_hash_LDADD = $(TEST_LIBS)
tests_unit_test_conf_LDADD = $(TEST_LIBS)
tests_unit_test_file_LDADD = $(TEST_LIBS)
tests_unit_test_frame_LDADD = $(TEST_LIBS)
tests_unit_test_spawn_LDADD = $(TEST_LIBS)
tests_unit_test_fault_LDADD = $(TEST_LIBS)
tests_unit_test_batch_LDADD = $(TEST_LIBS)
tests_unit_test_plan_LDADD = $(TEST_LIBS)
tests_unit_test_finding_LDADD = $(TEST_LIBS)
tests_unit_test_result_LDADD = $(TEST_LIBS)
tests_unit_test_attempt_LDADD = $(TEST_LIBS)
tests_unit_test_options_LDADD = $(TEST_LIBS)
tests_unit_test_settings_LDADD = $(TEST_LIBS)
