#!/bin/bash
# Head has no descriptor left for a moment: eyes and hands that it cannot start
# are started within seconds once it has, nothing is lost, and none of it counts
# as an attempt. What is approved stays approved.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
need prlimit

stage_open
# A dump that waits, so that there is time before the mend.
slow_dump
dump_stops
stage_policy act '' "pg-dump = $stage/pg_dump"
stage_pending look
stage_pending mend
stage_pending asked
agent_start

# starved: whatever head opens from now on has no room. What is open stays so.
# Counted once nothing has been opened or closed for a second, for a descriptor
# that head is about to close (a command's connection) would leave room.
lowest_free()
{
	local free=0
	while [[ -e /proc/$agent_pid/fd/$free ]]; do
		free=$((free + 1))
	done
	echo "$free"
}
descriptors() { ls -l "/proc/$agent_pid/fd"; }
at_rest()
{
	local before i
	before=$(descriptors)
	for ((i = 0; i < 10; i++)); do
		sleep 0.1
		[[ $(descriptors) == "$before" ]] || return 1
	done
}
starved()
{
	wait_for 30 at_rest || bad 'head goes on opening and closing'
	prlimit --pid "$agent_pid" --nofile=$(($(lowest_free) + ${1:-2})):
}
fed() { prlimit --pid "$agent_pid" --nofile=1024:; }
# said N TEXT: it stands so often in the agent's log, at least.
said() { (($(grep -c -- "$2" "$stage/agent.log") >= $1)); }
dumps()
{
	dump_stops
	app_fails "$1"
	wait_for 30 dump_waits || bad 'no dump was begun'
}
mended()
{
	state_is "$1" resolved 30
	expect 'attempts' "$(show "$1" '[.attempts[].outcome] | join(" ")')" \
		applied
}

starved
app_fails look
wait_for 20 said 2 'incident 1: hands could not be started: .*too many open' ||
	bad 'nobody says why no hands look'
dump_goes_on
fed
mended 1
shown 'no hands could be started to look: started later, and mended'

dumps mend
starved
dump_goes_on
wait_for 20 said 1 'incident 2: hands could not be started: .*too many open' ||
	bad 'nobody says why no hands mend'
expect state "$(show 2 .state)" mending
fed
mended 2
shown 'the same after the rehearsal: one attempt, which was begun later'

agent_stop
sed -i 's/^mode = act/mode = ask/' "$stage/logmend.conf"
agent_start
app_fails asked
state_is 3 awaiting-approval
code=$(show 3 .approval.code)
starved 4 # the control socket and the store need some
expect_status 0 lm approve 3 "$code"
wait_for 20 said 2 'incident 3: hands could not be started: .*too many open' ||
	bad 'nobody says why no hands look at what was approved'
fed
mended 3
shown 'the same after an approval: it stays valid'

starved
kill -KILL "$(role_awaited eyes)"
wait_for 20 said 2 'eyes cannot be started, so no log is read: .*too many open' ||
	bad 'nobody says why there are no eyes'
fed
eyes_are_there() { role_pid eyes; }
wait_for 20 eyes_are_there || bad 'no eyes are started'
shown 'no eyes could be started: started later'
agent_stop
