noinst_LIBRARIES += agent/head/libhead.a
agent_head_libhead_a_SOURCES =

agent_head_libhead_a_SOURCES += \
	agent/head/incident.c agent/head/incident.h \
	agent/head/limits.c agent/head/limits.h \
	agent/head/policy.c agent/head/policy.h \
	agent/head/db.c agent/head/db.h agent/head/schema.h \
	agent/head/store.c agent/head/store.h agent/head/store-inside.h \
	agent/head/store-column.c agent/head/store-incident.c \
	agent/head/store-place.c agent/head/store-target.c \
	agent/head/store-attempt.c agent/head/store-outbox.c \
	agent/head/redact.c agent/head/redact.h \
	agent/head/notice.c agent/head/notice.h \
	agent/head/address.c agent/head/address.h \
	agent/head/webhook.c agent/head/webhook.h \
	agent/head/outbox.c agent/head/outbox.h \
	agent/head/control.c agent/head/control.h \
	agent/head/incident-json.c agent/head/incident-json.h \
	agent/head/verbs.c agent/head/verbs.h agent/head/answer.c
