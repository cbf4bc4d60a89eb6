noinst_LIBRARIES += agent/cli/libcli.a
agent_cli_libcli_a_SOURCES =
