# Histories of incidents, played in memory: the store, hands and the clock are the
# tests' own, and linked before the real ones they take their place.
check_LIBRARIES += tests/sim/libsim.a
tests_sim_libsim_a_SOURCES = \
	tests/sim/memory-inside.h \
	tests/sim/memory-store.c tests/sim/memory-store.h \
	tests/sim/memory-store-rest.c \
	tests/sim/memory-store-values.c \
	tests/sim/table.c tests/sim/table.h
SIM_LDADD = tests/sim/libsim.a $(LDADD)

# What holds for every store, held against the one in memory.
SIM_TESTS = tests/sim/test_memory-store
tests_sim_test_memory_store_SOURCES = tests/unit/head/store/test_store.c
tests_sim_test_memory_store_LDADD = $(SIM_LDADD)

check_PROGRAMS += $(SIM_TESTS)
TESTS += $(SIM_TESTS)
