#!/bin/bash
# Hands, head and the sender of notices are killed, and their system calls fail, at
# counted calls, while they look, rehearse and mend on a real PostgreSQL: no attempt is made twice,
# each end is true, each fault counts once, each notice arrives. POINTS is how
# many (50; `make torture`: 7,000), SEED repeats a run as far as that can be, and
# POINT ('ROLE PHASE CALL N WHAT') does one point alone.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
. "$TOP/tests/support/inject.bash"

count=${POINTS:-${TORTURE:+7000}}
count=${count:-50}
size=${BATCH:-${TORTURE:+40}}
size=${size:-25}
RANDOM=$SEED
stage_open
receiver_start
stage_policy act 'attempts = 1000/h, 1000/d' 'lock-timeout = 10s
statement-timeout = 10s
deadline = 30s'
apps=(one two three four)
[[ -z ${TORTURE-} ]] || apps+=(five six seven eight)
for app in "${apps[@]}" reader; do
	stage_pending "$app"
done
# The server tells what was really run, and in which database.
pg_do -c "ALTER SYSTEM SET log_statement = 'ddl'" -c "ALTER SYSTEM SET
	log_line_prefix = '%d|%a|'" -c 'SELECT pg_reload_conf()' >/dev/null
injected_start
echo "SEED=$SEED POINTS=$count"

ends='resolved|failed|in-doubt|reported|not-confirmed|rejected|expired'
# mended: ID APP STATE COUNT CLASS of all apps that are to be mended.
mended() { standing | grep -v -e ' reader ' -e ' log-unread$'; }
settled() { [[ $(mended | grep -cE " ($ends) ") == "${#apps[@]}" ]]; }
# A plan that could not be rehearsed is asked for, and here always wanted.
approve_all()
{
	local id
	for id in $(mended | sed -n 's/ .* awaiting-approval .*//p'); do
		ask approve "$id" "$(ask show "$id" --json | jq -r .approval.code)" \
			>>"$stage/asked" || true
	done
}

# Time passes only while nobody works, for hands have their deadlines.
settle()
{
	local until=$((SECONDS + $1)) status=0
	pace hours
	until settled; do
		((SECONDS < until)) || { status=1; break; }
		approve_all
		nap 0.03
	done
	pace off
	return "$status"
}

# No hands, and nobody else but eyes.
hands_gone() { ! pgrep -f -- "--role=hands.*$stage/" >/dev/null; }

# An attempt that could not begin is no attempt; a second one is approved.
true_end()
{
	local id=$1 app=$2 state=$3 rows runs there=no attempts rolled yes held
	ask show "$id" --json >"$stage/shown"
	rows=$(prisma_history "$app" |
		grep -c "^$the_fifth|[^|]*|[tf]|f|" || true)
	rolled=$(prisma_history "$app" |
		grep -c "^$the_fifth|[^|]*|[tf]|t|" || true)
	yes=$(jq '[.timeline[] | select(.text | test("approved by"))] | length' \
		<"$stage/shown")
	runs=$(tail -c +$((server_from + 1)) "$pg_folder/server.log" | grep -cE \
		"^$app\|logmend:[0-9a-f-]*\|LOG: +(statement|execute)" || true)
	attempts=$(jq '[.attempts[] | select(.outcome == "applied")] | length' \
		<"$stage/shown")
	held=$(jq '[.attempts[] | select(.outcome == "held-back")] | length' \
		<"$stage/shown")
	! has_table "$app" AnalyticsEvent || there=yes
	[[ $state$there != resolvedno && $state$there != failedyes ]] ||
		lost "$app ended $state, and the table is there: $there"
	# What an attempt ran and the server took back may be run again: where it
	# was held back, or where the history says so and a person has approved.
	((attempts <= 1 && rows <= 1 && runs <= 1 + rolled + held &&
		runs <= 1 + yes + held)) ||
		lost "$app was mended twice: $attempts applied, $rows rows, \
$rolled rolled back, $held held back, $runs runs, $yes approvals"
	ends_seen[$state]=$((${ends_seen[$state]-0} + 1))
}

