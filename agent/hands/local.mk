noinst_LIBRARIES += agent/hands/libhands.a
agent_hands_libhands_a_SOURCES = \
	agent/hands/hands.h \
	agent/hands/url.c agent/hands/url.h \
	agent/hands/resolve.c agent/hands/resolve.h \
	agent/hands/session.c agent/hands/session.h \
	agent/hands/statement.c agent/hands/statement.h \
	agent/hands/tree.c agent/hands/tree.h \
	agent/hands/script.c agent/hands/script.h \
	agent/hands/checksum.c agent/hands/checksum.h \
	agent/hands/prisma.c agent/hands/prisma.h \
	agent/hands/history.c agent/hands/history.h \
	agent/hands/strays.c agent/hands/strays.h \
	agent/hands/findings.c agent/hands/findings.h \
	agent/hands/target.c agent/hands/target.h \
	agent/hands/probe.c agent/hands/probe.h \
	agent/hands/census.c agent/hands/census.h \
	agent/hands/guard.c agent/hands/guard.h \
	agent/hands/cause.c agent/hands/cause.h \
	agent/hands/diagnosis.c agent/hands/diagnosis.h \
	agent/hands/look.c agent/hands/look.h \
	agent/hands/story.c agent/hands/story.h \
	agent/hands/draft.c agent/hands/draft.h \
	agent/hands/attempt.c agent/hands/attempt.h \
	agent/hands/teller.c agent/hands/teller.h \
	agent/hands/remedy-prisma.c agent/hands/remedy-prisma.h \
	agent/hands/proposal.c agent/hands/proposal.h \
	agent/hands/recover.c agent/hands/recover.h
