noinst_LIBRARIES += agent/eyes/libeyes.a
agent_eyes_libeyes_a_SOURCES =
