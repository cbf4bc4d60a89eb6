#!/bin/bash
# `logmend doctor` looks at all that logmend needs, and says what is to be done, in
# order, each with its command: nothing on a host that is well, and one thing for
# each that is not.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
. "$TOP/tests/support/docker-tree.bash"

stage_open
root=$stage/docker
conf=$stage/logmend.conf
receiver_start
chmod 600 "$stage/hook.url"
stage_policy ask
stage_config 'private = yes'
stage_pending shop
sed -i "s|^notify = local|&\nproposals = $stage/shop|" "$conf"

# What hangs on the machine that the test runs on: its clock, its accounts, its
# unit, and whether it is root's.
machine='clock|rights|service|disk of the store|disk of Docker'
doctor() { lm doctor "$@"; }
# What is to be done, without that: one `about: text` a line.
to_do()
{
	(lm doctor --json "$@" || true) | jq -r --arg machine "^($machine)$" '
		.advices[] | select(.kind != "fine" and .kind != "note")
		| select(.about | test($machine) | not)
		| .about + ": " + .text'
}
# one TEXT: that alone is to be done.
one()
{
	local said
	said=$(to_do "${@:2}")
	[[ $said == *"$1"* && $(wc -l <<<"$said") == 1 ]] ||
		bad "not alone to be done: '$1', but: $said"
}
command_is()
{
	(lm doctor --json || true) | jq -e --arg c "$1" \
		'[.advices[].commands[]] | index($c)' >/dev/null ||
		bad "no such command: $1"
}

