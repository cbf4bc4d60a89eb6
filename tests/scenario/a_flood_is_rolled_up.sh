#!/bin/bash
# Sixty tables that never were, in a second: twenty incidents and one for all
# the rest, twelve diagnoses, and hardly a message.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy act
stage_pending shop
agent_start
captured=$TOP/tests/data/prisma/p2021-5.22.0-rust
captured=$captured/console-error.NODE_ENV_production.stderr
for i in {1..60}; do
	sed "s/AnalyticsEvent/Forged$i/g" "$captured" >"$stage/forged"
	stage_log shop "$stage/forged"
done
all() { lm incidents --json | jq -s "$1"; }
counted() { [[ $(all 'map(.count) | add') == 60 ]]; }
wait_for 60 counted || bad 'not every fault was counted'
expect incidents "$(all length)" 21
expect 'in the one for the rest' "$(show 21 .count)" 40
shown 'sixty faults that never were: twenty incidents, and one that counts the other forty'
state_is 21 reported
looked() { [[ $(all 'map(select(.cause == "unknown")) | length') == 12 ]]; }
wait_for 60 looked || bad 'not twelve were diagnosed'
wait_until 13 '[.timeline[] | select(.text | contains("12 times"))] | length == 1'
state_is 13 open
shown 'twelve of them were looked at, the thirteenth says why it waits'
told() { jq -r '.text | split("\n")[0]' "$stage/notices"; }
# About the first unknown cause and about the flood; not about each.
expect 'messages about unknown causes' "$(told | grep -c unknown)" 1
(($(told | wc -l) <= 3)) || bad "too many messages: $(told)"
shown 'one message about an unknown cause, three messages at the most'
agent_stop
