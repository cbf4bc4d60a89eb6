#!/bin/bash
# An URL that does not say so leads through PgBouncer, which gives connections
# away between transactions: Prisma's lock would stay behind in it, and so would
# our settings. Nothing is planned, nothing rehearsed, nothing left behind; with
# the direct URL as `migrate-url-file` the same application is mended. A pooler
# that keeps sessions is only asked about.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
PATH=$PATH:/usr/sbin
need pgbouncer

# bouncer_try MODE PORT: runs until bouncers_stop, if nobody else has the port
bouncer_try()
{
	local mode=$1 port=$2
	cat >"$pg_folder/$mode.ini" <<-INI
	[databases]
	* = host=$PGHOST port=$PGPORT user=app
	[pgbouncer]
	listen_addr = 127.0.0.1
	listen_port = $port
	unix_socket_dir =
	auth_type = any
	pool_mode = $mode
	pidfile = $pg_folder/$mode.pid
	INI
	chmod 0644 "$pg_folder/$mode.ini"
	pg_as_owner "$(command -v pgbouncer)" -q "$pg_folder/$mode.ini" \
		>"$pg_folder/$mode.log" 2>&1 &
	wait_for 20 bouncer_settled "$port" $! && bouncer_answers "$port"
}

# Below the ports of PostgreSQL's servers and of the system's own.
declare -A port_of=()
bouncer_start()
{
	local try odd=0
	[[ $1 != session ]] || odd=1 # neither has the other's
	for try in 1 2 3 4 5 6 7 8; do
		port_of[$1]=$((12000 + RANDOM % 4000 * 2 + odd))
		! bouncer_try "$1" "${port_of[$1]}" || return 0
	done >/dev/null
	cat "$pg_folder/$1.log" >&2
	bad "pgbouncer did not start, $try times"
}

bouncer_settled() { bouncer_answers "$1" || ! kill -0 "$2"; }

bouncer_answers()
{
	PGHOST=127.0.0.1 PGPORT=$1 PGUSER=app pg_do -d postgres -c 'SELECT 1'
}

# Before the stage is cleaned up.
bouncers_stop()
{
	local file
	for file in "$pg_folder"/{transaction,session}.pid; do
		[[ ! -s $file ]] || kill "$(cat "$file")" || true
	done
}

stage_open
trap 'status=$?; bouncers_stop; stage_close $status' EXIT
stage_policy act
bouncer_start transaction
bouncer_start session
through() { echo "postgresql://app:app@127.0.0.1:$1/$2?schema=public"; }

stage_pending pooled
through "${port_of[transaction]}" pooled >"$stage/pooled.url"
stage_pending direct "migrate-url-file = $stage/straight.url"
through "${port_of[transaction]}" direct >"$stage/direct.url"
(umask 077 && pg_url app 'direct?schema=public' >"$stage/straight.url")
stage_pending kept
through "${port_of[session]}" kept >"$stage/kept.url"

agent_start
app_fails pooled
wait_until 1 '.state == "reported"'
expect 'the cause' "$(show 1 .cause)" pending-migration
[[ $(show 1 '.findings[] | select(.name == "plan").text') == *'through a pooler'* ]] ||
	bad 'the pooler was not found'
! has_table pooled AnalyticsEvent || bad 'it was mended through a pooler'
shown 'a pooler of transactions was found: nothing was planned or done'
expect 'what was left in the pooler' "$(PGHOST=127.0.0.1 PGPORT=${port_of[transaction]} \
	PGUSER=app pg_do -d pooled -c 'SHOW lock_timeout')" 0

app_fails direct
wait_until 2 '.state == "resolved"'
has_table direct AnalyticsEvent || bad 'the direct URL did not mend it'
shown 'with the direct URL as migrate-url-file: mended'

app_fails kept
wait_until 3 '.state == "awaiting-approval" or .state == "reported"'
expect 'the state behind a pooler of sessions' "$(show 3 .state)" \
	awaiting-approval
[[ $(show 3 .decision.reason) == *'pooler or a proxy'* ]] ||
	bad 'nobody is told of the proxy'
shown 'a pooler of sessions: a person is asked'
lm approve 3 "$(show 3 .approval.code)" >/dev/null
wait_until 3 '.state == "resolved"'
has_table kept AnalyticsEvent || bad 'the approved mend did not happen'
shown 'approved: mended'

expect 'locks left behind' "$(pg_do -c "SELECT count(*) FROM pg_locks
	WHERE locktype = 'advisory' AND objid = 72707369")" 0
expect 'copies left behind' "$(pg_do -c "SELECT count(*) FROM pg_database
	WHERE datname LIKE 'logmend%'")" 0
shown 'neither a lock nor a copy stayed behind'
agent_stop
