noinst_LIBRARIES += agent/eyes/libeyes.a
agent_eyes_libeyes_a_SOURCES = \
	agent/eyes/decode.c agent/eyes/decode.h \
	agent/eyes/lines.c agent/eyes/lines.h \
	agent/eyes/shape.c agent/eyes/shape.h \
	agent/eyes/lead.c agent/eyes/lead.h \
	agent/eyes/step.c agent/eyes/step.h \
	agent/eyes/assemble.c agent/eyes/assemble.h agent/eyes/record.h \
	agent/eyes/fields.c agent/eyes/fields.h \
	agent/eyes/inspect.c agent/eyes/inspect.h \
	agent/eyes/plain.c agent/eyes/plain.h \
	agent/eyes/match.c agent/eyes/match.h \
	agent/eyes/find.c agent/eyes/find.h \
	agent/eyes/candidates.c agent/eyes/candidates.h \
	agent/eyes/format.c agent/eyes/format.h \
	agent/eyes/gunzip.c agent/eyes/gunzip.h \
	agent/eyes/input.c agent/eyes/input.h \
	agent/eyes/window.c agent/eyes/window.h \
	agent/eyes/numbers.c agent/eyes/numbers.h \
	agent/eyes/walk.c agent/eyes/walk.h \
	agent/eyes/bundle.c agent/eyes/bundle.h \
	agent/eyes/reader.c agent/eyes/reader.h \
	agent/eyes/jail.c agent/eyes/jail.h \
	agent/eyes/eyes.c agent/eyes/eyes.h
