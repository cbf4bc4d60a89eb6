#!/bin/bash
# What was approved and is held up by the freeze file says so, also where it was
# held up by it once before; and it goes on when the file is gone.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
stage_policy ask
stage_pending shop
touch "$stage/freeze"
agent_start
app_fails shop
state_is 1 waiting
agent_stop
rm "$stage/freeze"
agent_start
time_passes 30
state_is 1 awaiting-approval 60
touch "$stage/freeze"
frozen='[.timeline[] | select(.kind == "decision") | .text |
	select(startswith("frozen"))] | length'
before=$(show 1 "$frozen")
lm approve 1 "$(show 1 .approval.code)" >/dev/null
wait_until 1 "($frozen) > $before"
expect_status 0 lm show 1
says 'frozen: no attempt starts'
shown 'approved and frozen: the incident says so once more'
has_table shop AnalyticsEvent && bad 'mended in spite of the freeze file'
shown 'it was not mended meanwhile'
rm "$stage/freeze"
lm resume >/dev/null
state_is 1 resolved 60
shown 'the freeze file went: mended'
agent_stop
