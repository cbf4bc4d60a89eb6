#!/bin/bash
# What waits for the end of a pause goes on at once when it ends, approved or not.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy act
for app in shop bakery cafe; do
	stage_pending "$app"
done
agent_start
id=0
for app in shop bakery cafe; do
	id=$((id + 1))
	expect_status 0 lm pause
	app_fails "$app"
	state_is $id waiting
	expect_status 0 lm resume
	says 'resumed: it was paused since '
	state_is $id resolved 60
	has_table "$app" AnalyticsEvent || bad 'the table was not created'
	! goes_on_at_once $id waiting || break
done
goes_on_at_once $id waiting || bad "only asked again, it went on: $(lm show $id)"
shown 'paused: a fault was found, and its mend waited; resumed: mended at once'
expect_status 0 lm resume
says 'it was not paused: nothing has changed'
shown 'a resume without a pause says so'

# Approved while paused: held, and gone on with when the pause ends.
agent_stop
sed -i 's/^mode = act/mode = ask/' "$stage/logmend.conf"
for app in other third last; do
	stage_pending "$app"
done
agent_start
for app in other third last; do
	id=$((id + 1))
	app_fails "$app"
	state_is $id awaiting-approval
	expect_status 0 lm pause
	expect_status 0 lm approve $id "$(show $id .approval.code)"
	wait_until $id '[.timeline[] | select(.text | startswith("paused"))] |
		length == 1'
	expect_status 0 lm resume
	state_is $id resolved 60
	expect attempts "$(show $id '.attempts | length')" 1
	! goes_on_at_once $id paused || break
done
goes_on_at_once $id paused || bad "only asked again, it went on: $(lm show $id)"
shown 'approved while paused: held, and said so once'
shown 'resumed: what was approved was done at once, in one attempt'
agent_stop
