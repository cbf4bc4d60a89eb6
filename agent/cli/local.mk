noinst_LIBRARIES += agent/cli/libcli.a
agent_cli_libcli_a_SOURCES = \
	agent/cli/command.c agent/cli/command.h \
	agent/cli/output/advice.c agent/cli/output/advice.h \
	agent/cli/output/page.c agent/cli/output/page.h \
	agent/cli/output/progress-bar.c \
	agent/cli/output/progress-bar.h \
	agent/cli/output/terminal.c agent/cli/output/terminal.h \
	agent/cli/output/wrap.c agent/cli/output/wrap.h \
	agent/cli/daemon/approve.c \
	agent/cli/daemon/close.c \
	agent/cli/daemon/fix.c \
	agent/cli/daemon/reset.c \
	agent/cli/daemon/daemon-client.c agent/cli/daemon/daemon-client.h \
	agent/cli/daemon/incidents.c \
	agent/cli/daemon/pause.c \
	agent/cli/daemon/reject.c \
	agent/cli/daemon/reload.c \
	agent/cli/daemon/resume.c \
	agent/cli/daemon/show.c \
	agent/cli/daemon/status.c \
	agent/cli/daemon/to-commit.c agent/cli/daemon/to-commit.h \
	agent/cli/doctor/configuration.c \
	agent/cli/doctor/databases.c \
	agent/cli/doctor/doctor.c agent/cli/doctor/examine.h \
	agent/cli/doctor/machine.c \
	agent/cli/doctor/receivers.c \
	agent/cli/doctor/rights.c \
	agent/cli/doctor/service.c \
	agent/cli/doctor/sources.c \
	agent/cli/doctor/stops.c \
	agent/cli/init/app-migrations.c agent/cli/init/app-migrations.h \
	agent/cli/init/choice.c agent/cli/init/choice.h \
	agent/cli/init/init.c \
	agent/cli/init/migrations-folder.c agent/cli/init/migrations-folder.h \
	agent/cli/init/new-file.c agent/cli/init/new-file.h \
	agent/cli/init/settings-text.c agent/cli/init/settings-text.h \
	agent/cli/init/to-do.c agent/cli/init/to-do.h \
	agent/cli/local/check-config.c \
	agent/cli/local/config-check.c agent/cli/local/config-check.h \
	agent/cli/local/diagnose.c agent/cli/local/gate.c \
	agent/cli/local/docker-labels.c agent/cli/local/docker-labels.h \
	agent/cli/roles/eyes-client.c agent/cli/roles/eyes-client.h \
	agent/cli/local/fault-code.c agent/cli/local/fault-code.h \
	agent/cli/roles/hands-client.c agent/cli/roles/hands-client.h \
	agent/cli/local/installed-unit.c agent/cli/local/installed-unit.h \
	agent/cli/local/load-rules.c agent/cli/local/load-rules.h \
	agent/cli/local/notify-failure.c \
	agent/cli/local/notify-test.c \
	agent/cli/local/run.c \
	agent/cli/local/scan.c \
	agent/cli/local/scan/scan-apps.c agent/cli/local/scan/scan-apps.h \
	agent/cli/local/scan/scan-input.c agent/cli/local/scan/scan-input.h \
	agent/cli/local/scan/scan-list.c agent/cli/local/scan/scan-list.h \
	agent/cli/local/scan/scan-period.c agent/cli/local/scan/scan-period.h \
	agent/cli/local/scan/scan-summary.c agent/cli/local/scan/scan-summary.h \
	agent/cli/local/test.c
