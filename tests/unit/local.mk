# Test programs of single files: tests/unit/FOLDER/test_FILE.c for agent/FOLDER/FILE.c.
UNIT_TESTS = \
	tests/unit/base/test_buf \
	tests/unit/base/test_clock \
	tests/unit/base/test_escape \
	tests/unit/base/test_hash \
	tests/unit/base/test_json \
	tests/unit/base/test_nearest \
	tests/unit/base/test_own \
	tests/unit/base/test_redact \
	tests/unit/base/test_span \
	tests/unit/base/test_why \
	tests/unit/base/io/test_call-filter \
	tests/unit/base/io/test_descriptors \
	tests/unit/base/io/test_file \
	tests/unit/base/io/test_frame \
	tests/unit/base/io/test_in-root \
	tests/unit/base/io/test_locked-file \
	tests/unit/base/io/test_log \
	tests/unit/base/io/test_owned-path \
	tests/unit/base/io/test_privileges \
	tests/unit/base/io/test_process-tree \
	tests/unit/base/io/test_secret-line \
	tests/unit/base/io/test_spawn \
	tests/unit/base/regex/test_byte-class \
	tests/unit/base/regex/test_required \
	tests/unit/base/regex/test_word-search \
	tests/unit/wire/test_attempt-file \
	tests/unit/wire/test_batch \
	tests/unit/wire/docker/test_docker-frames \
	tests/unit/wire/test_eyes-frames \
	tests/unit/wire/test_fault \
	tests/unit/wire/test_finding \
	tests/unit/wire/test_job \
	tests/unit/wire/test_missing \
	tests/unit/wire/notify/test_notify-frames \
	tests/unit/wire/test_plan \
	tests/unit/wire/test_report \
	tests/unit/wire/test_result \
	tests/unit/wire/test_role \
	tests/unit/wire/test_source \
	tests/unit/wire/test_stop-files \
	tests/unit/config/test_caprover \
	tests/unit/config/test_credentials \
	tests/unit/config/test_docker-root \
	tests/unit/config/test_ini \
	tests/unit/config/test_labels \
	tests/unit/config/test_options \
	tests/unit/config/test_settings \
	tests/unit/docker/test_app-labels \
	tests/unit/docker/test_container \
	tests/unit/docker/test_docker-sandbox \
	tests/unit/docker/test_engine \
	tests/unit/docker/test_exec \
	tests/unit/docker/http/test_output-frames \
	tests/unit/docker/test_service \
	tests/unit/docker/test_watch \
	tests/unit/docker/watch/test_listing \
	tests/unit/docker/watch/test_node-tasks \
	tests/unit/docker/watch/test_told-labels \
	tests/unit/rule/test_form \
	tests/unit/rule/test_rule \
	tests/unit/rule/test_shape-file \
	tests/unit/rule/test_shapes \
	tests/unit/eyes/test_batcher \
	tests/unit/eyes/test_eyes \
	tests/unit/eyes/test_pause \
	tests/unit/eyes/test_reader \
	tests/unit/eyes/test_readings \
	tests/unit/eyes/test_sandbox \
	tests/unit/eyes/format/test_detect \
	tests/unit/eyes/format/test_docker-json \
	tests/unit/eyes/format/test_docker-stream \
	tests/unit/eyes/format/test_join-pieces \
	tests/unit/eyes/format/test_log-prefix \
	tests/unit/eyes/input/test_input \
	tests/unit/eyes/input/test_line-numbers \
	tests/unit/eyes/input/test_window \
	tests/unit/eyes/match/test_condition \
	tests/unit/eyes/match/test_fields \
	tests/unit/eyes/match/test_flatten \
	tests/unit/eyes/match/test_key-values \
	tests/unit/eyes/match/test_match \
	tests/unit/eyes/records/test_assemble \
	tests/unit/eyes/records/test_line-prefix \
	tests/unit/eyes/records/test_line-shape \
	tests/unit/eyes/records/test_record-walk \
	tests/unit/eyes/records/test_record-states \
	tests/unit/eyes/search/test_candidates \
	tests/unit/eyes/search/test_line-search \
	tests/unit/eyes/search/test_prefilter \
	tests/unit/head/test_watchdog \
	tests/unit/head/control/test_control \
	tests/unit/head/control/test_listening-socket \
	tests/unit/head/control/test_requests \
	tests/unit/head/incidents/test_clock-adjust \
	tests/unit/head/incidents/test_ingest \
	tests/unit/head/model/test_incident \
	tests/unit/head/model/test_ranking \
	tests/unit/head/notices/test_judge-urls \
	tests/unit/head/notices/test_kept-text \
	tests/unit/head/notices/test_notice \
	tests/unit/head/notices/test_outbox \
	tests/unit/head/notices/test_question \
	tests/unit/head/notices/test_told-receivers \
	tests/unit/head/notices/test_try-webhook \
	tests/unit/head/notices/test_way-to-ask \
	tests/unit/head/policy/test_freeze \
	tests/unit/head/policy/test_limits \
	tests/unit/head/policy/test_overdue \
	tests/unit/head/policy/test_policy \
	tests/unit/head/roles/test_docker-process \
	tests/unit/head/roles/test_eyes-process \
	tests/unit/head/roles/test_job-queue \
	tests/unit/head/roles/test_next-start \
	tests/unit/head/roles/test_notify-process \
	tests/unit/head/roles/test_launch-link \
	tests/unit/head/roles/test_process \
	tests/unit/head/sources/test_checkpoints \
	tests/unit/head/sources/test_discovery \
	tests/unit/head/sources/test_docker-config \
	tests/unit/head/sources/docker/test_container-root \
	tests/unit/head/sources/docker/test_docker-root \
	tests/unit/head/sources/docker/test_docker-service \
	tests/unit/head/sources/test_file-identity \
	tests/unit/head/sources/test_followed-log \
	tests/unit/head/sources/test_followed-logs \
	tests/unit/head/sources/test_gzip-info \
	tests/unit/head/sources/test_log-file \
	tests/unit/head/sources/test_open-logs \
	tests/unit/head/sources/test_resume \
	tests/unit/head/sources/test_rotated-files \
	tests/unit/head/store/test_store \
	tests/unit/head/store/sqlite/test_db \
	tests/unit/head/store/sqlite/test_store-open \
	tests/unit/head/watch/test_containers \
	tests/unit/head/watch/test_docker-start \
	tests/unit/head/watch/test_seen-containers \
	tests/unit/head/watch/test_seen-labels \
	tests/unit/head/watch/test_told-deaths \
	tests/unit/head/watch/test_what-changed \
	tests/unit/hands/container/network/test_container-address \
	tests/unit/hands/container/test_container-path \
	tests/unit/hands/container/network/test_container-namespace \
	tests/unit/hands/container/test_container-url \
	tests/unit/hands/container/test_image-changes \
	tests/unit/hands/container/test_made-container \
	tests/unit/hands/container/test_private-folder \
	tests/unit/hands/container/test_tar-folder \
	tests/unit/hands/container/test_workspace \
	tests/unit/hands/diagnose/test_cause \
	tests/unit/hands/diagnose/test_cause-text \
	tests/unit/hands/diagnose/test_census \
	tests/unit/hands/diagnose/test_diagnosis \
	tests/unit/hands/diagnose/test_facts-text \
	tests/unit/hands/diagnose/test_findings \
	tests/unit/hands/diagnose/test_history-text \
	tests/unit/hands/diagnose/test_image-folder \
	tests/unit/hands/diagnose/objects/test_known-objects \
	tests/unit/hands/jobs/test_deployed \
	tests/unit/hands/jobs/test_read-inside \
	tests/unit/hands/plan/copy/test_container-dump \
	tests/unit/hands/plan/test_guard \
	tests/unit/hands/plan/test_in-script \
	tests/unit/hands/plan/test_judgement \
	tests/unit/hands/plan/test_obstacle \
	tests/unit/hands/plan/test_outside-effects \
	tests/unit/hands/plan/copy/test_pg-dump \
	tests/unit/hands/plan/test_plan-hash \
	tests/unit/hands/plan/test_plan-listing \
	tests/unit/hands/plan/test_plan-text \
	tests/unit/hands/postgres/test_connect \
	tests/unit/hands/postgres/test_error-sentence \
	tests/unit/hands/postgres/test_resolve \
	tests/unit/hands/postgres/test_route \
	tests/unit/hands/postgres/test_server-identity \
	tests/unit/hands/postgres/test_url \
	tests/unit/hands/postgres/test_url-parameters \
	tests/unit/hands/prisma/test_checksum \
	tests/unit/hands/prisma/test_config-file \
	tests/unit/hands/prisma/test_folder \
	tests/unit/hands/prisma/test_name-order \
	tests/unit/hands/prisma/test_new-migration \
	tests/unit/hands/prisma/schema/test_schema-models \
	tests/unit/hands/prisma/schema/test_schema-prisma \
	tests/unit/hands/prisma/test_stray-files \
	tests/unit/hands/run/test_stop \
	tests/unit/hands/sql/test_allowed-nodes \
	tests/unit/hands/sql/test_allowed-parts \
	tests/unit/hands/sql/test_allowed-statements \
	tests/unit/hands/sql/test_builtin \
	tests/unit/hands/sql/test_lengthening \
	tests/unit/hands/sql/test_long-names \
	tests/unit/hands/sql/test_outside-kind \
	tests/unit/hands/sql/test_parse \
	tests/unit/hands/sql/test_parse-table \
	tests/unit/hands/sql/test_parser-child \
	tests/unit/hands/sql/rules/test_rule \
	tests/unit/hands/sql/test_script \
	tests/unit/hands/sql/test_sql-text \
	tests/unit/hands/sql/test_statement \
	tests/unit/hands/steps/test_reach \
	tests/unit/hands/test_scout \
	tests/unit/notify/test_ip-address \
	tests/unit/notify/test_notify \
	tests/unit/notify/test_notify-sandbox \
	tests/unit/notify/test_webhook \
	tests/unit/cli/daemon/test_daemon-client \
	tests/unit/cli/init/test_migrations-folder \
	tests/unit/cli/init/test_new-file \
	tests/unit/cli/local/test_docker-labels \
	tests/unit/cli/local/test_installed-unit \
	tests/unit/cli/output/test_advice \
	tests/unit/cli/output/test_progress-bar \
	tests/unit/cli/output/test_wrap
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
# What tests include.
EXTRA_DIST += tests/support/docker-daemon.h \
	tests/support/http.h \
	tests/support/logs.h \
	tests/support/sql-tree.h \
	tests/unit/head/incidents/stage.h \
	tests/unit/head/store/stage.h
