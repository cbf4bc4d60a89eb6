noinst_LIBRARIES += agent/hands/libhands.a
agent_hands_libhands_a_SOURCES =
