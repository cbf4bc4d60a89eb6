noinst_LIBRARIES += agent/config/libconfig.a
agent_config_libconfig_a_SOURCES = \
	agent/config/caprover.c agent/config/caprover.h \
	agent/config/credentials.c agent/config/credentials.h \
	agent/config/docker-root.c agent/config/docker-root.h \
	agent/config/ini.c agent/config/ini.h \
	agent/config/label-keys.c agent/config/label-keys.h \
	agent/config/labels.c agent/config/labels.h \
	agent/config/load-settings.c agent/config/load-settings.h \
	agent/config/options.c agent/config/options.h \
	agent/config/resolve.c agent/config/resolve.h \
	agent/config/settings.c agent/config/settings.h \
	agent/config/values.c agent/config/values.h
