noinst_LIBRARIES += agent/eyes/libeyes.a
agent_eyes_libeyes_a_SOURCES = \
	agent/eyes/batcher.c agent/eyes/batcher.h \
	agent/eyes/eyes.c agent/eyes/eyes.h \
	agent/eyes/pause.c agent/eyes/pause.h \
	agent/eyes/reader.c agent/eyes/reader.h \
	agent/eyes/reader-inside.h agent/eyes/reader-records.c \
	agent/eyes/readings.c agent/eyes/readings.h \
	agent/eyes/sandbox.c agent/eyes/sandbox.h \
	agent/eyes/turn.c agent/eyes/turn.h \
	agent/eyes/match/condition.c agent/eyes/match/condition.h \
	agent/eyes/match/fields.c agent/eyes/match/fields.h \
	agent/eyes/match/flatten.c agent/eyes/match/flatten.h \
	agent/eyes/match/key-values.c agent/eyes/match/key-values.h \
	agent/eyes/match/match.c agent/eyes/match/match.h \
	agent/eyes/records/assemble.c agent/eyes/records/assemble.h \
	agent/eyes/records/line-prefix.c agent/eyes/records/line-prefix.h \
	agent/eyes/records/line-shape.c agent/eyes/records/line-shape.h \
	agent/eyes/records/record.h \
	agent/eyes/records/record-walk.c agent/eyes/records/record-walk.h \
	agent/eyes/records/record-states.c agent/eyes/records/record-states.h \
	agent/eyes/search/candidates.c agent/eyes/search/candidates.h \
	agent/eyes/search/line-search.c agent/eyes/search/line-search.h \
	agent/eyes/search/prefilter.c agent/eyes/search/prefilter.h \
	agent/eyes/format/characters.h \
	agent/eyes/format/detect.c agent/eyes/format/detect.h \
	agent/eyes/format/docker-json.c agent/eyes/format/docker-json.h \
	agent/eyes/format/docker-stream.c agent/eyes/format/docker-stream.h \
	agent/eyes/format/join-pieces.c agent/eyes/format/join-pieces.h \
	agent/eyes/format/log-prefix.c agent/eyes/format/log-prefix.h \
	agent/eyes/input/gunzip.c agent/eyes/input/gunzip.h \
	agent/eyes/input/input.c agent/eyes/input/input.h \
	agent/eyes/input/line-numbers.c agent/eyes/input/line-numbers.h \
	agent/eyes/input/window.c agent/eyes/input/window.h
