noinst_LIBRARIES += agent/hands/libhands.a
agent_hands_libhands_a_SOURCES = \
	agent/hands/hands.h \
	agent/hands/url.c agent/hands/url.h \
	agent/hands/resolve.c agent/hands/resolve.h \
	agent/hands/session.c agent/hands/session.h \
	agent/hands/statement.c agent/hands/statement.h \
	agent/hands/tree.c agent/hands/tree.h \
	agent/hands/script.c agent/hands/script.h
