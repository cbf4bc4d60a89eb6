noinst_LIBRARIES += agent/cli/libcli.a
agent_cli_libcli_a_SOURCES = \
	agent/cli/caprover.c agent/cli/caprover.h \
	agent/cli/pack.c agent/cli/pack.h \
	agent/cli/scan.c \
	agent/cli/sight.c agent/cli/sight.h \
	agent/cli/test.c \
	agent/cli/command.c agent/cli/command.h
