noinst_LIBRARIES += agent/cli/libcli.a
agent_cli_libcli_a_SOURCES = \
	agent/cli/command.c agent/cli/command.h \
	agent/cli/output/page.c agent/cli/output/page.h \
	agent/cli/output/progress-bar.c \
	agent/cli/output/progress-bar.h \
	agent/cli/output/terminal.c agent/cli/output/terminal.h \
	agent/cli/output/wrap.c agent/cli/output/wrap.h \
	agent/cli/daemon/approve.c \
	agent/cli/daemon/close.c \
	agent/cli/daemon/daemon-client.c agent/cli/daemon/daemon-client.h \
	agent/cli/daemon/incidents.c \
	agent/cli/daemon/pause.c \
	agent/cli/daemon/reject.c \
	agent/cli/daemon/resume.c \
	agent/cli/daemon/show.c \
	agent/cli/daemon/status.c \
	agent/cli/local/check-config.c \
	agent/cli/local/config-check.c agent/cli/local/config-check.h \
	agent/cli/local/diagnose.c \
	agent/cli/local/eyes-client.c agent/cli/local/eyes-client.h \
	agent/cli/local/load-rules.c agent/cli/local/load-rules.h \
	agent/cli/local/notify-test.c \
	agent/cli/local/run.c \
	agent/cli/local/scan.c \
	agent/cli/local/scan/scan-apps.c agent/cli/local/scan/scan-apps.h \
	agent/cli/local/scan/scan-input.c agent/cli/local/scan/scan-input.h \
	agent/cli/local/scan/scan-list.c agent/cli/local/scan/scan-list.h \
	agent/cli/local/scan/scan-period.c agent/cli/local/scan/scan-period.h \
	agent/cli/local/scan/scan-summary.c agent/cli/local/scan/scan-summary.h \
	agent/cli/local/test.c
