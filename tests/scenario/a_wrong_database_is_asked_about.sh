#!/bin/bash
# A fault that the log shows again and again, and the database never: the third
# time people are asked once whether that is the app's database.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"

stage_open
clocks_open
[[ -n $clocks ]] || skip 'a sanitizer bears no preloading'
receiver_start
stage_policy report
stage_pending shop
PGDATABASE=shop pg_do -c 'SET ROLE app' -f "$stage/shop/prisma/migrations/$the_fifth/migration.sql"
agent_start
times() { [[ $(show 1 '[.timeline[] | select(.kind == "state" and
	(.text | startswith("not-confirmed")))] | length') == "$1" ]]; }
for ((i = 1; i <= 5; i++)); do
	app_fails shop
	wait_for 60 times "$i" || bad "it is not looked at the ${i}th time:
$(lm show 1)"
	((i > 2)) || [[ ! -s $stage/notices ]] || bad "somebody was told too soon: $(cat "$stage/notices")"
	time_passes $((20000))
done
asked() { grep -q "is that the app's database?" "$stage/notices"; }
wait_for 20 asked || bad 'nobody is asked'
expect 'messages' "$(wc -l <"$stage/notices")" 1
grep -q 'Database: .*/shop' "$stage/notices" || bad 'which one is not told'
shown 'the third time people are asked whether it is the right database, once'
agent_stop
