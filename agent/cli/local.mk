noinst_LIBRARIES += agent/cli/libcli.a
agent_cli_libcli_a_SOURCES = \
	agent/cli/command.c agent/cli/command.h \
	agent/cli/caprover.c agent/cli/caprover.h \
	agent/cli/pack.c agent/cli/pack.h \
	agent/cli/sight.c agent/cli/sight.h \
	agent/cli/scan.c \
	agent/cli/test.c \
	agent/cli/diagnose.c \
	agent/cli/run.c \
	agent/cli/check-config.c
