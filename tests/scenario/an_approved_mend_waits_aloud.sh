#!/bin/bash
# What was approved and is held up by the freeze file says so, also where it was
# held up by it once before; and it goes on when the file is gone.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy ask
stage_pending shop
touch "$stage/freeze"
agent_start
app_fails shop
state_is 1 waiting
rm "$stage/freeze"
agent_stop
agent_start
state_is 1 awaiting-approval 60
touch "$stage/freeze"
frozen='[.timeline[] | select(.kind == "decision") | .text |
	select(startswith("frozen"))] | length'
before=$(show 1 "$frozen")
lm approve 1 "$(show 1 .approval.code)"
wait_until 1 "($frozen) > $before"
expect_status 0 lm show 1
says 'frozen: no attempt starts'
has_table shop AnalyticsEvent && bad 'mended in spite of the freeze file'
rm "$stage/freeze"
lm resume
state_is 1 resolved 60
agent_stop