tests_unit_notify_test_webhook_LDADD = $(LDADD) -lssl

# What `scan` and `test` print.
EYES_CHECKS = tests/unit/captures.sh tests/unit/completion.sh \
	tests/unit/eyes-rights.sh tests/unit/gate.sh \
	tests/unit/scan-apps.sh tests/unit/scan.sh
TESTS += $(EYES_CHECKS)
EXTRA_DIST += $(EYES_CHECKS)
tests/unit/captures.log tests/unit/completion.log tests/unit/eyes-rights.log \
	tests/unit/gate.log tests/unit/scan-apps.log tests/unit/scan.log: logmend$(EXEEXT) tests/support/dockerlog$(EXEEXT)

# make bench
check_PROGRAMS += tests/bench/besideflood tests/bench/dockerlines \
	tests/bench/hostilelines
tests_bench_dockerlines_SOURCES = tests/bench/dockerlines.c \
	tests/bench/logwriter.c tests/bench/logwriter.h
tests_bench_hostilelines_SOURCES = tests/bench/hostilelines.c \
	tests/bench/logwriter.c tests/bench/logwriter.h
tests_bench_dockerlines_LDADD = agent/base/libbase.a $(ALL_LIBS)
tests_bench_hostilelines_LDADD = agent/base/libbase.a $(ALL_LIBS)
BENCHES += tests/bench/hostile.sh tests/bench/rehearsal.sh tests/bench/scan.sh

# make torture
TORTURES += tests/unit/roads.sh
EXTRA_DIST += tests/unit/roads.sh
