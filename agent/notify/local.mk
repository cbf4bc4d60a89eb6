noinst_LIBRARIES += agent/notify/libnotify.a
agent_notify_libnotify_a_SOURCES = \
	agent/notify/ip-address.c agent/notify/ip-address.h \
	agent/notify/notify.c agent/notify/notify.h \
	agent/notify/notify-sandbox.c \
	agent/notify/notify-sandbox.h \
	agent/notify/webhook.c agent/notify/webhook.h \
	agent/notify/webhook-url.c agent/notify/webhook-url.h