agent_start
expect 'what is to be done' "$(to_do)" ''
[[ $( (lm doctor --json || true) | jq -r '.advices[] | select(.about == "database of shop")
	| .text') == 'PostgreSQL '*' on 127.0.0.1:'* ]] ||
	bad 'it does not say which server'
shown 'on a host that is well nothing is to be done'

# --- the configuration ----------------------------------------------------------
chmod 644 "$stage/shop.url"
one "configuration: $conf:"
one 'can be read by others (mode 644)'
command_is "sudo chmod 600 $stage/shop.url"
chmod 600 "$stage/shop.url"
cp "$conf" "$stage/well.conf"
echo 'polcy = x' >>"$conf"
expect_status 2 doctor
says "polcy: is no key of"
cp "$stage/well.conf" "$conf"
mv "$stage/shop" "$stage/away"
expect_status 2 doctor
says 'migrations: '
mv "$stage/away" "$stage/shop"
expect_status 2 "$LOGMEND" -c "$stage/none.conf" doctor
says 'there is no configuration'
says "sudo logmend -c $stage/none.conf init"
sed -n '/^\[agent\]/,/^$/p' "$conf" >"$stage/empty.conf"
output=$("$LOGMEND" -c "$stage/empty.conf" doctor) || true
says 'no app is configured'
says "sudo logmend -c $stage/empty.conf init --print"
shown 'mistakes of the configuration: as check-config has them, status 2'

# --- the log --------------------------------------------------------------------
id=${container_of[shop]}
container_logs_by "$root" "$id" local
one "app shop: its container logs with the driver 'local'"
command_is "sudo docker service update --log-driver json-file --log-opt \
max-size=512m srv-captain--shop"
container_logs_by "$root" "$id" json-file
one 'app shop: its log has no max-size, and fills the disk'
one 'the command deploys the app again, which restarts it'
container_logs_by "$root" "$id" json-file \
	'{"max-size":"1m","mode":"non-blocking"}'
one 'app shop: its log drops lines where the disk is slow (mode=non-blocking)'
container_logs_by "$root" "$id" json-file '{"max-size":"1m","max-file":"3"}'
expect 'what is to be done' "$(to_do)" ''
output=$(doctor) || true
says 'its log has max-size 1m, max-file 3'
mv "$root/containers/$id" "$stage/gone"
one 'app shop: no container belongs to it'
mv "$stage/gone" "$root/containers/$id"
shown 'a driver that cannot be read, a log that drops lines or fills the disk'

# --- the database ------------------------------------------------------------------
pg_do -d shop -c "INSERT INTO _prisma_migrations (id, checksum, migration_name,
	started_at) VALUES ('x', 'y', '20990101000000_z', now())"
one 'database of shop: '
one '20990101000000_z'
pg_do -d shop -c "DELETE FROM _prisma_migrations WHERE id = 'x'"
pg_do -c 'ALTER ROLE app NOCREATEDB'
one 'database of shop: its role may not create databases'
pg_do -c 'ALTER ROLE app CREATEDB'
printf '#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6.1"\n' >"$stage/pg_dump"
chmod 755 "$stage/pg_dump"
sed -i "s|^\[remedy prisma\]|&\npg-dump = $stage/pg_dump|" "$conf"
one 'older than the server'
version=$(pg_do -c 'SHOW server_version_num')
command_is "sudo apt install postgresql-client-$((version / 10000))"
cp "$stage/well.conf" "$conf"
pg_do -c 'ALTER ROLE app NOLOGIN'
one 'database of shop: '
pg_do -c 'ALTER ROLE app LOGIN'
(umask 077 && pg_url app 'shop?schema=public' >"$stage/direct.url")
sed -i "s|^database-url-file = .*|&\nmigrate-url-file = $stage/direct.url|" "$conf"
expect 'what is to be done' "$(to_do)" ''
pg_url app 'first_four?schema=public' >"$stage/direct.url"
one 'database of shop: `migrate-url-file` leads to another database or schema'
pg_url app 'nowhere?schema=public' >"$stage/direct.url"
one 'database of shop: `migrate-url-file`: '
cp "$stage/well.conf" "$conf"
sed -i '/^migrations/d;s/^mode = ask/mode = report/' "$conf"
one 'database of shop: no `migrations` folder is configured'
cp "$stage/well.conf" "$conf"
shown 'a database that refuses, a failed migration, a URL to mend through that leads elsewhere, what a rehearsal lacks'

# --- people ----------------------------------------------------------------------
before=$(wc -l <"$stage/notices")
doctor >/dev/null || true
expect 'what was sent' "$(wc -l <"$stage/notices")" "$before"
expect 'what is to be done' "$(to_do --send)" ''
expect 'what was sent' "$(wc -l <"$stage/notices")" $((before + 1))
cp "$stage/hook.url" "$stage/hook.kept"
echo 'http://127.0.0.1:9/hush' >"$stage/hook.url"
one 'notify local: not sent: ' --send
[[ $(doctor --send) != *hush* ]] || bad 'the webhook is shown'
cp "$stage/hook.kept" "$stage/hook.url"
sed -i '/^notify/d' "$conf"
one 'app shop: nobody is told of its faults'
cp "$stage/well.conf" "$conf"
lm pause >/dev/null
one 'pause: nothing is mended: '
command_is "sudo logmend -c $conf resume"
lm resume >/dev/null
: >"$stage/freeze"
one 'freeze: nothing is mended: '
command_is "sudo rm $stage/freeze"
rm "$stage/freeze"
shown 'a receiver that fails, an app that nobody is told of, pause and freeze'

agent_stop
lm doctor --json >"$stage/said" || true
jq -e '.advices[] | select(.about == "service" and .kind == "to do")' \
	<"$stage/said" >/dev/null || bad 'it does not say that nobody runs'
jq -e '.exit >= 1' <"$stage/said" >/dev/null || bad 'it has nothing to do'
shown 'a daemon that does not run'

# --- what differs for the service --------------------------------------------------
# elsewhere COMMAND...: as root of another mount namespace; its /etc/systemd/system
# is empty, and the command may mount what it likes.
elsewhere() { unshare -m --propagation private bash -euc "$@"; }
if ! elsewhere 'mkdir -p /etc/systemd/system &&
	mount -t tmpfs none /etc/systemd/system' 2>/dev/null; then
	shown 'not tried here: the unit, and a host without /proc'
	exit 0
fi
installed='mount -t tmpfs none /etc/systemd/system
	for unit in logmend logmend-{eyes,hands,notify,docker}@; do
		sed "s|@bindir@|/usr/bin|" "$0/agent/unit/$unit.service.in" \
			>/etc/systemd/system/$unit.service
	done
	cp "$1"/agent/unit/logmend-{eyes,hands,docker}.socket \
		/etc/systemd/system/
	exec "${@:2}"'
said=$(elsewhere "$installed" "$TOP" "$BUILT" \
	"$LOGMEND" -c "$conf" doctor --json || true)
service() { jq -r '.advices[] | select(.about == "service") | .text' <<<"$said"; }
if [[ $stage == /tmp/* ]]; then
	for text in "store: $stage/state: the unit lets the service write nothing" \
		"migrations: $stage/shop/prisma/migrations: the unit hides it" \
		"proposals: $stage/shop: the unit lets the service write nothing" \
		'no unit logmend-notify.socket is installed, and ' \
		'does not run, and does not start with the host' \
		"the unit starts /usr/bin/logmend, and this is $LOGMEND"; do
		[[ $(service) == *"$text"* ]] || bad "not said: $text: $(service)"
	done
fi
shown 'paths that the unit hides from the service, or lets it not write to'

for command in diagnose\ shop doctor; do
	said=$(elsewhere 'mount -t tmpfs none /proc; exec "$0" "${@}" 2>&1' \
		"$LOGMEND" -c "$conf" $command || true)
	[[ $said == *'/proc is not mounted here'* ]] ||
		bad "$command without /proc: $said"
done
shown 'a host without /proc'
