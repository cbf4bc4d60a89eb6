noinst_LIBRARIES += agent/head/libhead.a
agent_head_libhead_a_SOURCES = \
	agent/head/app-logs.c \
	agent/head/app-rules.c agent/head/app-rules.h \
	agent/head/batch-commit.c agent/head/batch-commit.h \
	agent/head/events.c agent/head/events.h \
	agent/head/failure.c agent/head/failure.h \
	agent/head/head.c agent/head/head.h \
	agent/head/loaded.c agent/head/loaded.h \
	agent/head/offline.c \
	agent/head/log-reading.c agent/head/log-reading.h \
	agent/head/reload.c agent/head/reload.h \
	agent/head/starts.c agent/head/starts.h \
	agent/head/status.c agent/head/status.h \
	agent/head/watchdog.c agent/head/watchdog.h \
	agent/head/control/anew.c agent/head/control/anew.h \
	agent/head/control/approval.c agent/head/control/approval.h \
	agent/head/control/control.c agent/head/control/control.h \
	agent/head/control/incident-json.c agent/head/control/incident-json.h \
	agent/head/control/listening-socket.c \
	agent/head/control/listening-socket.h \
	agent/head/control/request-call.h \
	agent/head/control/requests.c agent/head/control/requests.h \
	agent/head/control/status-answer.c agent/head/control/status-answer.h \
	agent/head/control/uncommitted-json.c \
	agent/head/control/uncommitted-json.h \
	agent/head/incidents/attempts.c agent/head/incidents/attempts.h \
	agent/head/incidents/attempts/held-attempts.c \
	agent/head/incidents/attempts/held-attempts.h \
	agent/head/incidents/attempts/hung-hands.c \
	agent/head/incidents/attempts/hung-hands.h \
	agent/head/incidents/attempts/reminders.c \
	agent/head/incidents/attempts/reminders.h \
	agent/head/incidents/attempts/uncommitted.c \
	agent/head/incidents/attempts/uncommitted.h \
	agent/head/incidents/attempts/verification.c \
	agent/head/incidents/attempts/verification.h \
	agent/head/incidents/attempts/unbegun-hands.c \
	agent/head/incidents/attempts/unbegun-hands.h \
	agent/head/incidents/attempts/limit-usage.c agent/head/incidents/attempts/limit-usage.h \
	agent/head/incidents/clock-adjust.c \
	agent/head/incidents/clock-adjust.h \
	agent/head/incidents/database-targets.c \
	agent/head/incidents/database-targets.h \
	agent/head/incidents/decide.c agent/head/incidents/decide.h \
	agent/head/incidents/due.c agent/head/incidents/due.h \
	agent/head/incidents/incidents.c agent/head/incidents/incidents.h \
	agent/head/incidents/ingest.c agent/head/incidents/ingest.h \
	agent/head/incidents/job-results.c agent/head/incidents/job-results.h \
	agent/head/incidents/run-memory.c agent/head/incidents/run-memory.h \
	agent/head/incidents/scheduler.c agent/head/incidents/scheduler.h \
	agent/head/incidents/step-notice.c \
	agent/head/incidents/step-notice.h \
	agent/head/incidents/still-looking.c \
	agent/head/incidents/still-looking.h \
	agent/head/incidents/transition.c agent/head/incidents/transition.h \
	agent/head/notices/encode.c agent/head/notices/encode.h \
	agent/head/notices/judge-urls.c agent/head/notices/judge-urls.h \
	agent/head/notices/kept-text.c agent/head/notices/kept-text.h \
	agent/head/notices/notice.c agent/head/notices/notice.h \
	agent/head/notices/outbox.c agent/head/notices/outbox.h \
	agent/head/notices/own-notice.c agent/head/notices/own-notice.h \
	agent/head/notices/question.c agent/head/notices/question.h \
	agent/head/notices/slack.c agent/head/notices/slack.h \
	agent/head/notices/store-trouble.c agent/head/notices/store-trouble.h \
	agent/head/notices/told-receivers.c agent/head/notices/told-receivers.h \
	agent/head/notices/try-webhook.c agent/head/notices/try-webhook.h \
	agent/head/notices/way-to-ask.c agent/head/notices/way-to-ask.h \
	agent/head/sources/app-reading.c agent/head/sources/app-reading.h \
	agent/head/sources/checkpoints.c agent/head/sources/checkpoints.h \
	agent/head/sources/discovery.c agent/head/sources/discovery.h \
	agent/head/sources/docker/container-root.c \
	agent/head/sources/docker/container-root.h \
	agent/head/sources/docker/docker-root.c \
	agent/head/sources/docker/docker-root.h \
	agent/head/sources/docker/docker-service.c \
	agent/head/sources/docker/docker-service.h \
	agent/head/sources/docker-config.c agent/head/sources/docker-config.h \
	agent/head/sources/file-identity.c agent/head/sources/file-identity.h \
	agent/head/sources/followed-log.c agent/head/sources/followed-log.h \
	agent/head/sources/followed-logs.c agent/head/sources/followed-logs.h \
	agent/head/sources/gzip-info.c agent/head/sources/gzip-info.h \
	agent/head/sources/log-file.c agent/head/sources/log-file.h \
	agent/head/sources/open-logs.c agent/head/sources/open-logs.h \
	agent/head/sources/resume.c agent/head/sources/resume.h \
	agent/head/sources/resume/resume-inside.h \
	agent/head/sources/resume/resume-search.c \
	agent/head/sources/rotated-files.c agent/head/sources/rotated-files.h \
	agent/head/sources/sources.c agent/head/sources/sources.h \
	agent/head/store/sqlite/db.c agent/head/store/sqlite/db.h \
	agent/head/store/sqlite/db-inside.h \
	agent/head/store/sqlite/db-writes.c \
	agent/head/store/sqlite/incident-columns.c \
	agent/head/store/sqlite/incident-columns.h \
	agent/head/store/sqlite/query.c agent/head/store/sqlite/query.h \
	agent/head/store/sqlite/schema.h \
	agent/head/store/sqlite/store-attempt.c \
	agent/head/store/sqlite/store-checkpoint.c \
	agent/head/store/sqlite/store-incident.c \
	agent/head/store/sqlite/store-listing.c \
	agent/head/store/sqlite/store-inside.h \
	agent/head/store/sqlite/store-open.c \
	agent/head/store/sqlite/store-outbox.c \
	agent/head/store/sqlite/store-target.c \
	agent/head/store/sqlite/stored.c agent/head/store/sqlite/stored.h \
	agent/head/store/store.c agent/head/store/store.h \
	agent/head/roles/docker-process.c agent/head/roles/docker-process.h \
	agent/head/roles/eyes-process.c agent/head/roles/eyes-process.h \
	agent/head/roles/hands-process.c agent/head/roles/hands-process.h \
	agent/head/roles/job-queue.c agent/head/roles/job-queue.h \
	agent/head/roles/next-start.c agent/head/roles/next-start.h \
	agent/head/roles/notify-order.c agent/head/roles/notify-order.h \
	agent/head/roles/notify-process.c agent/head/roles/notify-process.h \
	agent/head/roles/launch-link.c agent/head/roles/launch-link.h \
	agent/head/roles/process.c agent/head/roles/process.h \
	agent/head/model/incident.c agent/head/model/incident.h \
	agent/head/model/ranking.c agent/head/model/ranking.h \
	agent/head/policy/freeze.c agent/head/policy/freeze.h \
	agent/head/policy/limits.c agent/head/policy/limits.h \
	agent/head/policy/overdue.c agent/head/policy/overdue.h \
	agent/head/policy/policy.c agent/head/policy/policy.h \
	agent/head/watch/seen-labels.c agent/head/watch/seen-labels.h \
	agent/head/watch/seen-containers.c agent/head/watch/seen-containers.h \
	agent/head/watch/containers.c agent/head/watch/containers.h \
	agent/head/watch/deaths.c agent/head/watch/deaths.h \
	agent/head/watch/docker-loss.c agent/head/watch/docker-loss.h \
	agent/head/watch/docker-start.c agent/head/watch/docker-start.h \
	agent/head/watch/own-faults.c agent/head/watch/own-faults.h \
	agent/head/watch/told-deaths.c agent/head/watch/told-deaths.h \
	agent/head/watch/what-changed.c agent/head/watch/what-changed.h
