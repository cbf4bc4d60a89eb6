#!/bin/bash
# Two hundred tables that never were are logged first, then one that is missing
# in truth: it is diagnosed, mended and told as if it were alone.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
receiver_start
stage_policy act
stage_pending shop
stage_pending other
# Both apps use one database.
cp "$stage/shop.url" "$stage/other.url"
captured=$TOP/tests/data/prisma/p2021-5.22.0-rust
captured=$captured/console-error.NODE_ENV_production.stderr

# forge APP FROM TO [NAME]: so many records in one go.
forge()
{
	local i
	for ((i = $2; i < $3; i++)); do
		sed "s/AnalyticsEvent/${4:-Forged$i}/g" "$captured"
	done >"$stage/forged"
	stage_log "$1" "$stage/forged"
}
incident_of() { lm incidents --json | jq -s "map(select($1))"; }
real='.object.table == "AnalyticsEvent" and .app == "shop"'
the_real() { incident_of "$real" | jq -e '.[0].id'; }
counted() { [[ $(lm incidents --json | jq -s 'map(.count) | add') == "$1" ]]; }

agent_start
forge shop 0 200
forge other 0 100
forge shop 0 50 Job
app_fails shop
wait_for 60 the_real || bad 'the fault that is real has no incident of its own'
id=$(the_real)
state_is "$id" resolved 60
has_table shop AnalyticsEvent || bad 'AnalyticsEvent was not created'
expect 'its cause' "$(show "$id" .cause)" pending-migration
shown 'behind two hundred forged names the real fault is diagnosed and mended'
told() { grep -c "AnalyticsEvent" "$stage/notices"; }
has_told() { (($(told) >= 2)); }
wait_for 30 has_told || bad 'the mend was not told'
(($(wc -l <"$stage/notices") <= 8)) || bad 'the flood was told too'
shown 'it is told, and the flood hardly at all'
wait_for 60 counted 351 || bad 'not every fault was counted once'
live=$(incident_of '.state != "resolved" and .state != "not-confirmed" and
	.state != "closed"' | jq length)
# Of each app 20 that wait for a look, 20 that were looked at in vain, and the one
# that counts the rest.
((live <= 82)) || bad "$live incidents are open"
shown 'every record is counted once, and no more incidents are open than may be'
agent_stop
