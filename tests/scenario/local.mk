# The whole program against a real PostgreSQL.
SCENARIOS = \
	tests/scenario/demo.sh \
	tests/scenario/a_broken_rehearsal_is_told.sh \
	tests/scenario/a_cause_that_passes_wakes_nobody.sh \
	tests/scenario/a_deploy_under_way_is_waited_for.sh \
	tests/scenario/a_failed_mend_blocks_no_deploy.sh \
	tests/scenario/diagnose_tells_and_changes_nothing.sh \
	tests/scenario/a_clock_that_is_set_changes_nothing.sh \
	tests/scenario/a_flood_is_rolled_up.sh \
	tests/scenario/a_forged_flood_hides_no_fault.sh \
	tests/scenario/a_freeze_at_the_last_moment_holds_back.sh \
	tests/scenario/a_full_disk_loses_nothing.sh \
	tests/scenario/a_full_disk_stops_hands_truly.sh \
	tests/scenario/a_killed_process_never_mends_twice.sh \
	tests/scenario/a_password_in_a_container_is_known_at_once.sh \
	tests/scenario/a_pause_ends_at_once.sh \
	tests/scenario/a_plan_is_read_before_it_is_approved.sh \
	tests/scenario/a_pooler_that_nobody_named_is_found.sh \
	tests/scenario/a_regression_is_not_mended_again.sh \
	tests/scenario/a_reload_is_all_or_nothing.sh \
	tests/scenario/a_restart_goes_on_where_it_was.sh \
	tests/scenario/an_approval_does_not_wait_for_ever.sh \
	tests/scenario/an_approved_mend_waits_aloud.sh \
	tests/scenario/a_slow_record_is_read_whole.sh \
	tests/scenario/a_store_that_cannot_be_written_is_told.sh \
	tests/scenario/a_thaw_is_seen_at_once.sh \
	tests/scenario/a_wrong_database_is_asked_about.sh \
	tests/scenario/an_app_that_nobody_reads_is_told.sh \
	tests/scenario/an_answer_counts_only_in_time.sh \
	tests/scenario/an_attempt_that_cannot_begin_is_told.sh \
	tests/scenario/an_unreachable_database_is_waited_for.sh \
	tests/scenario/a_terminal_gets_lines_that_fit.sh \
	tests/scenario/a_trouble_of_its_own_is_told_once.sh \
	tests/scenario/bad_bytes_are_survived.sh \
	tests/scenario/docker_that_never_answers_holds_up_nothing.sh \
	tests/scenario/doctor_says_what_is_to_be_done.sh \
	tests/scenario/each_cause_has_its_decision.sh \
	tests/scenario/eyes_that_hang_are_started_again.sh \
	tests/scenario/hands_that_did_not_begin_are_sent_again.sh \
	tests/scenario/hands_that_hang_are_killed.sh \
	tests/scenario/init_configures_what_it_finds.sh \
	tests/scenario/init_survives_a_hostile_host.sh \
	tests/scenario/limits_hold_attempts_back.sh \
	tests/scenario/mending_survives_every_call.sh \
	tests/scenario/mistakes_name_file_and_line.sh \
	tests/scenario/mistakes_people_make_are_explained.sh \
	tests/scenario/mode_ask_needs_the_right_code.sh \
	tests/scenario/mode_report_only_reports.sh \
	tests/scenario/no_attempt_starts_while_frozen.sh \
	tests/scenario/notices_outlive_a_failing_receiver.sh \
	tests/scenario/notify_test_tells_what_the_receiver_says.sh \
	tests/scenario/one_agent_a_store.sh \
	tests/scenario/no_secret_leaves_the_host.sh \
	tests/scenario/reading_survives_every_call.sh \
	tests/scenario/roles_run_in_units_of_their_own.sh \
	tests/scenario/rotated_logs_are_read_to_their_end.sh \
	tests/scenario/rotated_records_are_read_whole.sh \
	tests/scenario/lines_survive_everything.sh \
	tests/scenario/lost_hands_are_sent_again.sh \
	tests/scenario/many_logs_are_counted_once_each.sh \
	tests/scenario/rules_wait_for_a_reload.sh \
	tests/scenario/stalled_hands_come_too_late.sh \
	tests/scenario/the_prisma_cli_agrees.sh \
	tests/scenario/the_sender_is_a_process_apart.sh \
	tests/scenario/too_few_descriptors_are_told.sh \
	tests/scenario/what_cannot_be_started_is_started_later.sh \
	tests/scenario/what_only_a_descriptor_holds_survives.sh
