#!/bin/bash
# The freeze file's folder is watched: when the file is gone, what it held up
# goes on without being asked for, and a rename brings it as well as a touch.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
mkdir "$stage/etc"
sed -i "s|^freeze-file = .*|freeze-file = $stage/etc/freeze|" \
	"$stage/logmend.conf"
stage_policy act
stage_pending shop
stage_pending bakery
echo 'until Monday' >"$stage/etc/note"
agent_start
mv "$stage/etc/note" "$stage/etc/freeze"
app_fails shop
app_fails bakery
state_is 1 waiting
state_is 2 waiting
shown 'the freeze file came by a rename: two mends wait'
# Asked again by itself after half a minute: not that is meant.
mv "$stage/etc/freeze" "$stage/etc/note"
state_is 1 resolved 15
state_is 2 resolved 15
shown 'it went: both were mended within seconds'
agent_stop

# Without the folder there is nothing to watch, and no trouble.
rm "$stage/etc/note"
rmdir "$stage/etc"
stage_pending other
agent_start
app_fails other
state_is 3 resolved
shown 'its folder is not there: nothing to watch, and a fault was mended'
agent_stop
