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
for app in shop bakery cafe; do
	stage_pending "$app"
done
echo 'until Monday' >"$stage/etc/note"
agent_start
id=0
for app in shop bakery cafe; do
	id=$((id + 1))
	mv "$stage/etc/note" "$stage/etc/freeze"
	app_fails "$app"
	state_is $id waiting
	mv "$stage/etc/freeze" "$stage/etc/note"
	state_is $id resolved 60
	! goes_on_at_once $id waiting || break
done
goes_on_at_once $id waiting || bad "only asked again, it went on: $(lm show $id)"
shown 'the freeze file came by a rename, and a mend waited; it went: mended at once'
agent_stop

# Without the folder there is nothing to watch, and no trouble.
rm "$stage/etc/note"
rmdir "$stage/etc"
stage_pending other
agent_start
app_fails other
id=$((id + 1))
state_is $id resolved
shown 'its folder is not there: nothing to watch, and a fault was mended'
agent_stop
