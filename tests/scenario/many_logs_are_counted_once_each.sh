#!/bin/bash
# Many logs share one pair of eyes, and each is read where it was left: every
# record counts once, and no batch is sent that tells nothing.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

apps=(one two three four five)
rounds=6

stage_open
stage_policy report
for app in "${apps[@]}"; do
	stage_pending "$app"
done
agent_start
for ((round = 1; round <= rounds; round++)); do
	for app in "${apps[@]}"; do
		app_fails "$app"
	done
done

# Each app has an incident of its own, whichever came first.
counts() { lm incidents --json | jq -cs '[.[].count] | sort'; }
all=$(printf "$rounds,%.0s" "${apps[@]}")
counted() { [[ $(counts) == "[${all%,}]" ]]; }
wait_for 30 counted || bad "the incidents count $(counts), not [${all%,}]"
shown 'five logs, six records in each: an incident for each log, which counts six'

# A batch for each record at the most, and one for each log that came to rest.
batches=$(lm status --json | jq .batches)
((batches <= rounds * ${#apps[@]} + 4 * ${#apps[@]})) ||
	bad "$batches batches were sent for $((rounds * ${#apps[@]})) records"
shown "$batches batches were sent for all of them"
agent_stop
