#!/bin/bash
# `logmend init` looks at a host, and writes the configuration that follows from
# it: check-config is content with it, and the daemon finds the fault. What it
# left out it names with the reason, and what is left to a person as commands.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
. "$TOP/tests/support/docker-tree.bash"

stage_open
root=$stage/docker
etc=$stage/etc
conf=$etc/logmend.conf
mkdir -m 0755 "$etc"
init()
{
	"$LOGMEND" -c "$conf" init --docker-root "$root" --without-socket "$@"
}
service() { "$TOP/tests/support/container.sh" "$root" "$@"; }
# url ID URL [WORKDIR]
has_url()
{
	container_says "$root" "$1" \
		'.Config.Env = ["A=1", "DATABASE_URL=" + $url, "B=2"]
		| .Config.WorkingDir = $dir' \
		--arg url "$2" --arg dir "${3-/app}"
}

# --- the app that has everything ------------------------------------------------
pg_database shop app first_four
id=$(service srv-captain--shop)
container_of[shop]=$id
has_url "$id" "$(pg_url app shop)" /usr/src/app
files=$(container_mounted "$root" "$id")
# shellcheck disable=SC2086 # several names
prisma_folder "$files/usr/src/app/prisma/migrations" $first_four "$the_fifth"
mkdir -p "$stage/copies"
cp -R "$files/usr/src/app" "$stage/copies/shop"
# Other people's migrations are none of it.
mkdir -p "$files/usr/src/app/node_modules/other"
cp -R "$files/usr/src/app/prisma" "$files/usr/src/app/node_modules/other/"

# --- others ----------------------------------------------------------------------
id=$(service srv-captain--db)
container_says "$root" "$id" '.Config.Env = ["POSTGRES_PASSWORD=hush-hush"]'
id=$(service srv-captain--blog)
has_url "$id" 'mysql://u:hush-hush@srv-captain--my:3306/blog'
id=$(service srv-captain--bare)
has_url "$id" 'postgres://u:hush-hush@srv-captain--db:5432/bare'
mkdir -p "$(container_mounted "$root" "$id")/app/src"
id=$(service srv-captain--loud)
has_url "$id" 'postgres://u:hush-hush@srv-captain--db:5432/loud'
container_logs_by "$root" "$id" local
id=$(service srv-captain--other)
container_says "$root" "$id" \
	'.Config.Env = ["PG_URL=postgres://u:hush-hush@db/x"]'
# It crashes at once: no files are mounted, but its layers are there.
id=$(service dead)
has_url "$id" 'postgres://u:hush-hush@srv-captain--db:5432/dead'
files=$(container_ended "$root" "$id")
# shellcheck disable=SC2086 # several names
prisma_folder "$files/app/prisma/migrations" $first_four
# Not of Swarm.
id=$(service none)
container_says "$root" "$id" '.Config.Labels = {} | .Name = "/alone"'

before=$(find "$root" | sort)
expect_status 0 init --print --migrations "$stage/copies"
[[ ! -e $conf ]] || bad '--print wrote a file'
says '[app shop]'
[[ $output != *hush-hush* ]] || bad "a password is shown: $output"
cd "$stage"
expect_status 0 init --print --migrations shop=copies/shop
says "$stage/copies/shop/prisma/migrations"
cd "$TOP"
shown '--print writes to standard output, and no file; a relative folder is found'

expect_status 0 init --migrations "$stage/copies"
[[ $output != *hush-hush* && $output != *"$(pg_url app shop)"* ]] ||
	bad "a password is shown: $output"
for line in "shop: service srv-captain--shop, database on 127.0.0.1, migrations \
in $stage/copies/shop/prisma/migrations, mode report" \
	'srv-captain--db: left out: no DATABASE_URL in its environment' \
	'srv-captain--blog: left out: its DATABASE_URL is one of MySQL' \
	'srv-captain--bare: left out: no folder of Prisma migrations was found in' \
	"srv-captain--loud: left out: logs with the driver 'local'" \
	'srv-captain--other: left out: no DATABASE_URL in its environment; PG_URL' \
	'alone: left out: is a container of no Swarm service' \
	'dead: service dead, database on srv-captain--db, migrations in /app/prisma/'
do
	says "$line"
done
says "sudo logmend -c $conf notify-test"
says "sudo logmend -c $conf check-config"
says 'sudo systemctl enable --now logmend'
shown 'each service is told: taken, or left out and why'

left=$output
says 'sudo install -m 600 /dev/stdin'
says 'sudo docker cp dead.1.'
says 'sudo docker network inspect docker_gwbridge'
shown 'what is left to a person: each with the commands'

mode=600
((EUID != 0)) || ! getent group logmend >/dev/null || mode=640
expect 'the mode of the configuration' "$(stat -c %a "$conf")" "$mode"
expect "the mode of the URL's file" "$(stat -c %a "$etc/shop.url")" 600
expect 'what it holds' "$(cat "$etc/shop.url")" "$(pg_url app shop)"
expect 'the files' "$(cd "$etc" && echo *)" 'dead.url logmend.conf shop.url'
expect 'what is below the Docker root' "$(find "$root" | sort)" "$before"
! grep -q hush "$conf" || bad 'a password is in the configuration'
grep -q '^#dead: migrations' "$conf" || bad "nothing waits for a copy: $(<"$conf")"
grep -q '^#(notify): \[notify ' "$conf" ||
	bad "what waits for a webhook could be an app's: $(<"$conf")"
