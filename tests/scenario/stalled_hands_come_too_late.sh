#!/bin/bash
# Hands that have the order to mend are stopped before they begin, their head is
# killed, and the next one finds the freeze file: it takes the attempt back, and
# when these hands go on they do nothing.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy ask

# Stops the second hands from now, the ones that mend, while they are loaded; the
# first ones probe again. Busy and without a fork, for it is a matter of
# milliseconds.
stop_hands()
{
	local first='' pid children argv until=$((SECONDS + 30))
	while ((SECONDS < until)); do
		read -r -a children \
			<"/proc/$agent_pid/task/$agent_pid/children" || true
		for pid in "${children[@]}"; do
			[[ $pid != "$first" ]] || continue
			mapfile -d '' -t argv 2>/dev/null \
				<"/proc/$pid/cmdline" || continue
			[[ ${argv[1]-} == --role=hands ]] || continue
			if [[ -z $first ]]; then
				first=$pid
				continue
			fi
			kill -STOP "$pid"
			hands=$pid
			return 0
		done
	done
	return 1
}

# On a busy machine they may be faster than we are; then with another app.
stopped=
for id in 1 2 3 4 5 6; do
	app=shop$id
	stage_pending $app
	[[ -z $agent_pid ]] || agent_stop
	agent_start
	app_fails $app
	state_is $id awaiting-approval
	lm approve $id "$(show $id .approval.code)" >/dev/null &
	approving=$!
	stop_hands || bad 'no hands came to mend'
	wait "$approving"
	state_is $id mending
	key=$(show $id '.attempts[0].key')
	if [[ ! -e $stage/state/attempts/$key ]]; then
		stopped=1
		break
	fi
	kill -CONT "$hands"
	state_is $id resolved
done
[[ -n $stopped ]] || skip 'the hands could never be stopped in time'
agent_kill
touch "$stage/freeze"
agent_start
state_is $id waiting
grep -q withdrawn "$stage/state/attempts/$key" ||
	bad 'the attempt was not taken back in its file'
shown 'hands were stopped before they began, head was killed: taken back'
before=$(prisma_history $app)
kill -CONT "$hands"
wait_for 30 is_over "$hands" || bad 'the late hands do not end'
! has_table $app AnalyticsEvent || bad 'the late hands mended'
expect 'the history' "$(prisma_history $app)" "$before"
shown 'the late hands went on: they did nothing'

# The way back is a new question, and a new attempt.
rm "$stage/freeze"
state_is $id awaiting-approval 60
lm approve $id "$(show $id .approval.code)" >/dev/null
state_is $id resolved 60
expect attempts "$(show $id '.attempts | length')" 2
expect 'migrations' "$(prisma_history $app | grep -c "^$the_fifth|")" 1
shown 'asked and approved anew: mended once'
agent_stop
