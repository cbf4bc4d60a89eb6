noinst_LIBRARIES += agent/wire/libwire.a
agent_wire_libwire_a_SOURCES = \
	agent/wire/fault.c agent/wire/fault.h \
	agent/wire/batch.c agent/wire/batch.h \
	agent/wire/source.c agent/wire/source.h \
	agent/wire/job.c agent/wire/job.h \
	agent/wire/finding.c agent/wire/finding.h \
	agent/wire/missing.c agent/wire/missing.h \
	agent/wire/plan.c agent/wire/plan.h \
	agent/wire/result.c agent/wire/result.h \
	agent/wire/report.c agent/wire/report.h \
	agent/wire/attempt-file.c agent/wire/attempt-file.h \
	agent/wire/docker/docker-frames.c \
	agent/wire/docker/docker-frames.h \
	agent/wire/eyes-frames.c agent/wire/eyes-frames.h \
	agent/wire/launch/launch.c agent/wire/launch/launch.h \
	agent/wire/notify/notify-frames.c \
	agent/wire/notify/notify-frames.h \
	agent/wire/role.c agent/wire/role.h \
	agent/wire/stop-files.c agent/wire/stop-files.h \
	agent/wire/exit-code.h
