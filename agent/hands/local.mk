noinst_LIBRARIES += agent/hands/libhands.a
agent_hands_libhands_a_SOURCES = \
	agent/hands/check.c \
	agent/hands/hands.c agent/hands/hands.h \
	agent/hands/offline-gate.c \
	agent/hands/migrators.c agent/hands/migrators.h \
	agent/hands/scout.c agent/hands/scout.h \
	agent/hands/jobs/context.c agent/hands/jobs/context.h \
	agent/hands/jobs/deployed.c agent/hands/jobs/deployed.h \
	agent/hands/jobs/look.c agent/hands/jobs/look.h \
	agent/hands/jobs/mend.c agent/hands/jobs/mend.h \
	agent/hands/jobs/missing.c agent/hands/jobs/missing.h \
	agent/hands/jobs/read-inside.c agent/hands/jobs/read-inside.h \
	agent/hands/jobs/recover.c agent/hands/jobs/recover.h \
	agent/hands/jobs/rehearse.c agent/hands/jobs/rehearse.h \
	agent/hands/jobs/target.c agent/hands/jobs/target.h \
	agent/hands/jobs/to-commit.c agent/hands/jobs/to-commit.h \
	agent/hands/jobs/verify.c agent/hands/jobs/verify.h \
	agent/hands/plan/copy/container-dump.c \
	agent/hands/plan/copy/container-dump.h \
	agent/hands/plan/copy/copy-extent.c \
	agent/hands/plan/copy/copy-extent.h \
	agent/hands/plan/gates/gate.c agent/hands/plan/gates/gate.h \
	agent/hands/plan/gates/gate-default.c \
	agent/hands/plan/gates/gate-loss.c agent/hands/plan/gates/gate-rows.c \
	agent/hands/plan/gates/gate-time.c agent/hands/plan/gates/gate-type.c \
	agent/hands/plan/gates/gates.c agent/hands/plan/gates/gates.h \
	agent/hands/plan/guard.c agent/hands/plan/guard.h \
	agent/hands/plan/in-script.c agent/hands/plan/in-script.h \
	agent/hands/plan/judgement.c agent/hands/plan/judgement.h \
	agent/hands/plan/obstacle.c agent/hands/plan/obstacle.h \
	agent/hands/plan/outside-effects.c agent/hands/plan/outside-effects.h \
	agent/hands/plan/copy/pg-dump.c agent/hands/plan/copy/pg-dump.h \
	agent/hands/plan/plan.c agent/hands/plan/plan.h \
	agent/hands/plan/plan-hash.c agent/hands/plan/plan-hash.h \
	agent/hands/plan/plan-listing.c agent/hands/plan/plan-listing.h \
	agent/hands/plan/plan-text.c agent/hands/plan/plan-text.h \
	agent/hands/plan/privileges.c agent/hands/plan/privileges.h \
	agent/hands/plan/copy/scratch-database.c \
	agent/hands/plan/copy/scratch-database.h \
	agent/hands/diagnose/catalog.c agent/hands/diagnose/catalog.h \
	agent/hands/diagnose/cause.c agent/hands/diagnose/cause.h \
	agent/hands/diagnose/cause-facts.c agent/hands/diagnose/cause-facts.h \
	agent/hands/diagnose/cause-text.c agent/hands/diagnose/cause-text.h \
	agent/hands/diagnose/census.c agent/hands/diagnose/census.h \
	agent/hands/diagnose/diagnosis.c agent/hands/diagnose/diagnosis.h \
	agent/hands/diagnose/facts-text.c agent/hands/diagnose/facts-text.h \
	agent/hands/diagnose/findings.c agent/hands/diagnose/findings.h \
	agent/hands/diagnose/history-text.c \
	agent/hands/diagnose/history-text.h \
	agent/hands/diagnose/image-folder.c \
	agent/hands/diagnose/image-folder.h \
	agent/hands/diagnose/mend-target.c agent/hands/diagnose/mend-target.h \
	agent/hands/diagnose/objects/hollow.c \
	agent/hands/diagnose/objects/hollow.h \
	agent/hands/diagnose/objects/known-objects.c \
	agent/hands/diagnose/objects/known-objects.h \
	agent/hands/diagnose/objects/missing-objects.c \
	agent/hands/diagnose/objects/missing-objects.h \
	agent/hands/diagnose/objects/objects-there.c \
	agent/hands/diagnose/objects/objects-there.h \
	agent/hands/diagnose/objects/presence.c \
	agent/hands/diagnose/objects/presence.h \
	agent/hands/diagnose/probe.c agent/hands/diagnose/probe.h \
	agent/hands/container/docker-app.c \
	agent/hands/container/docker-app.h \
	agent/hands/container/network/container-address.c \
	agent/hands/container/network/container-address.h \
	agent/hands/container/container-files.c \
	agent/hands/container/container-files.h \
	agent/hands/container/container-path.c \
	agent/hands/container/container-path.h \
	agent/hands/container/network/container-name.c \
	agent/hands/container/network/container-name.h \
	agent/hands/container/network/container-namespace.c \
	agent/hands/container/network/container-namespace.h \
	agent/hands/container/network/container-rights.c \
	agent/hands/container/network/container-rights.h \
	agent/hands/container/container-url.c \
	agent/hands/container/container-url.h \
	agent/hands/container/image-changes.c \
	agent/hands/container/image-changes.h \
	agent/hands/container/image-source.c \
	agent/hands/container/image-source.h \
	agent/hands/container/inside.c agent/hands/container/inside.h \
	agent/hands/container/made-container.c \
	agent/hands/container/made-container.h \
	agent/hands/container/private-folder.c \
	agent/hands/container/private-folder.h \
	agent/hands/container/tar-folder.c agent/hands/container/tar-folder.h \
	agent/hands/container/workspace.c agent/hands/container/workspace.h \
	agent/hands/prisma/apply.c agent/hands/prisma/apply.h \
	agent/hands/prisma/checksum.c agent/hands/prisma/checksum.h \
	agent/hands/prisma/config-file.c agent/hands/prisma/config-file.h \
	agent/hands/prisma/folder.c agent/hands/prisma/folder.h \
	agent/hands/prisma/history-table.c agent/hands/prisma/history-table.h \
	agent/hands/prisma/inside-image.c agent/hands/prisma/inside-image.h \
	agent/hands/prisma/lock.c agent/hands/prisma/lock.h \
	agent/hands/prisma/name-order.c agent/hands/prisma/name-order.h \
	agent/hands/prisma/new-migration.c agent/hands/prisma/new-migration.h \
	agent/hands/prisma/prisma.c agent/hands/prisma/prisma.h \
	agent/hands/prisma/row-id.c agent/hands/prisma/row-id.h \
	agent/hands/prisma/schema/schema-models.c \
	agent/hands/prisma/schema/schema-models.h \
	agent/hands/prisma/schema/schema-prisma.c \
	agent/hands/prisma/schema/schema-prisma.h \
	agent/hands/prisma/stray-files.c agent/hands/prisma/stray-files.h \
	agent/hands/sql/allowed-nodes.c agent/hands/sql/allowed-nodes.h \
	agent/hands/sql/allowed-parts.c agent/hands/sql/allowed-parts.h \
	agent/hands/sql/allowed-statements.c \
	agent/hands/sql/builtin.c agent/hands/sql/builtin.h \
	agent/hands/sql/lengthening.c agent/hands/sql/lengthening.h \
	agent/hands/sql/long-names.c agent/hands/sql/long-names.h \
	agent/hands/sql/outside-kind.c agent/hands/sql/outside-kind.h \
	agent/hands/sql/parse.c agent/hands/sql/parse.h \
	agent/hands/sql/parse-table.c agent/hands/sql/parse-table.h \
	agent/hands/sql/parser-child.c agent/hands/sql/parser-child.h \
	agent/hands/sql/pg-node.h \
	agent/hands/sql/rules/code-body.c agent/hands/sql/rules/code-body.h \
	agent/hands/sql/rules/deparse.c agent/hands/sql/rules/deparse.h \
	agent/hands/sql/rules/part.c agent/hands/sql/rules/part.h \
	agent/hands/sql/rules/part-read.c agent/hands/sql/rules/part-read.h \
	agent/hands/sql/rules/rule.c agent/hands/sql/rules/rule.h \
	agent/hands/sql/rules/rule-match.c agent/hands/sql/rules/rule-match.h \
	agent/hands/sql/rules/rule-rows.h \
	agent/hands/sql/rules/rule-settings.c \
	agent/hands/sql/rules/rule-when.c agent/hands/sql/rules/rule-when.h \
	agent/hands/sql/script.c agent/hands/sql/script.h \
	agent/hands/sql/sql-text.c agent/hands/sql/sql-text.h \
	agent/hands/sql/statement.c agent/hands/sql/statement.h \
	agent/hands/sql/values/column-fit.c agent/hands/sql/values/column-fit.h \
	agent/hands/sql/values/written-value.c \
	agent/hands/sql/values/written-value.h \
	agent/hands/postgres/app-url.c agent/hands/postgres/app-url.h \
	agent/hands/postgres/connect.c agent/hands/postgres/connect.h \
	agent/hands/postgres/error-sentence.c \
	agent/hands/postgres/error-sentence.h \
	agent/hands/postgres/lock-holders.c \
	agent/hands/postgres/lock-holders.h \
	agent/hands/postgres/pooler.c agent/hands/postgres/pooler.h \
	agent/hands/postgres/resolve.c agent/hands/postgres/resolve.h \
	agent/hands/postgres/route.c agent/hands/postgres/route.h \
	agent/hands/postgres/sending.c agent/hands/postgres/sending.h \
	agent/hands/postgres/server-identity.c \
	agent/hands/postgres/server-identity.h \
	agent/hands/postgres/session.c agent/hands/postgres/session.h \
	agent/hands/postgres/session-limits.c \
	agent/hands/postgres/session-limits.h \
	agent/hands/postgres/url.c agent/hands/postgres/url.h \
	agent/hands/postgres/url-parameters.c \
	agent/hands/postgres/url-parameters.h \
	agent/hands/run/attempt-log.c agent/hands/run/attempt-log.h \
	agent/hands/run/progress.c agent/hands/run/progress.h \
	agent/hands/run/sandboxed-child.c agent/hands/run/sandboxed-child.h \
	agent/hands/run/stop.c agent/hands/run/stop.h \
	agent/hands/steps/reach.c agent/hands/steps/reach.h \
	agent/hands/migrator/history.c agent/hands/migrator/history.h \
	agent/hands/migrator/migrator.h \
	agent/hands/migrator/stray-sql.c agent/hands/migrator/stray-sql.h \
	agent/hands/migrator/unit.c agent/hands/migrator/unit.h
