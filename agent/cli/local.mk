noinst_LIBRARIES += agent/cli/libcli.a
agent_cli_libcli_a_SOURCES = \
	agent/cli/command.c agent/cli/command.h \
	agent/cli/approve.c \
	agent/cli/daemon-client.c agent/cli/daemon-client.h \
	agent/cli/check-config.c \
	agent/cli/config-check.c agent/cli/config-check.h \
	agent/cli/close.c \
	agent/cli/diagnose.c \
	agent/cli/incidents.c \
	agent/cli/load-rules.c agent/cli/load-rules.h \
	agent/cli/output/page.c agent/cli/output/page.h \
	agent/cli/output/wrap.c agent/cli/output/wrap.h \
	agent/cli/pause.c \
	agent/cli/reject.c \
	agent/cli/resume.c \
	agent/cli/run.c \
	agent/cli/scan.c \
	agent/cli/show.c \
	agent/cli/eyes-client.c agent/cli/eyes-client.h \
	agent/cli/status.c \
	agent/cli/test.c
