#!/bin/bash
# The host's pg_dump is older than the server, as PostgreSQL 17 in a container on
# Debian 12 has it: the one of the database's container makes the copy, and the
# mend follows. One that hangs is ended, and the server does not take that for a
# crash of its own; the password is in nobody's argv and environment. A real Docker
# Engine in swarm mode.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

db=srv-captain--db
secret=Kd93hZq7wmT4
swarm_stage
receiver_start
stage_policy ask '' 'deadline = 20s'
pg_do -c "ALTER ROLE app PASSWORD '$secret'"
pg_database shop app first_four
# shellcheck disable=SC2086,SC2154 # several names
prisma_folder "$stage/shop/prisma/migrations" $first_four "$the_fifth"
swarm_open
# What is put into this folder goes before what the container has.
bin=$pg_folder/bin
mkdir -m 0755 "$bin"
swarm_database "$db" --env PATH=/pg/bin:/usr/bin:/bin
container=$(swarm_container "$db")
docker diff "$container" | sort >"$stage/before"

# From here on the host's own is unfit; the container keeps what it was given.
cat >"$stage/unfit" <<'END'
#!/bin/sh
[ "$1" = --version ] && echo 'pg_dump (PostgreSQL) 9.6.24' && exit
exit 1
END
chmod 0755 "$stage/unfit"
for host in /usr/lib/postgresql/*/bin/pg_dump; do
	mount --bind "$stage/unfit" "$host"
done

swarm_shop "$db" "$secret"
lm check-config >/dev/null 2>&1 || bad 'the configuration is refused'

# program NAME TEXT: a program of the container.
program()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1.new"
	chmod 0755 "$bin/$1.new"
	mv "$bin/$1.new" "$bin/$1"
}
# The number of the hanging pg_dump on this host.
pids() { docker top "$container" -eo pid,args | awk '/sleep 1000/ { print $1 }'; }
# Sets `found`: it may be ended, or another one, when Docker is asked again.
hangs()
{
	found=$(pids)
	[[ -n $found ]]
}
none() { [[ -z $(pids) ]]; }
# hung ID: the rehearsal of this incident hangs, and ends.
hung()
{
	local pid
	swarm_shop_fails
	wait_for 60 hangs || { lm show "$1"; bad 'no pg_dump hangs'; }
	for pid in $found; do
		cat "/proc/$pid/environ" "/proc/$pid/cmdline" |
			tr '\0' '\n' >>"$stage/seen"
	done
	state_is "$1" awaiting-approval 90
	expect rehearsal "$(show "$1" .rehearsal.outcome)" impossible
	wait_for 20 none || { pids; bad 'the pg_dump of the container goes on'; }
	lm close "$1" >/dev/null
}

program pg_dump 'exec sleep 1000'
agent_start
hung 1
[[ $(show 1 .rehearsal.text) == *'did not end within its time'* ]] ||
	{ lm show 1; bad 'it is not said that pg_dump hung'; }
shown 'a pg_dump that hangs in the container is ended'
docker service logs "$db" >"$stage/server.log" 2>&1
! grep -q 'terminated by signal\|recovery mode' "$stage/server.log" ||
	{ tail "$stage/server.log"; bad 'the server took that for a crash'; }
shown 'and the server goes on'
grep -q PGSERVICE "$stage/seen" || bad 'its environment was not seen'
! grep -qF "$secret" "$stage/seen" || bad 'the password is seen by all'
shown 'the password is in no argument and in no environment'

rm "$bin/pg_dump"
swarm_shop_fails
state_is 2 awaiting-approval 90
expect rehearsal "$(show 2 .rehearsal.outcome)" passed
lm approve 2 "$(show 2 .approval.code)" >/dev/null
state_is 2 resolved 90
has_table shop AnalyticsEvent || bad 'the table is not there'
shown 'the plan was rehearsed on a copy that the pg_dump of the container made; mended'

agent_stop
! grep -rqF "$secret" "$stage/state" "$stage/notices" "$stage/agent.log" ||
	bad 'the password got out of the container'
docker diff "$container" | sort >"$stage/after"
cmp -s "$stage/before" "$stage/after" ||
	{ cat "$stage/after"; bad 'something was left in the container'; }
shown 'nothing of it is left in the files of the container'
