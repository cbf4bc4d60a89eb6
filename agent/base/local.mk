noinst_LIBRARIES += agent/base/libbase.a
agent_base_libbase_a_SOURCES = \
	agent/base/own.c agent/base/own.h \
	agent/base/sixteen-bytes.h \
	agent/base/span.c agent/base/span.h \
	agent/base/buf.c agent/base/buf.h \
	agent/base/escape.c agent/base/escape.h \
	agent/base/why.c agent/base/why.h \
	agent/base/io/log.c agent/base/io/log.h \
	agent/base/io/descriptors.c agent/base/io/descriptors.h \
	agent/base/clock.c agent/base/clock.h \
	agent/base/hash.c agent/base/hash.h \
	agent/base/json.c agent/base/json.h \
	agent/base/nearest.c agent/base/nearest.h \
	agent/base/redact.c agent/base/redact.h \
	agent/base/redact-known.c \
	agent/base/redact-marks.h \
	agent/base/redact-patterns.c agent/base/redact-table.h \
	agent/base/redact-view.c agent/base/redact-view.h \
	agent/base/regex/byte-class.c agent/base/regex/byte-class.h \
	agent/base/regex/required.c agent/base/regex/required.h \
	agent/base/regex/word-search.c agent/base/regex/word-search.h \
	agent/base/io/call-filter.c agent/base/io/call-filter.h \
	agent/base/io/file.c agent/base/io/file.h \
	agent/base/io/frame.c agent/base/io/frame.h \
	agent/base/io/in-root.c agent/base/io/in-root.h \
	agent/base/io/locked-file.c agent/base/io/locked-file.h \
	agent/base/io/owned-path.c agent/base/io/owned-path.h \
	agent/base/io/privileges.c agent/base/io/privileges.h \
	agent/base/io/process-tree.c agent/base/io/process-tree.h \
	agent/base/io/secret-line.c agent/base/io/secret-line.h \
	agent/base/io/spawn.c agent/base/io/spawn.h
