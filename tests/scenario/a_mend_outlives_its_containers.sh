#!/bin/bash
# A real Docker Engine in swarm mode takes containers away while hands mend: that of
# the app, whose service is scaled to none, deployed again or removed, and that of the
# database, which is killed and deployed again. Each mend ends within its deadline,
# each end is true, and none was tried twice.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

db=srv-captain--db
apps='scaled deployed removed killed'
swarm_stage
clocks_open
[[ -n $clocks ]] || skip 'a sanitizer bears no preloading'
stage_policy act 'attempts = 100/h, 100/d' 'lock-timeout = 4m
statement-timeout = 4m
deadline = 5m'
for app in $apps; do
	pg_database "$app" app first_four
	stage_config "[app $app]
database-url = container
migrations = container
policy = p
remedy.missing-table = prisma"
done
swarm_open
swarm_database "$db"

root=$stage/app/usr/src/app
mkdir -p "$root" "$stage/fails"
# shellcheck disable=SC2086,SC2154 # several names
prisma_folder "$root/prisma/migrations" $first_four "$the_fifth"
cp "$moving/schema.prisma" "$root/prisma/"
cp "$TOP/tests/data/prisma/p2021-5.22.0-rust/console-error.NODE_ENV_production.stderr" \
	"$root/said"
swarm_image lab/app:1 "$stage/app" 'WORKDIR /usr/src/app'
# It says the fault when it is told to.
starts()
{
	swarm_service "srv-captain--$1" lab/app:1 --stop-grace-period 1s \
		--env "DATABASE_URL=postgresql://app:app@$db:5432/$1?schema=public" \
		--mount "type=bind,source=$stage/fails,target=/fails" -- sh -c \
		"while :; do if rm /fails/$1 2>/dev/null; then cat said >&2; fi; sleep 0.1; done"
}

is_gone() { ! swarm_container "$1"; }
known() { [[ -n $(incident "$1" missing-table) ]]; }
# begins APP: its mend waits in its middle; sets `id`.
begins()
{
	hold_lock "$1"
	touch "$stage/fails/$1"
	wait_for 60 known "$1" || bad "$1: no fault is told"
	id=$(incident "$1" missing-table)
	wait_for 60 mend_waits "$1" || { lm show "$id"; bad "$1: no mend waits"; }
}
# Other jobs come and go.
none_is_at_it() { ! pgrep -f -- "--role=hands.*$stage/"; }
# ends APP ID STATE TABLE: it is true, and there was one attempt.
ends()
{
	local app=$1 id=$2 there=no
	state_is "$id" "$3" 240
	! has_table "$app" AnalyticsEvent || there=yes
	expect "$app: the table" "$there" "$4"
	expect "$app: attempts" "$(show "$id" '.attempts | length')" 1
	expect "$app: rows" "$(prisma_history "$app" | grep -c "^$the_fifth|")" 1
	wait_for 60 none_is_at_it || bad "$app: hands do not end"
}

for app in $apps; do
	starts "$app"
done
agent_start

begins scaled
docker service scale -d srv-captain--scaled=0 >/dev/null
wait_for 60 is_gone srv-captain--scaled || bad 'the app is not gone'
docker container prune -f >/dev/null
release_lock
ends scaled "$id" resolved yes
shown 'the app was scaled to none in mid-mend: mended'

begins deployed
old=$(swarm_container srv-captain--deployed)
docker service update -d --force srv-captain--deployed >/dev/null
is_new()
{
	local now
	now=$(swarm_container srv-captain--deployed) && [[ $now != "$old" ]]
}
wait_for 60 is_new || bad 'the app is not deployed again'
docker container prune -f >/dev/null
release_lock
ends deployed "$id" resolved yes
shown 'the app was deployed again in mid-mend: mended'

begins removed
docker service rm srv-captain--removed >/dev/null
wait_for 60 is_gone srv-captain--removed || bad 'the app is not gone'
release_lock
has_it() { has_table removed AnalyticsEvent; }
wait_for 60 has_it || { lm show "$id"; bad 'the mend did not go on'; }
state_is "$id" verifying 60
time_passes 960
ends removed "$id" in-doubt yes
output=$(lm show "$id")
says 'the database could not be probed again'
starts removed
time_passes 600
ends removed "$id" resolved yes
output=$(lm show "$id")
says 'the probe no longer shows the fault: attempt 1, which nobody could verify then'
shown 'the app was removed in mid-mend: in doubt until its service is there again'

# --- the database ----------------------------------------------------------------
begins killed
old=$(swarm_container "$db")
docker kill "$old" >/dev/null
release_lock
is_up()
{
	local now
	now=$(swarm_container "$db") && [[ $now != "$old" ]] && swarm_psql_answers
}
wait_for 90 is_up || bad 'the database does not come back'
ends killed "$id" failed no
expect 'what is left of it in the history' "$(prisma_history killed |
	awk -F'|' -v name="$the_fifth" '$1 == name { print $3, $4 }')" 'f t'
agent_stop
shown 'the database was killed in mid-mend and came back: nothing of it is there, and no deploy is blocked'
