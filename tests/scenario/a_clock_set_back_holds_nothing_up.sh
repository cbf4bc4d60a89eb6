#!/bin/bash
# The clock is set back by a day while an incident is in its quiet period: it
# ends as if it had not been. (Forward is not tried: libfaketime shifts monotonic
# timers too, below zero on a machine that was started less long ago.)
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

need faketime
library=$(compgen -G '/usr/lib/*/faketime/libfaketime.so.1' | head -n 1)
[[ -n $library ]] || skip 'libfaketime is missing'
! grep -q __asan_init "$LOGMEND" || skip 'a sanitizer bears no preloading'

stage_open
stage_policy act
sed -i 's/^quiet = .*/quiet = 70s/' "$stage/logmend.conf"
stage_pending shop
set_clock() { echo "$1" >"$stage/new" && mv "$stage/new" "$stage/clock"; }
set_clock +0
export FAKETIME_TIMESTAMP_FILE=$stage/clock FAKETIME_NO_CACHE=1
export FAKETIME_DONT_FAKE_MONOTONIC=1
LD_PRELOAD=$library agent_start
app_fails shop
state_is 1 verifying
set_clock -1d
state_is 1 resolved 150
expect attempts "$(show 1 '.attempts | length')" 1
agent_stop
