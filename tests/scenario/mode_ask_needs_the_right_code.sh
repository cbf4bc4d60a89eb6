#!/bin/bash
# Mode ask: rehearsed, asked, and only the code of this very plan says yes.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy ask
stage_pending shop
stage_pending other
agent_start
app_fails shop
state_is 1 awaiting-approval
code=$(show 1 .approval.code)
[[ $code =~ ^[0-9a-f]{8}$ ]] || bad "no code but '$code'"
asked() { grep -q "logmend approve 1 $code" "$stage/notices"; }
wait_for 20 asked || bad 'no notice has the line to approve it'
has_table shop AnalyticsEvent && bad 'it did not wait for the answer'
# The rehearsal left nothing behind.
expect databases "$(pg_do -c "SELECT count(*) FROM pg_database
	WHERE datname NOT IN ('postgres', 'template0', 'template1', 'first_four',
	'shop', 'other')")" 0
shown 'asked with a code of eight digits; the rehearsal left nothing behind'

expect_status 1 lm approve 1 00000000
expect_status 1 lm approve 99 "$code"
expect_status 2 lm approve 1
state_is 1 awaiting-approval
shown 'a mend was approved with the wrong code: refused'
lm approve 1 "$code" >/dev/null
state_is 1 resolved 60
has_table shop AnalyticsEvent || bad 'the table was not created'
expect attempts "$(show 1 '.attempts | length')" 1
[[ $(show 1 .approval.approved_by) != null ]] || bad 'nobody approved it?'
expect action "$(show 1 .decision.action)" ask
[[ $(show 1 .decision.reason) == *"approved by "*"with code $code" ]] ||
	bad "the decision does not tell who approved it: $(show 1 .decision.reason)"
shown 'approved with the right code: mended, and it is known by whom'
expect_status 1 lm approve 1 "$code"
shown 'approved once more: refused'

app_fails other
state_is 2 awaiting-approval
# Another plan by now: the old code is void.
code=$(show 2 .approval.code)
echo '-- changed' >>"$stage/other/prisma/migrations/$the_fifth/migration.sql"
lm approve 2 "$code" >/dev/null || true
new_code() { [[ $(show 2 .approval.code) != "$code" ]]; }
wait_for 30 new_code || bad 'the changed plan kept its code'
state_is 2 awaiting-approval
has_table other AnalyticsEvent && bad 'the changed plan was run unread'
shown 'the script changed after it was asked about: the code is void'
lm reject 2 >/dev/null
state_is 2 rejected
has_table other AnalyticsEvent && bad 'the rejected plan was run'
lm close 2 >/dev/null
state_is 2 closed
shown 'rejected: nothing was done, and it could be closed'
agent_stop
