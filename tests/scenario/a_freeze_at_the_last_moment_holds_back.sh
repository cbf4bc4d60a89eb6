#!/bin/bash
# A mend waits for a lock in the middle of its last statement. Whoever freezes or
# pauses then is in time: it is rolled back, nothing of it is there, the notice
# says who did it, and afterwards the mend happens once. The same where head was
# killed in between, and where the agent does not run at all.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy act 'attempts = 1/h, 1/d' 'lock-timeout = 60s
statement-timeout = 60s
deadline = 60s'
apps='frozen paused orphaned offline asked'
for app in $apps; do
	stage_pending "$app"
done

# comes_to_the_lock APP: its fault, up to the lock; the incident in $id.
id=0
comes_to_the_lock()
{
	id=$((id + 1))
	hold_lock "$1"
	before=$(prisma_history "$1")
	app_fails "$1"
	wait_for 60 mend_waits "$1" ||
		{ lm show "$id"; bad "the mend of $1 did not come to the lock"; }
}
# nothing_changed APP TEXT: held back, by whom, and production as it was.
nothing_changed()
{
	state_is "$id" waiting 60
	wait_until "$id" '.attempts[0].outcome == "held-back"'
	[[ $(show "$id" .decision.reason) == *'nothing was changed'*"$2"* ]] ||
		bad "the reason is: $(show "$id" .decision.reason)"
	! has_table "$1" AnalyticsEvent || bad "$1 was mended all the same"
	expect "$1's history" "$(prisma_history "$1")" "$before"
	told() { [[ $(grep -F "$1:" "$stage/notices") == *"$2"* ]]; }
	wait_for 15 told "$1" "$2" || bad "nobody was told about $1: $2"
}
# mended_once APP: by itself, for what was held back counts for nothing.
mended_once()
{
	state_is "$id" resolved 60
	expect 'attempts' "$(show "$id" '[.attempts[].outcome] | join(" ")')" \
		'held-back applied'
	expect "migrations of $1" \
		"$(prisma_history "$1" | grep -c "^$the_fifth|")" 1
}

agent_start
comes_to_the_lock frozen
touch "$stage/freeze"
release_lock
nothing_changed frozen "the freeze file $stage/freeze is there, of"
shown 'frozen while it waited: rolled back, nothing is there, who froze is told'
rm "$stage/freeze"
mended_once frozen
shown 'thawed: mended once, though the policy allows one attempt a day'

comes_to_the_lock paused
expect_status 0 lm pause
release_lock
nothing_changed paused "paused by $(id -un) (uid $(id -u))"
shown 'paused while it waited: the same'
expect_status 0 lm resume
mended_once paused
shown 'resumed: mended once'

# Its head is killed, and the next one has no socket to it.
comes_to_the_lock orphaned
agent_kill
agent_start
expect_status 0 lm pause
release_lock
nothing_changed orphaned 'paused by'
shown 'head was killed, and the next one paused: the same'
expect_status 0 lm resume
mended_once orphaned

# Nobody runs but the hands. Where no daemon answers only root can pause; whoever
# cannot is told, and freezes.
comes_to_the_lock offline
hands=$(role_pid hands) || bad 'no hands are there'
agent_kill
if ((EUID == 0)); then
	expect_status 0 lm pause
	by='paused by'
else
	expect_status 3 lm pause
	says 'not running: no daemon answers'
	touch "$stage/freeze"
	by="the freeze file $stage/freeze is there, of"
fi
release_lock
wait_for 30 is_over "$hands" || bad 'the hands do not end'
! has_table offline AnalyticsEvent || bad 'offline was mended all the same'
agent_start
nothing_changed offline "$by"
shown 'stopped while only hands ran: the same'
rm -f "$stage/freeze"
expect_status 0 lm resume
mended_once offline

# The configuration takes the permission back.
comes_to_the_lock asked
sed -i 's/^mode = act/mode = ask/' "$stage/logmend.conf"
release_lock
nothing_changed asked 'now says mode ask'
shown 'the configuration no longer allows it while it waited: the same'
agent_stop
agent_start
lm resume >/dev/null # what waits is due
state_is "$id" awaiting-approval 60
lm approve "$id" "$(show "$id" .approval.code)" >/dev/null
mended_once asked
shown 'asked and approved: mended once'
agent_stop
