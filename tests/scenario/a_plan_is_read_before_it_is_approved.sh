#!/bin/bash
# A plan that is longer than its question: what the guard did not pass is named in
# the message, and only who had every byte printed may approve it.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy ask
stage_pending shop
script=$stage/shop/prisma/migrations/$the_fifth/migration.sql
{
	for ((i = 1; i <= 40; i++)); do
		printf 'CREATE TABLE "Kept%d" (\n\t"id" TEXT NOT NULL PRIMARY KEY\n);\n' $i
	done
	echo "DO \$\$ BEGIN -- $(printf 'x%.0s' {1..2000})"
	echo " EXECUTE 'DROP ' || 'TABLE \"Kept1\"'; -- the very end"
	echo 'END $$;'
} >>"$script"
agent_start
app_fails shop
state_is 1 awaiting-approval
code=$(show 1 .approval.code)

asked() { grep -q "logmend approve 1 $code" "$stage/notices"; }
wait_for 20 asked || bad 'no notice has the line to approve it'
question=$(grep "logmend approve 1 $code" "$stage/notices")
[[ $question == *"! statement "*" of $the_fifth (DO) runs code"* ]] ||
	bad "the question does not name the DO: $question"
[[ $question == *'longer than fits here'*'logmend show 1 --plan'* ]] ||
	bad "the question does not say that it is cut: $question"
shown 'the question names the DO, though it is the last of many statements'

expect_status 1 lm approve 1 "$code"
refusal=$(lm approve 1 "$code" 2>&1 || true)
[[ $refusal == *'logmend show 1 --plan'* ]] ||
	bad "the refusal does not say how the plan is read: $refusal"
state_is 1 awaiting-approval
shown 'approved unread: refused, and it is said how it is read'

lm show 1 --plan >"$stage/plan"
# Every line of the script stands there, behind its number.
sed 's/\\/\\\\/g; s/\t/\\t/g' "$script" >"$stage/wanted"
sed -n "/^migration $the_fifth/,\$s/^ *[0-9]* *[#0-9-]* | //p" "$stage/plan" >"$stage/listed"
cmp "$stage/wanted" "$stage/listed" >&2 || bad 'the listing is not the script'
[[ $(head -3 "$stage/plan") == *'! statement '*' (DO) runs code'* ]] ||
	bad 'the listing does not begin with what the guard did not pass'
[[ $(lm show 1 --plan --json | jq -r .listing) == "$(tail -n +2 "$stage/plan")" ]] ||
	bad 'the listing in JSON is another one'
shown 'the listing has every line of the script, the doubt first'

lm approve 1 "$code" >/dev/null
state_is 1 resolved 60
shown 'approved after it was printed: mended'
agent_stop
