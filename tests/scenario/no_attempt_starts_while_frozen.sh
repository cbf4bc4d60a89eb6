#!/bin/bash
# The freeze file and `logmend pause` hold attempts back, also over a restart; and
# afterwards it goes on.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
stage_policy act
stage_pending shop
stage_pending other
agent_start
touch "$stage/freeze"
app_fails shop
state_is 1 waiting
expect action "$(show 1 .decision.action)" wait
show 1 .decision.reason | grep -qiE 'fr[eo]ze' ||
	bad 'the reason does not name the freeze'
agent_stop
agent_start
has_table shop AnalyticsEvent && bad 'mended in spite of the freeze file'
rm "$stage/freeze"
state_is 1 resolved 90

lm pause
app_fails other
state_is 2 waiting
show 2 .decision.reason | grep -qi pause ||
	bad 'the reason does not name the pause'
agent_stop
agent_start
has_table other AnalyticsEvent && bad 'mended in spite of the pause'
lm resume
state_is 2 resolved 90
agent_stop
