#!/bin/bash
# A database that is known in Docker's own network alone is looked at and mended,
# on a real Docker Engine in swarm mode: its URL comes out of the app's container,
# and its address from Docker, anew before each connection. It gets another address
# between rehearsal and mend, and once another server takes its name: that one is
# left alone. The password is nowhere but in the container.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

db=srv-captain--db
secret=Kd93hZq7wmT4
swarm_stage
receiver_start
stage_policy ask
pg_do -c "ALTER ROLE app PASSWORD '$secret'"
pg_database shop app first_four
# shellcheck disable=SC2086,SC2154 # several names
prisma_folder "$stage/shop/prisma/migrations" $first_four "$the_fifth"
swarm_open
swarm_database "$db"

swarm_shop "$db" "$secret"
lm check-config >/dev/null 2>&1 || bad 'the configuration is refused'

expect_status 0 lm diagnose shop missing-table AnalyticsEvent
says "target: $db:5432/shop, schema public"
says 'cause:  pending-migration'
shown 'the database of an app is looked at through its name in the network of Docker'

agent_start
swarm_shop_fails
state_is 1 awaiting-approval 90
expect rehearsal "$(show 1 .rehearsal.outcome)" passed
shown 'the plan was rehearsed there'

# Another server takes the name: the code is for the one that was looked at.
takes_the_name()
{
	docker service rm "$db" >/dev/null
	wait_for 60 is_gone || bad 'the database did not end'
	pg_folder=$1 PGHOST=$1
	[[ -d $1/data ]] || pg_cluster_make stage_cluster
	swarm_database "$db"
}
is_gone() { ! swarm_container "$db"; }
code() { show 1 .approval.code; }
# The code is void, and there is a new one.
is_void()
{
	local old
	old=$(code)
	lm approve 1 "$old" >/dev/null
	wait_until 1 ".state == \"awaiting-approval\" and
		.approval.code != \"$old\"" 90
	expect attempts "$(show 1 '.attempts | length')" 0
	has_table shop AnalyticsEvent && bad 'the table was created' || true
}
mine=$pg_folder other=$pg_folder/other
mkdir -m 0755 "$other"
chown "$pg_owner:" "$other"
takes_the_name "$other"
pg_do -c "ALTER ROLE app PASSWORD '$secret'"
pg_database shop app first_four
is_void
shown 'another server had taken its name: the approval does not count for that one'
takes_the_name "$mine"
is_void
shown 'the first server again, and its plan is asked for anew'

# The same server at another address.
before=$(swarm_address "$db")
docker service scale -d "$db=0" >/dev/null
wait_for 60 is_gone || bad 'the database did not end'
swarm_service taker lab/shop:1 -- sh -c 'while :; do sleep 1; done'
docker service scale -d "$db=1" >/dev/null
swarm_awaits "$db"
wait_for 60 swarm_psql_answers || bad 'PostgreSQL does not answer'
after=$(swarm_address "$db")
[[ $before != "$after" ]] || bad "the address is $before as before"
lm approve 1 "$(code)" >/dev/null
state_is 1 resolved 90
has_table shop AnalyticsEvent || bad 'the table is not there'
expect attempts "$(show 1 '.attempts | length')" 1
shown 'it was deployed anew, at another address, between rehearsal and mend: mended'

expect_status 0 lm show 1
agent_stop
! grep -rqF "$secret" "$stage/state" "$stage/notices" "$stage/agent.log" ||
	bad 'the password got out of the container'
shown 'the password is in no file, message or log of logmend'
