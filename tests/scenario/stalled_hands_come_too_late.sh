#!/bin/bash
# Hands that have the order to mend are stopped before they begin, their head is
# killed, and the next one finds the freeze file: it takes the attempt back, and
# when these hands go on they do nothing.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy ask
stage_pending shop
agent_start
app_fails shop
state_is 1 awaiting-approval

# Stops the second hands from now, the ones that mend, while they are loaded; the
# first ones probe again. Busy, for it is a matter of milliseconds.
stop_hands()
{
	local known='' pid last=0 until=$((SECONDS + 30))
	while ((SECONDS < until)); do
		read -r -a children \
			<"/proc/$agent_pid/task/$agent_pid/children" || true
		for pid in "${children[@]}"; do
			[[ $pid != "$last" ]] || continue
			grep -qz -- --role=hands "/proc/$pid/cmdline" \
				2>/dev/null || continue
			if [[ -z $known ]]; then
				known=$pid last=$pid
				continue
			fi
			kill -STOP "$pid"
			hands=$pid
			return 0
		done
	done
	return 1
}
lm approve 1 "$(show 1 .approval.code)" &
approving=$!
stop_hands || bad 'no hands came to mend'
wait "$approving"
state_is 1 mending
key=$(show 1 '.attempts[0].key')
if [[ -e $stage/state/attempts/$key ]]; then
	kill -CONT "$hands"
	skip 'the hands could not be stopped in time'
fi
agent_kill
touch "$stage/freeze"
agent_start
state_is 1 waiting
grep -q withdrawn "$stage/state/attempts/$key" ||
	bad 'the attempt was not taken back in its file'
before=$(prisma_history shop)
kill -CONT "$hands"
hands_ended() { ! kill -0 "$hands" 2>/dev/null; }
wait_for 30 hands_ended || bad 'the late hands do not end'
! has_table shop AnalyticsEvent || bad 'the late hands mended'
expect 'the history' "$(prisma_history shop)" "$before"

# The way back is a new question, and a new attempt.
rm "$stage/freeze"
state_is 1 awaiting-approval 60
lm approve 1 "$(show 1 .approval.code)"
state_is 1 resolved 60
expect attempts "$(show 1 '.attempts | length')" 2
expect 'migrations' "$(prisma_history shop | grep -c "^$the_fifth|")" 1
agent_stop