# Those with a real Docker Engine. They take the longest, so they begin first.
ENGINE_SCENARIOS = \
	tests/scenario/a_crash_loop_is_mended_from_its_image.sh \
	tests/scenario/a_database_is_reached_from_inside_its_network.sh \
	tests/scenario/a_folder_unlike_the_image_is_asked_about.sh \
	tests/scenario/a_log_driver_that_changed_is_told.sh \
	tests/scenario/a_mend_outlives_its_containers.sh \
	tests/scenario/an_unpublished_database_is_reached.sh \
	tests/scenario/deaths_of_containers_are_told.sh \
	tests/scenario/init_finds_an_app_of_a_real_engine.sh \
	tests/scenario/labels_of_a_service_lower_its_app.sh \
	tests/scenario/migrations_are_found_in_any_image.sh \
	tests/scenario/migrations_come_out_of_the_image.sh \
	tests/scenario/records_of_an_engine_survive_kills.sh \
	tests/scenario/records_outlive_their_containers.sh \
	tests/scenario/the_containers_pg_dump_makes_the_copy.sh
# Those in which a process reads what somebody else wrote, loses memory,
# descriptors, disk or its life, or goes through all of its states: `.ci/run` runs
# them below sanitizers, too.
SANITIZED_SCENARIOS = \
	tests/scenario/a_forged_flood_hides_no_fault.sh \
	tests/scenario/a_full_disk_loses_nothing.sh \
	tests/scenario/a_killed_process_never_mends_twice.sh \
	tests/scenario/a_reload_is_all_or_nothing.sh \
	tests/scenario/a_restart_goes_on_where_it_was.sh \
	tests/scenario/a_slow_record_is_read_whole.sh \
	tests/scenario/a_terminal_gets_lines_that_fit.sh \
	tests/scenario/an_app_that_nobody_reads_is_told.sh \
	tests/scenario/bad_bytes_are_survived.sh \
	tests/scenario/diagnose_tells_and_changes_nothing.sh \
	tests/scenario/doctor_says_what_is_to_be_done.sh \
	tests/scenario/each_cause_has_its_decision.sh \
	tests/scenario/hands_that_hang_are_killed.sh \
	tests/scenario/init_survives_a_hostile_host.sh \
	tests/scenario/lines_survive_everything.sh \
	tests/scenario/lost_hands_are_sent_again.sh \
	tests/scenario/mending_survives_every_call.sh \
	tests/scenario/mistakes_people_make_are_explained.sh \
	tests/scenario/mode_ask_needs_the_right_code.sh \
	tests/scenario/no_secret_leaves_the_host.sh \
	tests/scenario/notices_outlive_a_failing_receiver.sh \
	tests/scenario/reading_survives_every_call.sh \
	tests/scenario/rotated_logs_are_read_to_their_end.sh \
	tests/scenario/too_few_descriptors_are_told.sh
TESTS += $(ENGINE_SCENARIOS) $(SCENARIOS)
TORTURES += tests/scenario/torture.sh \
	tests/scenario/no_secret_leaves_the_host.sh \
	tests/scenario/lines_survive_everything.sh \
	tests/scenario/reading_survives_every_call.sh \
	tests/scenario/records_of_an_engine_survive_kills.sh \
	tests/scenario/mending_survives_every_call.sh
EXTRA_DIST += $(ENGINE_SCENARIOS) $(SCENARIOS) tests/support/sh.bash tests/support/pg.bash \
	tests/support/docker.bash tests/support/docker-tree.bash \
	tests/support/inject.bash \
	tests/support/prisma.bash tests/support/stage.bash \
	tests/support/prisma-cli.bash tests/support/records.bash \
	tests/support/swarm.bash
