noinst_LIBRARIES += agent/cli/libcli.a
agent_cli_libcli_a_SOURCES = \
	agent/cli/command.c agent/cli/command.h \
	agent/cli/approve.c \
	agent/cli/ask.c agent/cli/ask.h \
	agent/cli/caprover.c agent/cli/caprover.h \
	agent/cli/check-config.c \
	agent/cli/checkup.c agent/cli/checkup.h \
	agent/cli/close.c \
	agent/cli/diagnose.c \
	agent/cli/incidents.c \
	agent/cli/pack.c agent/cli/pack.h \
	agent/cli/page.c agent/cli/page.h \
	agent/cli/wrap.c agent/cli/wrap.h \
	agent/cli/pause.c \
	agent/cli/reject.c \
	agent/cli/resume.c \
	agent/cli/run.c \
	agent/cli/scan.c \
	agent/cli/show.c \
	agent/cli/sight.c agent/cli/sight.h \
	agent/cli/status.c \
	agent/cli/test.c
