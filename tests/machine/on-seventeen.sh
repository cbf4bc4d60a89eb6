#!/bin/bash
# Runs on a host below seventeen.sh, whose tree SEVENTEEN names: an app's database is
# a PostgreSQL 17 in a container, which the host's pg_dump cannot read. A real Docker
# Engine in swarm mode.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

db=srv-captain--db
secret=Tq61nWc0xLbE
server=/usr/lib/postgresql/17/bin
swarm_stage
receiver_start
stage_policy act
own=$("$pg_bin/pg_dump" --version)
own=${own#*PostgreSQL) }
((${own%%.*} < 17)) || bad "the host has pg_dump $own, which reads version 17"

# The tree makes the cluster, in the folder of the one that the stage has.
pg_down
rm -rf "$pg_folder/data"
owner=$(stat -c %u:%g "$SEVENTEEN/var/lib/postgresql")
chown "$owner" "$pg_folder"
mkdir -p "$SEVENTEEN/pg"
mount --bind "$pg_folder" "$SEVENTEEN/pg"
chroot --userspec="$owner" "$SEVENTEEN" "$server/initdb" -D /pg/data \
	-U postgres -N --auth=trust -E UTF8 --locale=C >"$stage/initdb.log" 2>&1 ||
	{ cat "$stage/initdb.log"; bad 'initdb failed'; }
umount "$SEVENTEEN/pg"
printf '%s\n' 'local all all trust' 'host all all all scram-sha-256' \
	>"$pg_folder/data/pg_hba.conf"
swarm_open
tar -C "$SEVENTEEN" --exclude=./proc --exclude=./sys --exclude=./dev -c . |
	docker import - lab/postgres:17 >/dev/null
export PGPORT=5432
# The official image has its programs on PATH, too.
swarm_service "$db" lab/postgres:17 --user "$owner" \
	--env "PATH=$server:/usr/bin:/bin" \
	--mount "type=bind,source=$pg_folder,target=/pg" -- \
	"$server/postgres" -D /pg/data -k /pg -p 5432 \
	-c 'listen_addresses=*' -c fsync=off
wait_for 60 swarm_psql_answers || {
	docker service logs "$db" >&2
	bad 'PostgreSQL 17 does not answer in its container'
}
[[ $(pg_do -c 'SHOW server_version') == 17.* ]] ||
	bad "the server is $(pg_do -c 'SHOW server_version')"

stage_cluster
pg_do -c "ALTER ROLE app PASSWORD '$secret'"
pg_database shop app first_four
# shellcheck disable=SC2086,SC2154 # several names
prisma_folder "$stage/shop/prisma/migrations" $first_four "$the_fifth"
swarm_shop "$db" "$secret"
agent_start
swarm_shop_fails
state_is 1 resolved 120
has_table shop AnalyticsEvent || bad 'the table is not there'
expect rehearsal "$(show 1 .rehearsal.outcome)" passed
shown "host: pg_dump $own; server: $(pg_do -c 'SHOW server_version'); rehearsed on a copy, mended, verified"
agent_stop
! grep -rqF "$secret" "$stage/state" "$stage/notices" "$stage/agent.log" ||
	bad 'the password got out of the container'
