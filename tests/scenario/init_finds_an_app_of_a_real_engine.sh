#!/bin/bash
# On a real Docker Engine in swarm mode `logmend init` finds the app, its database
# and its migrations in the files that Docker itself wrote; its commands, followed
# to the letter, and the daemon on its configuration find the fault.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

swarm_stage
swarm_open
conf=$stage/etc/logmend.conf
mkdir "$stage/etc"
pg_database shop app first_four
swarm_database srv-captain--db
url=postgresql://app:app@srv-captain--db:5432/shop
mkdir -p "$stage/image/usr/src/app/prisma"
# shellcheck disable=SC2086 # several names
prisma_folder "$stage/image/usr/src/app/prisma/migrations" \
	$first_four "$the_fifth"
swarm_image lab/shop:1 "$stage/image" 'WORKDIR /usr/src/app'
# It says the fault when it is told to.
cp "$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr" "$stage/said"
chmod 644 "$stage/said"
swarm_service srv-captain--shop lab/shop:1 --env "DATABASE_URL=$url" \
	--mount "type=bind,source=$stage/said,target=/said,readonly" \
	--log-driver json-file --log-opt max-size=512m -- \
	sh -c 'until [ -e /tmp/now ]; do sleep 1; done; cat /said >&2
		while sleep 60; do :; done'

# With a unit that hides the socket, as it is installed; ours are the mounts here.
mkdir -p /etc/systemd/system
mount -t tmpfs none /etc/systemd/system
cp "$TOP/agent/unit/logmend.service.in" /etc/systemd/system/logmend.service
expect_status 0 "$LOGMEND" -c "$conf" init --docker-root "$stage/docker"
says 'shop: service srv-captain--shop, database on srv-captain--db, migrations in'
says '/usr/src/app/prisma/migrations of its container, mode report'
says 'srv-captain--db: left out: no DATABASE_URL in its environment'
[[ $output != *app:app* ]] || bad "the password is shown: $output"
says 'the unit hides /run/docker.sock from the service'
says '/logmend/docker-socket.conf'
rm /etc/systemd/system/logmend.service
shown 'the app is found in what Docker itself wrote'

# What it leaves to a person: the copy, and an address that the host reaches. With
# the socket neither is left.
copies=$(sed -n 's/^ *sudo \(.*\/captain\/.*\|sed .*#shop: .*\)/\1/p' <<<"$output")
if grep -q '^migrations .*= container' "$conf"; then
	expect 'what is left' "$copies" ''
else
	[[ $copies == *'docker cp srv-captain--shop.1.'* ]] ||
		bad "no command copies the migrations: $output"
	bash -euc "${copies//\/captain\//$stage\/captain\/}"
	sed -i "s|/captain/|$stage/captain/|" "$conf"
fi
if [[ -e $stage/etc/shop.url ]]; then
	expect 'the URL' "$(cat "$stage/etc/shop.url")" "$url"
	sed -i "s/srv-captain--db/$(swarm_address srv-captain--db)/" \
		"$stage/etc/shop.url"
fi
shown 'its commands copy what the host lacks'

sed -i "s|^docker-root = .*|&\nstore = $stage/state/logmend.db\nsocket = \
$stage/control\nrules = $TOP/rules\nfreeze-file = $stage/freeze|" "$conf"
cp "$conf" "$stage/logmend.conf"
expect_status 0 lm check-config
expect_status 1 lm doctor
says 'app shop: 1 container, mode report'
says 'app shop: its log has max-size 512m, max-file 1'
says 'database of shop: PostgreSQL '
shown 'check-config and doctor are content with it'

agent_start
docker exec "$(swarm_container srv-captain--shop)" touch /tmp/now
state_is 1 reported 60
expect 'the cause' "$(show 1 .cause)" pending-migration
agent_stop
shown 'the daemon finds the fault and its cause'