# Each notice that is called sent has arrived, and none is given up.
notices_sent()
{
	ask show "$1" --json >"$stage/shown" &&
		[[ $(jq '[.notices[] | .sent == null] | any' <"$stage/shown") == false ]]
}
notices_arrived()
{
	local id=$1 sent got
	sent=$(jq '.notices | length' <"$stage/shown")
	got=$(jq -s "map(select(.text |
		test(\"(ncident|show|approve) $id\\\\b\"))) | length" \
		<"$stage/notices")
	((got >= sent)) || lost "incident $id: $got of $sent notices arrived"
	[[ $(jq '[.notices[].given_up] | any' <"$stage/shown") == false ]] ||
		lost "incident $id: a notice was given up"
}

closed() { ask close "$1" >>"$stage/asked" 2>&1 || [[ $(ask show "$1" --json | jq -r .state) == closed ]]; }
undo()
{
	PGDATABASE=$1 pg_do -c 'SET client_min_messages = warning' \
		-c 'DROP TABLE IF EXISTS "AnalyticsEvent"' -c "DELETE FROM
		_prisma_migrations WHERE migration_name = '$the_fifth'"
}

opened()
{
	local all=("/proc/$(injected_head)/fd/"*)
	echo "${#all[@]}"
}
few_opened() { (($(opened) <= most_opened)); }
read_on()
{
	[[ $(standing | awk '$2 == "reader" && $5 != "log-unread" { n += $4 } END { print n + 0 }') == "$fresh" ]]
}

# Notices are tried again by the clock on the wall.
wait_hours()
{
	local until=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < until)) || return 1
		hours 31
		nap 0.05
	done
}

# check_all: after the points.
check_all()
{
	local id app state n
	settle "${PATIENCE:-240}" || lost "no end: $(standing | tr '\n' ';')"
	until_so 60 hands_gone || lost "hands are left: $(everybody)"
	((fresh += 1))
	# The second line ends the record at once.
	printf '%s\n' >"$stage/text" \
		'FATAL ERROR: Reached heap limit - JavaScript heap out of memory' \
		'GET /health 200'
	stage_log reader "$stage/text"
	until_so 60 read_on || lost 'reading does not go on'
	while read -r id app state n _; do
		expect "faults of $app" "$n" 1 || lost 'a fault is lost, or double'
		true_end "$id" "$app" "$state"
		wait_hours 60 notices_sent "$id" ||
			lost "incident $id: a notice is not sent"
		notices_arrived "$id"
		until_so 30 closed "$id" || lost "incident $id cannot be closed"
		undo "$app"
	done < <(mended)
	until_so 30 few_opened ||
		lost "head has $(opened) descriptors, and had $most_opened"
}

# cycle ROLE KIND COUNT: all apps fail, and are mended or not.
cycle()
{
	local app until=$((SECONDS + 90))
	server_from=$(stat -c %s "$pg_folder/server.log")
	hours 3700 # an hour has twelve looks
	[[ $# == 0 ]] || points "$@"
	for app in "${apps[@]}"; do
		app_fails "$app"
	done
	seen_all() { [[ $(mended | wc -l) == "${#apps[@]}" ]]; }
	until_so 60 seen_all || { points_off; lost 'reading does not go on'; }
	[[ $# == 0 ]] || pace hours
	while [[ $# != 0 ]] && ! settled && ! points_done 30; do
		((SECONDS < until)) || break
		approve_all
	done
	[[ $# == 0 ]] || points_off
	check_all
}

declare -A ends_seen=()
fresh=0
most_opened=999
cycle
expect 'ends without any point' "${!ends_seen[*]}" resolved
most_opened=$(($(opened) + 4))

roles=(hands hands head notify)
kinds=(both fault kill both fault)
if [[ -n ${POINT-} ]]; then
	read -ra words <<<"$POINT"
	points() { point "${words[@]}"; }
	[[ ${words[0]} != head || ! ${words[1]} =~ load|start|child ]] || {
		point "${words[@]}"
		injected_end head
		points() { :; }
	}
	cycle one point
	[[ -s $batch ]] || skip 'the point was not reached'
	injected_stop
	shown "$POINT: ${!ends_seen[*]}"
	exit
fi
done_so_far=0
while ((done_so_far < count)); do
	cycle "${roles[batches % 4]}" "${kinds[batches % 5]}" "$size"
	((done_so_far += $(wc -l <"$batch"), 1))
done
ends_seen=()
cycle
expect 'ends after the last point' "${!ends_seen[*]}" resolved
expect 'copies that are left' "$(pg_do -c "SELECT count(*) FROM pg_database
	WHERE datname LIKE 'logmend_rehearsal%'")" 0
injected_stop
points_tell
shown 'no attempt was made twice, each end is true, each fault counts once'
shown 'each notice arrived, the store is intact, nobody is left'
