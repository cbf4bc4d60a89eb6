noinst_LIBRARIES += agent/docker/libdocker.a
agent_docker_libdocker_a_SOURCES = \
	agent/docker/engine.c agent/docker/engine.h \
	agent/docker/unix-http.c agent/docker/unix-http.h