shown 'the configuration has no secret, and the URLs are files of their own'

expect_status 1 init
says "$conf: is there already, and is left as it is"
shown 'a configuration that is there is left as it is'

json=$(init --json -o "$etc/json.conf" 2>"$stage/said")
grep -q "$etc/shop.url: is there already" "$stage/said" ||
	bad "it does not say what it left: $(cat "$stage/said")"
for what in '.written' '.apps | map(.app) == ["dead", "shop"]' \
	'.left_out | map(.service) | index("srv-captain--loud")' \
	'.to_do | map(.commands[]) | index("sudo docker network inspect docker_gwbridge")' \
	'.next | index("sudo systemctl enable --now logmend")'; do
	jq -e "$what" <<<"$json" >/dev/null || bad "not so: $what: $json"
done
[[ $json != *hush* ]] || bad "a password is shown: $json"
rm "$etc/json.conf"
shown '--json tells the same to programs'

# Variables of other names, as the schema has them, and a URL for the migrator.
others=$stage/others
other()
{
	id=$("$TOP/tests/support/container.sh" "$others" "$1")
	container_says "$others" "$id" \
		'.Config.Env = $env | .Config.WorkingDir = "/app"' \
		--argjson env "$2"
	files=$(container_mounted "$others" "$id")
	# shellcheck disable=SC2086 # several names
	prisma_folder "$files/app/prisma/migrations" $first_four
}
other renamed '["DATABASE_URL=mysql://u:hush-hush@my/x",
	"PG_URL=postgres://u:hush-hush@db/renamed",
	"PG_DIRECT=postgres://u:hush-hush@direct/renamed"]'
printf '%s\n' 'datasource db {' '  provider = "postgresql"' \
	'  url       = env("PG_URL")' '  directUrl = env("PG_DIRECT")' '}' \
	>"$files/app/prisma/schema.prisma"
other usual '["DATABASE_URL=postgres://u:hush-hush@pool/usual",
	"DIRECT_URL=postgres://u:hush-hush@direct/usual"]'
other same '["DATABASE_URL=postgres://u:hush-hush@db/same",
	"DIRECT_URL=postgres://u:hush-hush@db/same"]'
expect_status 0 "$LOGMEND" -c "$etc/others.conf" init \
	--docker-root "$others" --without-socket
[[ $output != *hush* ]] || bad "a password is shown: $output"
section() { sed -n "/^\[app $1\]/,/^$/p" "$etc/others.conf"; }
[[ $(section renamed) == *"database-url-env     = PG_URL"$'\n'*"migrate-url-file     = $etc/renamed.direct.url"* ]] ||
	bad "the variables are not named: $(section renamed)"
[[ $(section usual) == *"migrate-url-file     = $etc/usual.direct.url"* && $(section usual) != *database-url-env* ]] ||
	bad "DIRECT_URL is not used: $(section usual)"
[[ $(section same) != *migrate-url-file* ]] || bad "$(section same)"
for file in renamed:db/renamed renamed.direct:direct/renamed usual:pool/usual \
	usual.direct:direct/usual same:db/same; do
	expect "${file%%:*}.url" "$(cat "$etc/${file%%:*}.url")" \
		"postgres://u:hush-hush@${file#*:}"
	expect 'its mode' "$(stat -c %a "$etc/${file%%:*}.url")" 600
done
[[ ! -e $etc/same.direct.url ]] || bad 'one URL has two files'
expect 'what the configuration is like' \
	"$("$LOGMEND" -c "$etc/others.conf" check-config 2>&1 | grep -c 'no key\|expects')" 0
rm "$etc"/{renamed,usual}.direct.url "$etc"/{renamed,usual,same}.url \
	"$etc/others.conf"
shown 'the URL is found by the name that the schema has, and DIRECT_URL is the one to mend through'

# Whoever is not root may read none of it.
if ((EUID == 0)) && command -v setpriv >/dev/null &&
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$LOGMEND" --version >/dev/null 2>&1; then
	nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
	expect_status 3 nobody "$LOGMEND" -c "$stage/none.conf" init
	says 'sudo logmend init'
	expect_status 3 nobody "$LOGMEND" -c "$stage/none.conf" init \
		--docker-root "$root"
	says 'run it with sudo'
	shown 'without root it says sudo'
fi

# The rest of this is what a stage needs, and no host.
expect_status 0 "$LOGMEND" -c "$conf" check-config
says 'app shop: report, 1 container'
says 'fine: 2 apps'
shown 'check-config is content with it'

# The command for the webhook, and then what a stage has elsewhere than a host.
receiver_start
cp "$stage/hook.url" "$etc/slack.url"
chmod 600 "$etc/slack.url"
[[ $left =~ sudo\ (sed\ -i\ \'s/\^#\(notify\):\ //\'\ [^$'\n']*) ]] ||
	bad "no command puts the notices in force: $left"
bash -c "${BASH_REMATCH[1]}"
sed -i "s|^docker-root = .*|&\nstore = $stage/state/logmend.db\nsocket = \
$stage/control\nrules = $TOP/rules\nfreeze-file = $stage/freeze|" "$conf"
cp "$conf" "$stage/logmend.conf"
expect_status 0 lm check-config
agent_start
app_fails shop
state_is 1 reported
expect 'the cause' "$(show 1 .cause)" pending-migration
wait_for 10 grep -q AnalyticsEvent "$stage/notices" || bad 'no notice came'
agent_stop
shown 'the daemon finds the fault, its cause, and tells'
