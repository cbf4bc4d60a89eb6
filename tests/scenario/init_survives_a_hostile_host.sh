#!/bin/bash
# Whoever can start a container can give it any name, environment, folder and
# link. Nothing of that reaches a configuration, a terminal or a command as
# anything but what it is; nothing is read outside of the container; and `init`
# ends.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/stage.bash"
. "$TOP/tests/support/docker-tree.bash"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
need jq
build_helpers
root=$stage/docker
conf=$stage/etc/logmend.conf
mkdir "$stage/etc"
init()
{
	timeout 60 "$LOGMEND" -c "$conf" init --docker-root "$root" \
		--without-socket "$@"
}
service() { "$TOP/tests/support/container.sh" "$root" "$@"; }
has_url()
{
	container_says "$root" "$1" \
		'.Config.Env = ["DATABASE_URL=" + $url] | .Config.WorkingDir = "/app"' \
		--arg url "${2-postgres://u:hush-hush@srv-captain--db/x}"
}
# A folder of migrations below $1.
migrations()
{
	mkdir -p "$1/20250101000000_a"
	: >"$1/20250101000000_a/migration.sql"
}
migrated() { migrations "$(container_mounted "$root" "$1")/app/prisma/migrations"; }

# --- names ---------------------------------------------------------------------------
for label in $'a]\n[agent]\nstore = /x' '../../etc' '$(id)' '-x' '.x' "$(
	printf '%0300d' 0)"; do
	id=$(service plain)
	has_url "$id"
	migrated "$id"
	container_says "$root" "$id" '.Name = "/x;$(id)" |
		.Config.Labels["com.docker.swarm.service.name"] = $text' \
		--arg text "$label"
done
id=$(service shop)
has_url "$id"
migrated "$id"
container_says "$root" "$id" \
	'.Config.Image = "a\n[policy x]\nmode = act\u001b[2J" | .Config.Env +=
	["X\u001b[31m=1"]'
expect_status 0 init --print
says '[app shop]'
# One line is one comment.
sections=$(grep '^\[' <<<"$output")
expect 'the sections' "$sections" '[agent]
[policy careful]
[remedy prisma]
[app shop]'
! grep -q '^mode *= *act' <<<"$output" || bad 'an image set a mode'
[[ $output != *$'\033'* && $output != *hush* ]] || bad "it says: $output"
expect_status 0 init -o "$stage/etc/one.conf"
[[ $output != *$'\033'* && $output != *hush* ]] || bad "it says: $output"
expect_status 0 "$LOGMEND" -c "$stage/etc/one.conf" check-config
expect 'the files' "$(cd "$stage/etc" && find . -type f | sort)" './one.conf
./shop.url'
shown 'names of services, containers and images are no text of a configuration'

# --- two services of one name, and the webhook's -------------------------------------
id=$(service srv-captain--shop)
has_url "$id"
migrated "$id"
id=$(service slack)
has_url "$id"
migrated "$id"
expect_status 0 init -o "$stage/etc/two.conf"
for line in '[app shop]' 'service              = shop' '[app srv-captain--shop]' \
	'service              = srv-captain--shop' '[app slack]' \
	"database-url-file    = $stage/etc/slack.database.url"; do
	grep -qF -- "$line" "$stage/etc/two.conf" || bad "not written: $line"
done
expect_status 0 "$LOGMEND" -c "$stage/etc/two.conf" check-config
expect 'lines of both' "$(grep -c 'report, 1 container' <<<"$output")" 3
shown 'services of one name are told apart, and none takes the webhook'

# --- URLs ------------------------------------------------------------------------------
rm -rf "$root"
n=0
for url in $'postgres://u:hush-hush@db/x\n[agent]' '' 'postgres://' \
	'prisma+postgres://accelerate/?api_key=hush-hush' 'hush-hush' \
	"postgres://u:hush-hush@$(printf '%09000d' 0)/x" \
	'postgres://u:hush-hush@a@b/x@y' 'file:./dev.db' 'mongodb+srv://hush-hush'; do
	n=$((n + 1))
	id=$(service "u$n")
	has_url "$id" "$url"
	migrated "$id"
