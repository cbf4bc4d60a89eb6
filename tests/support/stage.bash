# Sourced: a host in a temporary folder, on which `logmend run` works. What
# scripts with the whole program stand on; pg.bash and prisma.bash come with it.
#
#	stage_open		makes $stage (a folder), cleans up at the end
#	stage_app NAME [TEMPLATE]
#				an app: database, folder, container, URL file;
#				adds its section to the configuration
#	stage_config TEXT	adds to the configuration
#	stage_policy MODE TEXT	policy `p` for stage_pending, the remedy and, after
#				receiver_start, the notices
#	stage_pending NAME	stage_app whose fifth migration is pending; with
#				`TEXT` in its section
#	stage_log APP FILE...	writes captured text into the app's log, now
#	receiver_start ...	a webhook receiver; options as receiver.c's
#	agent_start, agent_stop, agent_kill
#	clocks_open		before agent_start: the agent's clocks can be moved
#	time_passes SECONDS	as if the agent had waited so long; what is due
#				then is done now. What cannot be moved is waited
#				for by who comes next, or here without an agent
#	clock_set SECONDS	as if somebody had set its clock by so much
#	managed_start, managed_head, managed_eyes
#			the same below a played service manager, and its
#			processes
#	role_pid ROLE		the process of the agent's role, if it is there;
#	role_awaited ROLE	once it is there
#	is_over PID		whether that process has ended, whoever inherited it
#	lm COMMAND...		logmend with the stage's configuration
#	hold_lock DATABASE	a mend waits in its middle, until release_lock;
#	mend_waits DATABASE	it has come there
#	hold_table DATABASE TABLE
#				whoever reads it waits, until release_lock
#	slow_dump		makes $stage/pg_dump, for `pg-dump`; after dump_stops
#				one waits in its middle, until dump_goes_on
#	dump_waits		it has come there
#	goes_on_at_once ID TEXT	see there
#	frees DIR		unmounts it, once nobody has anything open there
#	show ID [JQ]		`show ID --json` through jq
#	wait_for S COMMAND...	until it succeeds: S seconds, or longer
#	wait_until ID JQ [S]	until the expression is true of it
#
# NAME's database is NAME with - as _, its folder $stage/NAME/prisma/migrations.
# shellcheck shell=bash

. "$TOP/tests/support/pg.bash"
. "$TOP/tests/support/prisma.bash"

stage=
agent_pid=
receiver_pid=
declare -A container_of=()

stage_open()
{
	need jq
	need psql
	build_helpers dockerlog receiver manager
	stage=$(mktemp -d "${TMPDIR:-/tmp}/logmend-stage.XXXXXX")
	trap 'stage_close $?' EXIT
	trap 'exit 130' INT TERM HUP
	mkdir -m 0700 "$stage/state"
	mkdir "$stage/docker"
	stage_config "[agent]
store = $stage/state/logmend.db
socket = $stage/control
docker-root = ${stage_docker_root:-$stage/docker}
docker-socket = ${stage_docker_socket:-off}
rules = $TOP/rules
freeze-file = $stage/freeze
approvers = $(id -u)"
	pg_start stage_cluster
}

# What the server of every stage has: the role of all apps, and a database to
# copy, in which Prisma applied four migrations.
stage_cluster()
{
	local folder=$stage/four
	pg_role app CREATEDB
	pg_database first_four app
	# shellcheck disable=SC2086 # four names
	prisma_folder "$folder" $first_four
	prisma_deploy first_four "$folder"
	rm -r "$folder"
}

stage_close()
{
	local status=$1
	trap - EXIT
	if ((status != 0 && status != 77)) && [[ -s $stage/agent.log ]]; then
		echo "--- the agent's own log:" >&2
		tail -n 40 "$stage/agent.log" >&2
	fi
	agent_kill
	if [[ -n $receiver_pid ]]; then
		kill "$receiver_pid" 2>/dev/null || true
		wait "$receiver_pid" 2>/dev/null || true
	fi
	if [[ -n ${KEEP-} ]]; then
		echo "KEEP: everything is left in $stage and $pg_folder"
	else
		pg_stop
		rm -rf "$stage"
	fi
	exit "$status"
}

stage_config() { printf '%s\n' "$1" >>"$stage/logmend.conf"; }

