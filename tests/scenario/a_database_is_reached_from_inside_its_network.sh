#!/bin/bash
# A database without any address on this host, on an overlay network that is
# --internal, on a real Docker Engine in swarm mode: hands enter the network of
# captain-nginx, and where that is gone the one of Docker's load balancer. One that
# is removed in the middle of a mend takes the connection along, and what became of
# the mend is found out through the other.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

db=srv-captain--db
secret=Kd93hZq7wmT4
swarm_stage
receiver_start
stage_policy ask '' 'lock-timeout = 40s
statement-timeout = 40s
deadline = 60s'
pg_do -c "ALTER ROLE app PASSWORD '$secret'"
apps=(shop mart bazaar)
for app in "${apps[@]}"; do
	pg_database "$app" app first_four
	# shellcheck disable=SC2086,SC2154 # several names
	prisma_folder "$stage/$app/prisma/migrations" $first_four "$the_fifth"
done
swarm_open --internal
swarm_database "$db"
! swarm_address "$db" 2>/dev/null || bad 'the database has an address here'

inside=$stage/inside
mkdir -p "$inside/usr/src/app"
cp "$TOP/tests/data/prisma/p2021-5.22.0-rust/console-error.NODE_ENV_production.stderr" \
	"$inside/usr/src/app/said"
swarm_image lab/app:1 "$inside" 'WORKDIR /usr/src/app'
url() { echo "postgresql://app:$secret@$db:5432/$1?schema=public"; }
for app in "${apps[@]}"; do
	mkdir "$stage/$app/fails"
	swarm_service "srv-captain--$app" lab/app:1 \
		--env "DATABASE_URL=$(url "$app")" \
		--mount "type=bind,source=$stage/$app/fails,target=/fails" -- \
		sh -c 'while :; do if rm /fails/now 2>/dev/null; then cat said >&2; fi; sleep 0.1; done'
	stage_config "[app $app]
database-url = container
migrations = $stage/$app/prisma/migrations
policy = p
remedy.missing-table = prisma
notify = local"
done
fails() { touch "$stage/$1/fails/now"; }
code() { show "$1" .approval.code; }
nginx_starts()
{
	swarm_service captain-nginx lab/app:1 -- \
		sh -c 'while :; do sleep 1; done'
}
is_gone() { ! swarm_container captain-nginx; }
nginx_goes()
{
	docker service rm captain-nginx >/dev/null
	wait_for 60 is_gone || bad 'captain-nginx did not end'
}

nginx_starts
expect_status 0 lm check-config
says 'database of shop: reached through the network of captain-nginx'
expect_status 0 lm diagnose shop missing-table AnalyticsEvent
says "target: $db:5432/shop, schema public"
says 'reached through the network of captain-nginx'
says 'cause:  pending-migration'
lm doctor >"$stage/doctor" 2>&1 || true
grep -qF 'reached through the network of captain-nginx' \
	<(tr -s '\n ' ' ' <"$stage/doctor") || {
	cat "$stage/doctor"
	bad 'doctor does not say how the database is reached'
}
shown 'a database without an address here is looked at through captain-nginx'

output=$(setpriv --bounding-set=-sys_admin "$LOGMEND" -c "$stage/logmend.conf" \
	diagnose shop missing-table AnalyticsEvent 2>&1) || true
says 'cause:  unreachable'
says "$db runs on this node, and has no address"
says '/reach.conf has what the service lacks'
shown 'without the right to enter a network, the drop-in is named that gives it'

agent_start
fails shop
state_is 1 awaiting-approval 90
expect rehearsal "$(show 1 .rehearsal.outcome)" passed
lm approve 1 "$(code 1)" >/dev/null
state_is 1 resolved 90
has_table shop AnalyticsEvent || bad 'the table is not there'
expect attempts "$(show 1 '.attempts | length')" 1
shown 'and is rehearsed and mended there'

nginx_goes
expect_status 0 lm diagnose mart missing-table AnalyticsEvent
says "reached through the network of Docker's load balancer"
fails mart
state_is 2 awaiting-approval 90
# The database gets another address between rehearsal and mend.
address()
{
	docker network inspect "$swarm_network" | jq -er \
		".[0].Containers[\"$(swarm_container "$db")\"].IPv4Address"
}
has_no_database() { ! swarm_container "$db"; }
before=$(address)
docker service scale -d "$db=0" >/dev/null
wait_for 60 has_no_database || bad 'the database did not end'
swarm_service taker lab/app:1 -- sh -c 'while :; do sleep 1; done'
docker service scale -d "$db=1" >/dev/null
swarm_awaits "$db"
wait_for 60 swarm_psql_answers || bad 'PostgreSQL does not answer'
[[ $(address) != "$before" ]] || bad "the address is $before as before"
lm approve 2 "$(code 2)" >/dev/null
state_is 2 resolved 90
has_table mart AnalyticsEvent || bad 'the table is not there'
shown "without it hands go through the network of Docker's load balancer"
shown 'the database was deployed anew, at another address, before the mend'

nginx_starts
fails bazaar
state_is 3 awaiting-approval 90
hold_lock bazaar
lm approve 3 "$(code 3)" >/dev/null
wait_for 60 mend_waits bazaar || bad 'the mend did not come to the lock'
nginx_goes
# Both sides notice that nobody is there any more.
wait_until 3 '.state | IN("failed", "resolved", "in-doubt")' 240
release_lock
expect attempts "$(show 3 '.attempts | length')" 1
outcome=$(show 3 '.attempts[0].outcome')
case $outcome in
applied) has_table bazaar AnalyticsEvent ;;
not-applied) ! has_table bazaar AnalyticsEvent ;;
*) bad "the outcome is $outcome" ;;
esac || bad "the outcome is $outcome, and the table says otherwise"
shown "the network went in the middle of a mend: it ended, and is told as $outcome"

agent_stop
! grep -rqF "$secret" "$stage/state" "$stage/notices" "$stage/agent.log" ||
	bad 'the password got out of the container'
shown 'the password is in no file, message or log of logmend'
