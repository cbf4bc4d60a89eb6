#!/bin/bash
# Sixty tables that never were: twenty incidents that wait, one more for each of
# those that were looked at in vain, one for all the rest, twelve diagnoses, and
# hardly a message.
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
	sed "s/AnalyticsEvent/Forged$i/g" "$captured"
done >"$stage/forged"
stage_log shop "$stage/forged"
all() { lm incidents --json | jq -s "$1"; }
counted() { [[ $(all 'map(.count) | add') == 60 ]]; }
wait_for 60 counted || bad 'not every fault was counted'
n=$(all length)
((n >= 21 && n <= 33)) || bad "$n incidents"
rest=$(all 'map(select(.object.table == null))[0].id')
expect 'in the one for the rest' "$(show "$rest" .count)" $((61 - n))
shown 'sixty faults that never were: twenty incidents wait, and one counts the rest'
state_is "$rest" reported
looked() { [[ $(all 'map(select(.cause == "unknown")) | length') == 12 ]]; }
wait_for 60 looked || bad 'not twelve were diagnosed'
waits=$(all 'map(select(.state == "open"))[0].id')
wait_until "$waits" '[.timeline[] | select(.text | contains("12 times"))] |
	length == 1'
shown 'twelve of them were looked at, another one says why it waits'
told() { jq -r '.text | split("\n")[0]' "$stage/notices"; }
# About the first unknown cause and about the flood; not about each.
told_once() { (($(told | grep -c unknown) >= 1)); }
wait_for 20 told_once || bad 'nobody is told of an unknown cause'
expect 'messages about unknown causes' "$(told | grep -c unknown)" 1
(($(told | wc -l) <= 3)) || bad "too many messages: $(told)"
shown 'one message about an unknown cause, three messages at the most'
agent_stop
