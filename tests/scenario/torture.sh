#!/bin/bash
# kill -9 of a random process at a random moment of a mend, ROUNDS times (30):
# never two attempts, no lost incident, and every end is true. Part of `make
# torture`; SEED repeats a run, SPAN sets how late a kill may come.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

rounds=${ROUNDS:-30}
RANDOM=${SEED:=$RANDOM}
echo "SEED=$SEED ROUNDS=$rounds"
stage_open
stage_policy act 'attempts = 1000/h, 1000/d'
for ((round = 1; round <= rounds; round++)); do
	stage_pending "round-$round"
done
agent_start

# From the log line to the commit takes less than this, in milliseconds.
span=${SPAN:-800}
declare -A ends=()
for ((round = 1; round <= rounds; round++)); do
	app=round-$round database=round_$round
	victims=(head eyes hands)
	victim=${victims[RANDOM % 3]} delay=$((RANDOM % span))
	app_fails "$app"
	sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
	case $victim in
	head)
		agent_kill
		agent_start
		;;
	*) kill -KILL "$(role_pid "$victim")" 2>/dev/null || true ;;
	esac
	wait_until "$round" '.state | IN("resolved", "failed", "in-doubt")' 120
	state=$(show "$round" .state)
	attempts=$(show "$round" '.attempts | length')
	rows=$(prisma_history "$database" | grep -c "^$the_fifth|" || true)
	printf 'round %d: %s killed after %d ms: %s, %d attempt(s), %d row(s)\n' \
		"$round" "$victim" "$delay" "$state" "$attempts" "$rows"
	((attempts <= 1 && rows <= 1)) || bad 'it was mended twice'
	there=no
	! has_table "$database" AnalyticsEvent || there=yes
	[[ $state$there != resolvedno && $state$there != failedyes ]] ||
		bad "it ended $state, and the table is there: $there"
	ends[$state]=$((${ends[$state]-0} + 1))
done
expect incidents "$(lm incidents --json | jq -s 'flatten | length')" "$rounds"
agent_stop
for state in "${!ends[@]}"; do
	echo "$state: ${ends[$state]}"
done
