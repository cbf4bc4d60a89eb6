#!/bin/bash
# The lines of a message come one by one, with pauses, into logs that had been
# silent: a message whose rule needs several of its lines is found none the less,
# whatever happens between two of them. The pauses are the input here; nothing is
# measured.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

# In microseconds.
declare -A pauses=([at-once]=0 [quick]=20000 [slow]=200000 [slowest]=900000
	[killed]=300000 [other-stream]=200000)

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
	local app=$1 line n=0 log begun
	log=$(log_of "$app")
	while IFS= read -r line; do
		begun=${EPOCHREALTIME//[!0-9]/}
		printf '%s\n' "$line" | "$BUILT/tests/support/dockerlog" "$log"
		((++n != 3)) || case $app in
		killed) kill -KILL "$(role_awaited eyes)" ;;
		other-stream)
			echo 'GET /health 200' |
				"$BUILT/tests/support/dockerlog" -s stdout "$log"
			;;
		esac
		pause "$begun" "${pauses[$app]}"
	done <"$stage/p3018"
}
sleep 7
for app in "${!pauses[@]}"; do
	write_slowly "$app" &
	writers+=($!)
done
wait "${writers[@]}"
found()
{
	lm incidents --json | jq -es --argjson n "${#pauses[@]}" \
		'[.[] | select(.class == "failed-migration" and .count == 1)] |
			length == $n'
}
wait_for 20 found || bad "found: $(lm incidents)"
shown "a message written line by line, with pauses up to 0.9 s: found ${#pauses[@]} times"
agent_stop
