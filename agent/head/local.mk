noinst_LIBRARIES += agent/head/libhead.a
agent_head_libhead_a_SOURCES =
