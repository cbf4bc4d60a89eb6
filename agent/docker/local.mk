noinst_LIBRARIES += agent/docker/libdocker.a
agent_docker_libdocker_a_SOURCES = \
	agent/docker/container.c agent/docker/container.h \
	agent/docker/docker.c agent/docker/docker.h \
	agent/docker/docker-sandbox.c agent/docker/docker-sandbox.h \
	agent/docker/engine.c agent/docker/engine.h \
	agent/docker/engine-text.c agent/docker/engine-text.h \
	agent/docker/event.c agent/docker/event.h \
	agent/docker/exec.c agent/docker/exec.h \
	agent/docker/http/hijack.c agent/docker/http/hijack.h \
	agent/docker/known.c agent/docker/known.h \
	agent/docker/http/output-frames.c agent/docker/http/output-frames.h \
	agent/docker/news.c agent/docker/news.h \
	agent/docker/service.c agent/docker/service.h \
	agent/docker/swarm.c agent/docker/swarm.h \
	agent/docker/http/unix-http.c agent/docker/http/unix-http.h \
	agent/docker/watch.c agent/docker/watch.h
