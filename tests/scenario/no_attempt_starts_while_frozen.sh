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
grep -qiE 'fr[eo]ze' <<<"$(show 1 .decision.reason)" ||
	bad 'the reason does not name the freeze'
agent_stop
agent_start
has_table shop AnalyticsEvent && bad 'mended in spite of the freeze file'
shown 'the freeze file is there, also over a restart: nothing was done'
rm "$stage/freeze"
state_is 1 resolved 90
shown 'it went: mended'

lm pause >/dev/null
app_fails other
state_is 2 waiting
grep -qi pause <<<"$(show 2 .decision.reason)" ||
	bad 'the reason does not name the pause'
agent_stop
agent_start
has_table other AnalyticsEvent && bad 'mended in spite of the pause'
shown 'paused, also over a restart: nothing was done'
lm resume >/dev/null
state_is 2 resolved 90
shown 'resumed: mended'
agent_stop
