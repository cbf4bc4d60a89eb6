#!/bin/bash
# The lines of a message come one by one, with pauses, into logs that had been
# silent: a message whose rule needs several of its lines is found none the less,
# whatever happens between two of them. The pauses are the input here; nothing is
# measured.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

# In microseconds. The slowest are near to the second after which a record is
# complete; three of them, as a busy machine may make one of them too slow.
declare -A pauses=([at-once]=0 [quick]=20000 [slow]=200000 [slowest]=900000
	[slowest-2]=900000 [slowest-3]=900000 [killed]=300000
	[other-stream]=200000)

stage_open
stage_policy report
for app in "${!pauses[@]}"; do
	stage_pending "$app"
done
cat >"$stage/p3018" <<'END'
Error: P3018

A migration failed to apply. New migrations cannot be applied before the error is recovered from. Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve

Migration name: 20251001000000_baseline

Database error code: 42710

Database error:
ERROR: type "JobStatus" already exists
END
agent_start

# The logs are read, and then silent.
for app in "${!pauses[@]}"; do
	echo 'listening on :3000' | "$BUILT/tests/support/dockerlog" \
		"$(log_of "$app")"
done
read_all()
{
	lm status --json | jq -e --argjson n "${#pauses[@]}" \
		'[.sources[] | select(.size > 0 and .read == .size)] | length == $n'
}
wait_for 20 read_all || bad 'the logs were not read'

# pause MOMENT TIME: until so long behind that moment; what was done since took a
# part of it. Microseconds.
pause()
{
	local left=$(($1 + $2 - ${EPOCHREALTIME//[!0-9]/}))
	((left <= 0)) || sleep "$(printf '0.%06d' "$left")"
}
write_slowly()
{
	local app=$1 line n=0 log begun=0 before late=''
	log=$(log_of "$app")
	while IFS= read -r line; do
		before=$begun begun=${EPOCHREALTIME//[!0-9]/}
		printf '%s\n' "$line" | "$BUILT/tests/support/dockerlog" "$log"
		# The line before was written behind $before.
		((!before || ${EPOCHREALTIME//[!0-9]/} - before < 1000000)) ||
			late=yes
		((++n != 3)) || case $app in
		killed) kill -KILL "$(role_awaited eyes)" ;;
		other-stream)
			echo 'GET /health 200' |
				"$BUILT/tests/support/dockerlog" -s stdout "$log"
			;;
		esac
		pause "$begun" "${pauses[$app]}"
	done <"$stage/p3018"
	[[ -z $late ]] || : >"$stage/late.$app"
}
sleep 7
for app in "${!pauses[@]}"; do
	write_slowly "$app" &
	writers+=($!)
done
wait "${writers[@]}"
in_time=()
for app in "${!pauses[@]}"; do
	[[ -e $stage/late.$app ]] || in_time+=("$app")
done
found()
{
	local found
	found=$(lm incidents --json | jq -r \
		'select(.class == "failed-migration" and .count == 1).app')
	for app in "${in_time[@]}"; do
		grep -qx -- "$app" <<<"$found" || return
	done
}
wait_for 20 found || bad "of ${in_time[*]} found: $(lm incidents)"
[[ " ${in_time[*]}" == *' slowest'* ]] ||
	skip "this machine writes too late: only ${in_time[*]} were in time, and found"
shown "a message written line by line, with pauses up to 0.9 s: found ${#in_time[@]} times"
agent_stop
