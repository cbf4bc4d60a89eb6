# Histories of incidents, played in memory: the store, hands and the clock are the
# tests' own, and linked before the real ones they take their place.
check_LIBRARIES += tests/sim/libsim.a
tests_sim_libsim_a_SOURCES = \
	tests/sim/fake-hands.c tests/sim/fake-hands.h \
	tests/sim/memory-inside.h \
	tests/sim/memory-store.c tests/sim/memory-store.h \
	tests/sim/memory-store-rest.c \
	tests/sim/memory-store-values.c \
	tests/sim/table.c tests/sim/table.h
SIM_LDADD = tests/sim/libsim.a $(LDADD)

# A thousand histories; SEED=n plays one of them again.
SIM_TESTS = tests/sim/test_histories
tests_sim_test_histories_SOURCES = \
	tests/sim/test_histories.c \
	tests/sim/hands.c \
	tests/sim/invariants.c \
	tests/sim/people.c \
	tests/sim/world.c tests/sim/world.h
tests_sim_test_histories_LDADD = $(SIM_LDADD)

# Floods of made-up names, and a fault among them that is real.
SIM_TESTS += tests/sim/test_flood
tests_sim_test_flood_SOURCES = \
	tests/sim/test_flood.c \
	tests/sim/hands.c \
	tests/sim/invariants.c \
	tests/sim/people.c \
	tests/sim/world.c tests/sim/world.h
tests_sim_test_flood_LDADD = $(SIM_LDADD)

# What decides, each file alone, over the same store and hands.
SIM_TESTS += \
	tests/unit/head/incidents/attempts/test_held-attempts \
	tests/unit/head/incidents/attempts/test_hung-hands \
	tests/unit/head/incidents/attempts/test_unbegun-hands \
	tests/unit/head/incidents/attempts/test_uncommitted \
	tests/unit/head/incidents/attempts/test_verification \
	tests/unit/head/incidents/test_attempts \
	tests/unit/head/incidents/attempts/test_limit-usage \
	tests/unit/head/incidents/test_database-targets \
	tests/unit/head/incidents/test_decide \
	tests/unit/head/incidents/test_due \
	tests/unit/head/incidents/test_incidents \
	tests/unit/head/incidents/test_job-results \
	tests/unit/head/incidents/test_run-memory \
	tests/unit/head/incidents/test_scheduler \
	tests/unit/head/incidents/test_step-notice \
	tests/unit/head/incidents/test_still-looking \
	tests/unit/head/incidents/test_transition \
	tests/unit/head/notices/test_store-trouble \
	tests/unit/head/test_reload \
	tests/unit/head/watch/test_deaths
tests_unit_head_incidents_attempts_test_held_attempts_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_attempts_test_hung_hands_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_attempts_test_unbegun_hands_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_attempts_test_uncommitted_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_attempts_test_verification_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_attempts_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_attempts_test_limit_usage_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_database_targets_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_decide_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_due_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_incidents_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_job_results_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_run_memory_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_scheduler_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_still_looking_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_step_notice_LDADD = $(SIM_LDADD)
tests_unit_head_incidents_test_transition_LDADD = $(SIM_LDADD)
tests_unit_head_notices_test_store_trouble_LDADD = $(SIM_LDADD)
tests_unit_head_test_reload_LDADD = $(SIM_LDADD)
tests_unit_head_watch_test_deaths_LDADD = $(SIM_LDADD)

# What holds for every store, held against the one in memory.
SIM_TESTS += tests/sim/test_memory-store
tests_sim_test_memory_store_SOURCES = tests/unit/head/store/test_store.c
tests_sim_test_memory_store_LDADD = $(SIM_LDADD)

check_PROGRAMS += $(SIM_TESTS)
TESTS += $(SIM_TESTS)

# make torture
TORTURES += tests/sim/many_histories.sh
EXTRA_DIST += tests/sim/many_histories.sh
