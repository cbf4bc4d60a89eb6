noinst_LIBRARIES += agent/head/libhead.a
agent_head_libhead_a_SOURCES =

agent_head_libhead_a_SOURCES += \
	agent/head/incident.c agent/head/incident.h \
	agent/head/limits.c agent/head/limits.h \
	agent/head/policy.c agent/head/policy.h \
	agent/head/db.c agent/head/db.h agent/head/db-inside.h \
	agent/head/query.c agent/head/query.h agent/head/schema.h \
	agent/head/store.c agent/head/store.h agent/head/store-inside.h \
	agent/head/store-column.c agent/head/store-incident.c \
	agent/head/store-place.c agent/head/store-target.c \
	agent/head/store-attempt.c agent/head/store-outbox.c \
	agent/head/notice.c agent/head/notice.h \
	agent/head/address.c agent/head/address.h \
	agent/head/endpoint.c agent/head/endpoint.h \
	agent/head/webhook.c agent/head/webhook.h \
	agent/head/outbox.c agent/head/outbox.h \
	agent/head/control.c agent/head/control.h \
	agent/head/incident-json.c agent/head/incident-json.h \
	agent/head/verbs.c agent/head/verbs.h agent/head/offline.c

agent_head_libhead_a_SOURCES += \
	agent/head/head.c agent/head/head.h \
	agent/head/containers.c agent/head/containers.h \
	agent/head/folders.c agent/head/folders.h \
	agent/head/leftovers.c agent/head/leftovers.h \
	agent/head/positions.c agent/head/positions.h \
	agent/head/packed.c agent/head/packed.h \
	agent/head/logfile.c agent/head/logfile.h \
	agent/head/tail.c agent/head/tail.h \
	agent/head/copies.c agent/head/copies.h \
	agent/head/places.c agent/head/places.h \
	agent/head/tails.c agent/head/tails.h \
	agent/head/sources.c agent/head/sources.h \
	agent/head/link.c agent/head/link.h \
	agent/head/reader.c agent/head/reader.h \
	agent/head/worker.c agent/head/worker.h \
	agent/head/crew.c agent/head/crew.h \
	agent/head/desk.c agent/head/desk.h \
	agent/head/freeze.c agent/head/freeze.h \
	agent/head/intake.c agent/head/intake.h \
	agent/head/looking.c agent/head/looking.h \
	agent/head/targets.c agent/head/targets.h \
	agent/head/timeshift.c agent/head/timeshift.h \
	agent/head/allowance.c agent/head/allowance.h \
	agent/head/attempts.c agent/head/attempts.h \
	agent/head/decision.c agent/head/decision.h \
	agent/head/answers.c agent/head/answers.h \
	agent/head/course.c agent/head/course.h
