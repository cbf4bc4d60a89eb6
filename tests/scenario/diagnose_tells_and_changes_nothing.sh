#!/bin/bash
# `logmend diagnose`: what it prints, its JSON, its exit codes, and that neither
# the database nor any secret comes to harm.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/pg.bash"
. "$TOP/tests/support/prisma.bash"

need jq
need psql
build_helpers
pg_start
trap pg_stop EXIT
pg_role app CREATEDB
pg_database moving app
work=$(mktemp -d)
# shellcheck disable=SC2086 # several names
prisma_folder "$work/migrations" $first_four
prisma_deploy moving "$work/migrations"
prisma_folder "$work/migrations" "$the_fifth"
url=$(pg_url app moving)
echo "$url?schema=public&connection_limit=3" >"$work/url"
cat >"$work/logmend.conf" <<-END
	[agent]
	store = $work/logmend.db
	[app moving]
	database-url-file = $work/url
	migrations = $work/migrations
	remedy.missing-table = prisma
	[remedy prisma]
	kind = prisma
END

# says CODE TEXT ARGUMENT...: the exit code, and that the output holds TEXT.
says()
{
	local wanted=$1 text=$2 code=0
	shift 2
	"$LOGMEND" -c "$work/logmend.conf" diagnose "$@" >"$work/out" 2>&1 ||
		code=$?
	((code == wanted)) ||
		bad "diagnose $*: exit $code, not $wanted: $(cat "$work/out")"
	grep -qF -- "$text" "$work/out" ||
		bad "diagnose $*: not said: '$text', but: $(cat "$work/out")"
	! grep -qF "$url" "$work/out" || bad 'the URL was shown'
}

before=$(prisma_history moving)
says 1 'reachable' moving
says 1 'no migration failed, but not all of them are applied here: 1 pending: 20250901080000_add_analytics_event' moving
says 0 'cause:  pending-migration' moving missing-table AnalyticsEvent
says 0 'CREATE TABLE "AnalyticsEvent"' moving missing-table AnalyticsEvent
says 0 'cause:  not-confirmed' moving missing-table public.User
says 0 'cause:  unknown' moving missing-column User.nickname
says 0 'cause:  not-confirmed' moving failed-migration nothing
says 0 'cause:  not-confirmed' moving db-unreachable localhost:5432
says 0 'cause:  pending-migration' moving P2021 AnalyticsEvent
says 0 'cause:  pending-migration' moving 42p01 public.AnalyticsEvent
says 0 'cause:  unknown' moving P2022 User.nickname
says 0 'cause:  unknown' moving 42703 User.nickname
says 0 'cause:  not-confirmed' moving P3009 nothing
says 0 'cause:  not-confirmed' moving 08006 localhost:5432
says 0 'cause:  not-confirmed' moving P1001 localhost:5432
shown 'a cause is told for each fault, and with a plan where there is one'

says 0 '"cause": "pending-migration"' moving missing-table AnalyticsEvent --json
jq -e '.app == "moving" and .class == "missing-table" and
	.object.table == "AnalyticsEvent" and .fault == "yes" and
	.history == "no" and .target.database == "moving" and
	(.findings | map(select(.name == "table-exists"))[0].answer) == "no" and
	.plan.remedy == "prisma" and .plan.verdict == "auto" and
	(.plan.hash | length) == 64 and (.plan.steps | length) == 4' \
	"$work/out" >/dev/null || bad "the JSON is another: $(cat "$work/out")"
says 1 '"class": null' moving --json
shown 'the same as JSON'

says 2 'no [app other]' other
says 2 'usage' moving missing-table
says 2 "there is no class 'nonsense'" moving nonsense x
says 2 'no code of this name is known: those that can be probed are missing-table' \
	moving P9999 x
says 2 'missing-table, missing-column, failed-migration' moving 0800 x
says 2 'not built yet' moving disk-full x
says 2 'probing the class disk-full is not built yet' moving 53100 x
says 2 'usage'
shown 'a wrong command line: said, and status 2'

[[ $(prisma_history moving) == "$before" ]] || bad 'the history changed'
[[ ! -e $work/attempts && ! -e $work/logmend.db ]] || bad 'it left files'
shown 'neither the database nor the disk was touched'

pg_down
says 3 'cause:  unreachable' moving missing-table AnalyticsEvent
says 3 'no connection to' moving
says 0 '"fault": "yes"' moving db-unreachable localhost:5432 --json
echo "mysql://app:secret@localhost/moving" >"$work/url"
says 3 'mysql://' moving
! grep -q secret "$work/out" || bad 'the password was shown'
rm "$work/url"
says 3 "$work/url" moving
shown 'no database can be reached: said, without its password'
rm -rf "$work"
