#!/bin/bash
# Rule files that are changed, added or removed while logmend runs change nothing
# before it is started again, and status names them.
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
eyes=$(role_pid eyes)
kill -KILL "$eyes"
app_fails shop
one() { [[ $(lm incidents --json | jq -s length) == "$1" ]]; }
wait_for 30 one 1 || bad 'new eyes do not read'
pid=$(role_pid eyes)
expect 'how often eyes ended' "$(grep -c 'eyes ended' "$stage/agent.log")" 1
[[ $(changes) == *"$stage/rules/mine.rules changed"* &&
	$(changes) == *"$stage/rules/zzz.rules is new"* &&
	$(changes) == *"$stage/rules/node.rules is gone"* ]] ||
	bad "not every change is named: $(changes)"
[[ $(lm status) == *'restart logmend to use them'*'mine.rules changed'* ]] ||
	bad "people are not told: $(lm status)"
shown 'eyes go on with the rules that logmend was started with, and status names the files'

echo 'no space left on more' >"$stage/text"
stage_log shop "$stage/text"
echo 'no space left on mine' >"$stage/text"
stage_log shop "$stage/text"
wait_for 30 one 2 || bad 'the rule that was loaded is not there'
expect 'the rule' "$(show 2 .rule)" mine
expect 'faults of it' "$(show 2 .count)" 1
expect 'eyes' "$(role_pid eyes)" "$pid"
rm "$stage/rules/zzz.rules"
agent_stop
agent_start
expect 'changes after a restart' "$(changes)" ''
stage_log shop "$stage/text"
sed -i s/mine/more/ "$stage/text"
stage_log shop "$stage/text"
more() { [[ $(show 2 .count) == 3 ]]; }
wait_for 30 more || bad 'the new rule is not used after a restart'
shown 'after a restart they are used'
agent_stop
