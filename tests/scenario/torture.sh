#!/bin/bash
# kill -9 of one process or several at a random moment of a mend, ROUNDS times
# (30): never two attempts, no lost incident, and every end is true. A mend is a
# quick one, one that waits for a lock in production, or one whose migration
# takes its time and was approved. Part of `make torture`; SEED repeats a run.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

rounds=${ROUNDS:-30}
RANDOM=${SEED:=$RANDOM}
echo "SEED=$SEED ROUNDS=$rounds"
kinds=(quick quick lock slow)
stage_open
stage_policy act 'attempts = 1000/h, 1000/d' 'lock-timeout = 60s
statement-timeout = 60s
deadline = 60s'
declare -A kind_of=() ends=()
for ((round = 1; round <= rounds; round++)); do
	stage_pending "round-$round"
	kind_of[$round]=${kinds[RANDOM % ${#kinds[@]}]}
	[[ ${kind_of[$round]} != slow ]] || echo 'SELECT pg_sleep(1);' \
		>>"$stage/round-$round/prisma/migrations/$the_fifth/migration.sql"
done
# The server tells what was really run, and in which database.
pg_do -c "ALTER SYSTEM SET log_statement = 'ddl'" -c "ALTER SYSTEM SET
	log_line_prefix = '%d|%a|'" -c 'SELECT pg_reload_conf()' >/dev/null
agent_start

# The whole of a mend takes about this long, in milliseconds.
span=1500

sleep_ms() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }

hold_lock()
{
	exec {holder}> >(PGDATABASE=$1 psql -Xq >/dev/null 2>&1)
	echo 'BEGIN; LOCK TABLE "User" IN SHARE MODE;' >&"$holder"
}
release_lock()
{
	echo 'COMMIT;' >&"$holder"
	exec {holder}>&-
}

# Hands outlive their head, so they are not always its children.
all_hands() { pgrep -f -- "--role=hands.*$stage/" || true; }

# strike NAME...: at one moment, as far as that can be.
strike()
{
	local name pids=()
	for name; do
		case $name in
		head) pids+=("$agent_pid") ;;
		eyes) pids+=("$(role_pid eyes || true)") ;;
		hands) mapfile -t -O ${#pids[@]} pids < <(all_hands) ;;
		esac
	done
	for name in "${pids[@]}"; do
		[[ -z $name ]] || kill -KILL "$name" 2>/dev/null || true
	done
	[[ " $* " != *' head '* ]] || {
		agent_kill
		agent_start
	}
}

begun() { [[ $(find "$stage/state/attempts" -type f | wc -l) != "$1" ]]; }

choices=('head' 'eyes' 'hands' 'head hands' 'eyes hands' 'head eyes'
	'head eyes hands' 'head' 'head hands')
for ((round = 1; round <= rounds; round++)); do
	app=round-$round database=round_$round kind=${kind_of[$round]}
	read -ra victims <<<"${choices[RANDOM % ${#choices[@]}]}"
	delay=$((RANDOM % span)) from=fault
	mkdir -p "$stage/state/attempts"
	files=$(find "$stage/state/attempts" -type f | wc -l)
	[[ $kind != lock ]] || hold_lock "$database"
	app_fails "$app"
	if [[ $kind == slow ]]; then
		state_is "$round" awaiting-approval 60
		lm approve "$round" "$(show "$round" .approval.code)" >/dev/null
	fi
	if ((RANDOM % 2)); then
		# From where the attempt begins on, which is what is short.
		from=attempt delay=$((RANDOM % 500))
		wait_for 60 begun "$files" || bad "round $round was not begun"
	fi
	sleep_ms "$delay"
	strike "${victims[@]}"
	if ((RANDOM % 3 == 0)); then
		sleep_ms $((RANDOM % 300))
		strike "${victims[@]}"
	fi
	if [[ $kind == lock ]]; then
		sleep_ms $((RANDOM % 500))
		release_lock
	fi
	wait_for 40 is_true "$round" .id || bad "incident $round was lost"
	if [[ $(show "$round" .state) == awaiting-approval ]]; then
		# The approval may have been void: the plan is the same, so is it.
		lm approve "$round" "$(show "$round" .approval.code)" >/dev/null || true
	fi
	wait_until "$round" '.state | IN("resolved", "failed", "in-doubt", "reported")' 150
	state=$(show "$round" .state)
	attempts=$(show "$round" '.attempts | length')
	rows=$(prisma_history "$database" | grep -c "^$the_fifth|" || true)
	# Only a migration is DDL: a line for each that was begun.
	runs=$(grep -cE "^$database\|logmend:[0-9a-f-]*\|LOG: +(statement|execute)" \
		"$pg_folder/server.log" || true)
	new=$(($(find "$stage/state/attempts" -type f | wc -l) - files))
	printf 'round %d (%s): %s killed %d ms from the %s: %s, %d attempt(s), %d file(s), %d row(s), %d run(s)\n' \
		"$round" "$kind" "${victims[*]}" "$delay" "$from" "$state" \
		"$attempts" "$new" "$rows" "$runs"
	((attempts <= 1 && rows <= 1 && runs <= 1 && new <= 1)) ||
		bad 'it was mended twice'
	there=no
	! has_table "$database" AnalyticsEvent || there=yes
	[[ $state$there != resolvedno && $state$there != failedyes ]] ||
		bad "it ended $state, and the table is there: $there"
	[[ $state != in-doubt ]] || show "$round" '.verification, .attempts'
	ends[$state]=$((${ends[$state]-0} + 1))
done
expect incidents "$(lm incidents --json | jq -s 'flatten | length')" "$rounds"
agent_stop
for state in "${!ends[@]}"; do
	echo "$state: ${ends[$state]}"
done
shown "$rounds mends were struck: none was done twice, no incident was lost, \
each end is true"
