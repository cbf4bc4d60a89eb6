#!/bin/bash
# A container of a real Docker Engine says FAULTS faults (3000; `make torture` says
# 60,000) as fast as it can, Docker rotates its log, and head and eyes are killed at
# random moments: each fault counts once. With SIZE less than a third of what is said
# Docker may remove what nobody could read yet; that is told as a gap. SEED repeats
# the moments of a run.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/docker.bash"
. "$TOP/tests/support/records.bash"

faults=${FAULTS:-${TORTURE:+60000}}
faults=${faults:-3000}
# A fault takes 1,900 bytes of a log, of which Docker keeps three files.
size=${SIZE:-${TORTURE:+8m}}
size=${size:-$((faults * 700))}
RANDOM=${SEED:=$RANDOM}
export SEED
docker_enter "$0" "$@"
echo "SEED=$SEED FAULTS=$faults SIZE=$size repeats the moments of this run"
build_helpers manager
docker_open
stage_config '
[app shop]
notify = local'
records_open
records_table Killed
records_pause 0.02
records_most "$faults"
managed_start

sleep_ms() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }
kills=0
# Who is not there is killed already.
strike()
{
	if ((RANDOM % 2)); then
		kill -USR1 "$agent_pid"
	else
		kill -KILL "$(managed_eyes)"
	fi 2>/dev/null || true
	kills=$((kills + 1))
}
records_service shop --log-opt "max-size=$size" --log-opt max-file=3
wait_for 60 records_many 1 || bad 'nothing is said'
while ! records_many "$faults"; do
	sleep_ms $((RANDOM % 700))
	strike
done
rotated() { compgen -G "$stage/docker/containers/*/*-json.log.2" >/dev/null; }
wait_for 20 rotated || bad 'no log was rotated twice'
docker service scale -d shop=0 >/dev/null
wait_for 60 records_live 0 || bad 'the container did not end'
expect 'what was said' "$(records_of Killed)" "$faults"
wait_for 60 agent_answers || bad 'it does not run any more'
is_read() { lm status --json | jq -e 'all(.sources[]; .read == .size)'; }
settled()
{
	records_are_all shop Killed || { told shop log-gap && is_read; }
}
wait_for 120 settled || bad "$(records_counted shop Killed) of $faults faults count"
counted=$(records_counted shop Killed)
if ((counted == faults)); then
	! told shop log-gap || bad 'a gap is told, and nothing is lost'
	shown "$faults faults, $kills kills, and rotations by Docker: each counts once"
else
	[[ -n ${SIZE-}${TORTURE-} ]] || bad "$counted of $faults faults count"
	((counted < faults)) || bad "$counted count, of $faults"
	shown "$faults faults, $kills kills: $counted count, and the gap is told"
fi
agent_stop
