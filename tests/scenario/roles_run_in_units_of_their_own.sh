#!/bin/bash
# A daemon that asks units for its processes, as the one of the service does, here
# those of systemd-socket-activate: a mend outlives head's death and is adopted,
# eyes whose launcher dies are replaced, and hands that no unit starts are no look
# and come later.
. "$(dirname "$0")/../support/sh.bash"
need systemd-socket-activate
. "$TOP/tests/support/stage.bash"

declare -A unit_of=()
# unit_start ROLE [PROGRAM]: its socket, and what starts its processes.
unit_start()
{
	rm -f "$stage/roles/$1"
	systemd-socket-activate --accept --seqpacket --listen="$stage/roles/$1" \
		"${2-$LOGMEND}" --role=launch "$1" "$(id -un)" \
		>>"$stage/units.log" 2>&1 &
	unit_of[$1]=$!
	is_listening() { [[ -S $stage/roles/$1 ]]; }
	wait_for 20 is_listening "$1" || bad "nobody listens for $1"
}
unit_stop()
{
	kill "${unit_of[$1]}" 2>/dev/null || true
	wait "${unit_of[$1]}" 2>/dev/null || true
	rm -f "$stage/roles/$1"
}
children() { cat "/proc/$1/task/"*/children 2>/dev/null || true; }
# launchers_of ROLE, process_of ROLE: nothing while there is none.
launchers_of() { children "${unit_of[$1]}"; }
process_of()
{
	local launcher
	for launcher in $(launchers_of "$1"); do
		children "$launcher" | tr -d ' '
	done
}
is_there() { [[ -n $(process_of "$1") ]]; }
finish()
{
	local status=$? role
	for role in "${!unit_of[@]}"; do
		unit_stop "$role"
	done
	stage_close $status
}

stage_open
trap finish EXIT
receiver_start
stage_policy act '' 'lock-timeout = 60s'
stage_pending shop
stage_pending late
mkdir "$stage/roles"
for role in eyes hands notify docker; do
	unit_start $role
done
export LOGMEND_ROLES=$stage/roles

agent_start
wait_for 20 is_there eyes || bad 'no unit started eyes'
hold_lock shop
app_fails shop
wait_for 60 mend_waits shop || bad 'no mend has begun'
hands=$(process_of hands)
[[ -n $hands ]] || bad 'no unit started hands'
expect "head's own children" "$(children "$agent_pid")" ''
eyes=$(process_of eyes)
agent_kill
wait_for 20 is_over "$eyes" || bad 'eyes outlived their head'
agent_start
! is_over "$hands" || bad 'hands died with the head that sent them'
release_lock
state_is 1 resolved 60
has_table shop AnalyticsEvent || bad 'the table is not there'
expect attempts "$(show 1 '[.attempts[].outcome] | join(" ")')" applied
shown 'a mend outlives the head that sent it, and the next one adopts it'

wait_for 20 is_there eyes || bad 'no unit started eyes'
eyes=$(process_of eyes)
# shellcheck disable=SC2046 # a pid, and perhaps none
kill -KILL $(launchers_of eyes)
wait_for 20 is_over "$eyes" || bad 'eyes outlived their launcher'
# While nobody starts hands, and while the unit would start another program.
not_started() { grep -q "hands could not be started: .*$1" "$stage/agent.log"; }
unit_stop hands
app_fails late
wait_for 60 not_started '/roles/hands: .*logmend-hands\.socket' ||
	bad 'nobody is told that hands cannot be asked for'
cp "$LOGMEND" "$stage/another"
unit_start hands "$stage/another"
wait_for 60 not_started 'systemctl restart logmend' ||
	bad 'nobody is told that hands are another program'
unit_stop hands
unit_start hands
state_is 2 resolved 60
expect attempts "$(show 2 '[.attempts[].outcome] | join(" ")')" applied
! grep -q 'ended without an answer' "$stage/agent.log" ||
	bad 'hands that were not started count as such that ended'
grep -q 'logmend-eyes@.service ended before its process did' "$stage/agent.log" ||
	bad 'that eyes lost their launcher is not told'
shown 'eyes without their launcher are replaced, hands without a unit come later'
agent_stop