# Further lines of its section may follow on standard input.
stage_app()
{
	local app=$1 database=${1//-/_}
	# shellcheck disable=SC2086 # none or one
	pg_database "$database" app ${2-}
	mkdir -p "$stage/$app/prisma"
	cp "$moving/schema.prisma" "$stage/$app/prisma/"
	(umask 077 && pg_url app "$database?schema=public&connection_limit=5" \
		>"$stage/$app.url")
	container_of[$app]=$("$TOP/tests/support/container.sh" \
		"$stage/docker" "srv-captain--$app")
	stage_config "
[app $app]
database-url-file = $stage/$app.url
migrations = $stage/$app/prisma/migrations
schema-file = $stage/$app/prisma/schema.prisma"
}

stage_policy()
{
	stage_config "
[policy p]
mode = $1
quiet = 1s
cooldown = 0s
${2-}

[remedy prisma]
${3-}
"
	[[ -z $receiver_pid ]] || stage_config "[notify local]
url-file = $stage/hook.url"
}

stage_pending()
{
	local app=$1 folder=$stage/$1/prisma/migrations
	stage_app "$app" first_four
	stage_config "policy = p
remedy.missing-table = prisma
${2-}"
	[[ -z $receiver_pid ]] || stage_config 'notify = local'
	# shellcheck disable=SC2086 # several names
	prisma_folder "$folder" $first_four "$the_fifth"
}

# The app fails as a real one did; each call is one record.
app_fails()
{
	stage_log "$1" "$TOP/tests/data/prisma/p2021-5.22.0-rust/${2-\
console-error}.NODE_ENV_production.stderr"
}

log_of()
{
	local id=${container_of[$1]}
	echo "$stage/docker/containers/$id/$id-json.log"
}

stage_log()
{
	local app=$1 file
	shift
	for file; do
		LD_PRELOAD=$clocks "$BUILT/tests/support/dockerlog" \
			"$(log_of "$app")" <"$file"
	done
}

receiver_start()
{
	: >"$stage/notices"
	"$BUILT/tests/support/receiver" -p "$stage/receiver.port" \
		-o "$stage/notices" "$@" &
	receiver_pid=$!
	wait_for 10 test -s "$stage/receiver.port" ||
		bad 'the webhook receiver did not start'
	echo "http://127.0.0.1:$(cat "$stage/receiver.port")/hook" \
		>"$stage/hook.url"
}

# wait_for SECONDS COMMAND...: until it succeeds; polls, for want of an event. What
# takes a second here takes a minute on a machine that is busy with other tests, and
# what succeeds costs nothing: so nobody waits for less than that.
patience=90
wait_for()
{
	local until=$((SECONDS + ($1 > patience ? $1 : patience)))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < until)) || return 1
		sleep 0.1
	done
}

lm() { "$LOGMEND" -c "$stage/logmend.conf" "$@"; }

# Not the store's own answer, which commands give where nobody runs.
agent_answers() { lm status --json | jq -e .running; }

# What a preloaded library cannot move (below a sanitizer) takes its time.
clocks=
clock_ahead=0 clock_passed=0
clocks_open()
{
	build_helpers clockshift.so
	! grep -q __asan_init "$LOGMEND" || return 0
	clocks=$BUILT/tests/support/clockshift.so
	export CLOCKSHIFT=$stage/clocks
	clocks_write
}

# In place, for the file is mapped.
clocks_write()
{
	local n i bytes=
	for n in "$clock_ahead" "$clock_passed"; do
		for i in 0 8 16 24 32 40 48 56; do
			bytes+=$(printf '\\x%02x' $((n >> i & 255)))
		done
	done
	printf '%b' "$bytes" |
		dd of="$stage/clocks" bs=16 conv=notrunc status=none
}

clock_set()
{
	clock_ahead=$((clock_ahead + $1))
	clocks_write
}

time_passes()
{
	local passed=$((SECONDS + $1 + 1))
	clock_passed=$((clock_passed + $1))
	if [[ -n $clocks ]]; then
		clocks_write
	elif [[ -z $agent_pid ]]; then
		over() { ((SECONDS >= passed)); }
		wait_for $(($1 + 30)) over
	fi
	# Who is asked anything looks at the clock.
	[[ -z $agent_pid ]] || lm status >/dev/null
}

agent_start()
{
	# Not in this shell's process group: a Ctrl-C ends us, we end it.
	LD_PRELOAD=$clocks setsid "$LOGMEND" -c "$stage/logmend.conf" run \
		>>"$stage/agent.log" 2>&1 &
	agent_pid=$!
	agent_is_up || bad 'logmend run did not start'
}

# It is not asked once more, for it may be too busy to answer the next one.
agent_is_up() { wait_for 90 agent_settled && ! is_over "$agent_pid"; }
agent_settled() { agent_answers || is_over "$agent_pid"; }

# Ends as systemd would end it; its exit status must be 0.
agent_stop()
{
	local pid=$agent_pid status=0
	agent_pid=
	kill -TERM "$pid"
	wait "$pid" || status=$?
	((status == 0)) || bad "logmend run ended with status $status"
}

agent_kill()
{
	[[ -n $agent_pid ]] || return 0
	kill -KILL "$agent_pid" 2>/dev/null || true
	wait "$agent_pid" 2>/dev/null || true
	agent_pid=
}

# The agent below a played service manager, which keeps descriptors for it;
# SIGUSR1 to $agent_pid kills it as a crash would, and starts it again.
managed_start()
{
	setsid "$BUILT/tests/support/manager" "$stage/notify" \
		"$LOGMEND" -c "$stage/logmend.conf" run \
		>>"$stage/agent.log" 2>&1 &
	agent_pid=$!
	agent_is_up || bad 'logmend run did not start'
}

managed_head() { tr -d ' ' <"/proc/$agent_pid/task/$agent_pid/children"; }

