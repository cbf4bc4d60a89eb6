#!/bin/bash
# kill -9 of each process while a migration waits for a lock in production: one
# attempt, and an end that is true.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy act '' 'lock-timeout = 60s
statement-timeout = 60s
deadline = 60s'
apps='killed-head killed-eyes killed-hands killed-all'
for app in $apps; do
	stage_pending "$app"
done

agent_start
id=0
for app in $apps; do
	id=$((id + 1)) database=${app//-/_}
	hold_lock "$database"
	app_fails "$app"
	wait_for 60 mend_waits "$database" ||
		{ lm show "$id"; bad "the mend of $app did not come to the lock"; }
	hands=$(role_pid hands) || bad 'no hands are there'
	case $app in
	killed-head) agent_kill && agent_start ;;
	killed-eyes) kill -KILL "$(role_awaited eyes)" ;;
	killed-hands) kill -KILL "$hands" ;;
	killed-all)
		kill -KILL "$(role_awaited eyes)" "$hands"
		agent_kill
		agent_start
		;;
	esac
	release_lock
	wait_until "$id" '.state | IN("resolved", "failed", "in-doubt")' 90
	state=$(show "$id" .state)
	rows=$(prisma_history "$database" | grep -c "^$the_fifth|" || true)
	expect "attempts of $app" "$(show "$id" '.attempts | length')" 1
	((rows <= 1)) || bad "the migration was recorded $rows times"
	case $state in
	resolved) has_table "$database" AnalyticsEvent ||
		bad "$app is called resolved, and the table is missing" ;;
	failed) ! has_table "$database" AnalyticsEvent ||
		bad "$app is called failed, and the table is there" ;;
	esac
	shown "$app: $state, which is true, and $rows row(s) in Prisma's history"
done
# Hands outlive head, and eyes have no part in it.
expect killed-head "$(show 1 .state)" resolved
expect killed-eyes "$(show 2 .state)" resolved
shown 'head or eyes alone were killed: hands went on, and mended'
agent_stop