done
expect_status 0 init -o "$stage/etc/three.conf"
[[ $output != *hush* ]] || bad "a password is shown: $output"
says 'u1: left out: its DATABASE_URL has several lines'
says 'u4: left out: its DATABASE_URL is one of Prisma Accelerate'
says 'u8: left out: its DATABASE_URL is one of SQLite'
! grep -q hush "$stage/etc/three.conf" || bad 'a password is in the configuration'
shown 'URLs that are none: told without a word of them'

# --- folders -----------------------------------------------------------------------------
rm -rf "$root"
migrations "$stage/outside/prisma/migrations"
id=$(service led)
has_url "$id"
files=$(container_mounted "$root" "$id")
mkdir -p "$files/etc"
ln -s "$stage/outside" "$files/app"
ln -s / "$files/opt"
id=$(service up)
has_url "$id"
files=$(container_mounted "$root" "$id")
mkdir "$files/app"
for _ in {1..12}; do
	up=${up-}../
done
ln -s "$up$stage/outside/prisma" "$files/app/prisma"
ln -s /proc/self/root "$files/srv"
id=$(service deep)
has_url "$id"
files=$(container_mounted "$root" "$id")
mkdir -p "$files/app"
(cd "$files/app" && for _ in {1..60}; do mkdir d && cd d; done &&
	mkdir -p prisma/migrations)
id=$(service wide)
has_url "$id"
files=$(container_mounted "$root" "$id")
mkdir -p "$files/app"
(cd "$files/app" && seq -f 'a%.0f' 3000 | xargs mkdir)
migrations "$files/app/zz/prisma/migrations"
id=$(service away)
has_url "$id"
container_mounted "$root" "$id" >/dev/null
printf '../../../../../../../../%s' "$stage/outside" \
	>"$root/image/overlay2/layerdb/mounts/$id/mount-id"
id=$(service loop)
has_url "$id"
files=$(container_mounted "$root" "$id")
ln -s app "$files/app"
id=$(service fifo)
has_url "$id"
files=$(container_mounted "$root" "$id")
mkdir -p "$files/app/prisma/migrations/1"
mkfifo "$files/app/prisma/migrations/1/migration.sql" \
	"$files/app/prisma/migrations/migration_lock.toml"
expect_status 0 init -o "$stage/etc/four.conf"
for app in led up deep away loop fifo; do
	says "$app: left out: no folder of Prisma migrations was found"
done
! grep -q "$stage/outside" "$stage/etc/four.conf" || bad 'it looked outside'
shown 'links, depths and loops in a container lead nowhere, and end'

# --- users that are mapped, and files that are broken ----------------------------------------
rm -rf "$root"
mkdir -p "$root/overlay2"
remapped=$root/231072.231072
id=$("$TOP/tests/support/container.sh" "$remapped" shop)
container_says "$remapped" "$id" '.Config.Env =
	["DATABASE_URL=postgres://u:p@srv-captain--db/x"]'
migrations "$(container_mounted "$remapped" "$id")/app/prisma/migrations"
other=$("$TOP/tests/support/container.sh" "$remapped" broken)
echo '{"no' >"$remapped/containers/$other/config.v2.json"
expect_status 0 init -o "$stage/etc/five.conf" --json
says "\"docker_root\":\"$remapped\""
says 'config.v2.json: is not valid JSON'
grep -qx "docker-root = $remapped" "$stage/etc/five.conf" ||
	bad 'the folder of the mapped users is not configured'
expect_status 0 "$LOGMEND" -c "$stage/etc/five.conf" check-config
says 'app shop: report, 1 container'
shown 'a Docker root of mapped users is found, and a broken file is told'

rm -rf "$root"
expect_status 0 init -o "$stage/etc/six.conf"
says "Docker: not found: $root"
says 'written, with 0 apps'
grep -q '^#\[app shop\]' "$stage/etc/six.conf" || bad 'there is no example'
expect_status 3 init -o "$stage/nowhere/at/all.conf"
says "$stage/nowhere/at"
shown 'without Docker an example is written'
