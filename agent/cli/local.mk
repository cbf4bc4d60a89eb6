noinst_LIBRARIES += agent/cli/libcli.a
agent_cli_libcli_a_SOURCES = \
	agent/cli/command.c agent/cli/command.h \
	agent/cli/diagnose.c \
	agent/cli/run.c \
	agent/cli/check-config.c