managed_eyes()
{
	local pid
	for pid in $(cat "/proc/$(managed_head)/task/"*/children); do
		! grep -qz -- --role=eyes "/proc/$pid/cmdline" || echo "$pid"
	done
}

role_pid()
{
	local pid
	for pid in $(cat "/proc/$agent_pid/task/$agent_pid/children"); do
		if grep -qz -- "--role=$1" "/proc/$pid/cmdline" 2>/dev/null
		then
			echo "$pid"
			return
		fi
	done
	return 1
}

# Head starts a process before it is another program.
role_awaited()
{
	local pid=
	wait_for 90 role_is_there "$1" && echo "$pid"
}
role_is_there() { pid=$(role_pid "$1"); }

# Where nobody reaps it, it stays a zombie.
is_over()
{
	[[ $(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null || echo Z) == Z* ]]
}

show() { lm show "$1" --json | jq -r "${2-.}"; }

is_true() { lm show "$1" --json | jq -e "$2"; }

wait_until()
{
	wait_for "${3:-30}" is_true "$1" "$2" || {
		lm show "$1" >&2 || true
		bad "incident $1 did not come to: $2"
	}
}

state_is() { wait_until "$1" ".state == \"$2\"" "${3:-30}"; }

# goes_on_at_once ID TEXT: the incident, which was held up as a moment of its timeline
# says that begins with TEXT, went on before it would have by itself, half a minute
# later. Where it did not, a busy machine may be the reason: tried again by who asks.
goes_on_at_once()
{
	is_true "$1" ".timeline | (map(.text | startswith(\"$2\")) |
		rindex(true)) as \$held | map(.time | fromdate)[\$held] + 29 >
		(.[\$held + 1:] | map(select(.kind == \"state\"))[0].time |
		fromdate)" >/dev/null
}

# Processes outlive their head for a moment.
frees()
{
	wait_for 90 umount "$1" || bad "$1 cannot be unmounted"
}

# expect TEXT A B: both are the same.
expect() { [[ $2 == "$3" ]] || bad "$1: '$2' instead of '$3'"; }

# expect_status N COMMAND...: it ends with that status; output in $output.
expect_status()
{
	local want=$1 status=0
	shift
	output=$("$@" 2>&1) || status=$?
	((status == want)) ||
		bad "$*: status $status instead of $want: $output"
}

# says TEXT: the last output has it.
says() { [[ $output == *"$1"* ]] || bad "not said: '$1', but: $output"; }

# has_table DATABASE TABLE
has_table()
{
	[[ $(PGDATABASE=$1 pg_do -c \
		"SELECT to_regclass('public.\"$2\"') IS NOT NULL") == t ]]
}

# In a database: what the fifth migration's foreign key needs is locked, so that a
# mend waits in its middle, and pg_dump does not.
hold_lock()
{
	exec {holder}> >(PGDATABASE=$1 psql -Xq >/dev/null 2>&1)
	echo 'BEGIN; LOCK TABLE "User" IN SHARE MODE;' >&"$holder"
	wait_for 20 lock_is_held "$1" || bad 'the lock was not taken'
}
lock_is_held()
{
	[[ $(PGDATABASE=$1 pg_do -c "SELECT count(*) FROM pg_locks JOIN
		pg_database d ON d.oid = database WHERE mode = 'ShareLock' AND
		granted AND locktype = 'relation' AND datname = '$1'") != 0 ]]
}
release_lock()
{
	echo 'COMMIT;' >&"$holder"
	exec {holder}>&-
}
mend_waits()
{
	[[ $(pg_do -c "SELECT count(*) FROM pg_stat_activity WHERE datname =
		'$1' AND application_name LIKE 'logmend:%' AND
		wait_event_type = 'Lock'") == 1 ]]
}

hold_table()
{
	exec {holder}> >(PGDATABASE=$1 psql -Xq >/dev/null 2>&1)
	echo "BEGIN; LOCK TABLE \"$2\" IN ACCESS EXCLUSIVE MODE;" >&"$holder"
	wait_for 20 table_is_held "$1" || bad 'the lock was not taken'
}
table_is_held()
{
	[[ $(PGDATABASE=$1 pg_do -c "SELECT count(*) FROM pg_locks WHERE mode =
		'AccessExclusiveLock' AND granted AND locktype = 'relation'
		AND database = (SELECT oid FROM pg_database WHERE datname =
		'$1')") != 0 ]]
}

slow_dump()
{
	cat >"$stage/pg_dump" <<-END
	#!/bin/bash
	set -e
	[[ \$1 != --version ]] || exec $(pg_bin)/pg_dump --version
	$(pg_bin)/pg_dump "\$@" >"$stage/dump"
	touch "$stage/dumped"
	while [[ ! -e "$stage/go" ]]; do sleep 0.1; done
	cat "$stage/dump"
	END
	chmod 755 "$stage/pg_dump"
	touch "$stage/go"
}
dump_stops() { rm -f "$stage/go" "$stage/dumped"; }
dump_waits() { [[ -e $stage/dumped ]]; }
dump_goes_on() { touch "$stage/go"; }
