#!/bin/bash
# Rule files that are changed, added or removed while logmend runs change nothing
# before they are loaded, and status names them.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
cp -R "$TOP/rules" "$stage/rules"
sed -i "s|^rules = .*|rules = $stage/rules|" "$stage/logmend.conf"
printf '[rule mine]\nclass = disk-full\nmatch = no space left on mine\n' \
	>"$stage/rules/mine.rules"
stage_policy report
stage_pending shop
agent_start
changes() { lm status --json | jq -r '.rules_changed[]'; }
expect 'changes at first' "$(changes)" ''

printf '\n[rule more]\nclass = disk-full\nmatch = no space left on more\n' \
	>>"$stage/rules/mine.rules"
rm "$stage/rules/node.rules"
cp "$stage/rules/postgres.rules" "$stage/rules/zzz.rules"
eyes=$(role_awaited eyes)
kill -KILL "$eyes"
app_fails shop
one() { [[ $(lm incidents --json | jq -s length) == "$1" ]]; }
wait_for 30 one 1 || bad 'new eyes do not read'
pid=$(role_awaited eyes)
expect 'how often eyes ended' "$(grep -c 'eyes ended' "$stage/agent.log")" 1
[[ $(changes) == *"$stage/rules/mine.rules changed"* &&
	$(changes) == *"$stage/rules/zzz.rules is new"* &&
	$(changes) == *"$stage/rules/node.rules is gone"* ]] ||
	bad "not every change is named: $(changes)"
[[ $(lm status) == *'logmend reload'*'uses them'*'mine.rules changed'* ]] ||
	bad "people are not told: $(lm status)"
shown 'eyes go on with the rules that logmend was started with, and status names the files'

echo 'no space left on more' >"$stage/text"
stage_log shop "$stage/text"
echo 'no space left on mine' >"$stage/text"
stage_log shop "$stage/text"
wait_for 30 one 2 || bad 'the rule that was loaded is not there'
expect 'the rule' "$(show 2 .rule)" mine
expect 'faults of it' "$(show 2 .count)" 1
expect 'eyes' "$(role_awaited eyes)" "$pid"
rm "$stage/rules/zzz.rules"
expect_status 0 lm reload
expect 'changes after a reload' "$(changes)" ''
stage_log shop "$stage/text"
sed -i s/mine/more/ "$stage/text"
stage_log shop "$stage/text"
more() { [[ $(show 2 .count) == 3 ]]; }
wait_for 30 more || bad 'the new rule is not used after a reload'
shown 'after a reload they are used'
echo '[rule broken]' >"$stage/rules/zzz.rules"
expect_status 2 lm reload
says "$stage/rules/zzz.rules:1"
stage_log shop "$stage/text"
four() { [[ $(show 2 .count) == 4 ]]; }
wait_for 30 four || bad 'the rules of before are gone'
shown 'one that is broken is named, and the rules of before go on'
agent_stop
