#!/bin/bash
# Apps that end at their start, again and again, because of their database, on a real
# Docker Engine in swarm mode: `migrate deploy` fails each time, or a table is
# missing. Each has one incident of its crash loop and one of the Prisma fault. The
# table is mended in mode ask while no container of the app is there: its migrations
# come out of the image that its service is to run. Then the app lives.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

db=srv-captain--db
swarm_stage
clocks_open
[[ -n $clocks ]] || skip 'a sanitizer bears no preloading'
receiver_start
stage_policy ask
for app in shop broken; do
	pg_database "$app" app first_four
	stage_config "[app $app]
database-url = container
migrations = container
policy = p
remedy.missing-table = prisma
notify = local"
done
failed=20251001000000_baseline
PGDATABASE=broken PGUSER=app pg_do -c "INSERT INTO _prisma_migrations (id, checksum,
	migration_name, logs) VALUES (gen_random_uuid(), repeat('0', 64),
	'$failed', 'type \"JobStatus\" already exists')"
swarm_open
swarm_database "$db"

captures=$TOP/tests/data/captures
# image_of APP MIGRATION SCRIPT: its folder has one more than the database.
image_of()
{
	local root=$stage/$1/srv/app
	mkdir -p "$root"
	# shellcheck disable=SC2086 # several names
	prisma_folder "$root/prisma/migrations" $first_four
	mkdir "$root/prisma/migrations/$2"
	cp "$3" "$root/prisma/migrations/$2/migration.sql"
	cp "$moving/schema.prisma" "$root/prisma/"
	cp "$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr" "$root/said"
	cp -R "$captures/base6-d1-02-deploy" "$root/first"
	cp -R "$captures/base6-d1-03-deploy-again" "$root/again"
	swarm_image "img-$1:1" "$stage/$1" 'WORKDIR /srv/app'
}
# Of the first deploy the database keeps a failed row, which the others find.
mkdir -m 0777 "$stage/shared"
deploys='which=again; [ -e /shared/broken ] || which=first; touch /shared/broken
	cat $which/stdout; cat $which/stderr >&2; exit 1'
looks="$pg_bin/psql -qAtc 'SELECT count(*) FROM \"AnalyticsEvent\"' \
\"\${DATABASE_URL%%\\?*}\" 2>/dev/null && exec sleep 1000; cat said >&2; exit 1"
# crashes APP COMMAND
crashes()
{
	docker service create -d --no-resolve-image \
		--name "srv-captain--$1" --network "$swarm_network" \
		--endpoint-mode dnsrr --restart-delay 1s \
		--mount type=bind,source=/usr,target=/usr,readonly \
		--mount "type=bind,source=$stage/shared,target=/shared" \
		--env "DATABASE_URL=postgresql://app:app@$db:5432/$1?schema=public" \
		"img-$1:1" sh -c "$2" >/dev/null
}
image_of shop "$the_fifth" "$moving/migrations/$the_fifth/migration.sql"
image_of broken "$failed" "$moving/baseline/migration.sql"

# of APP CLASS: the numbers of all its incidents of the class.
of()
{
	lm incidents --json | jq -rs "flatten | map(select(.app == \"$1\" and
		.class == \"$2\").id) | join(\" \")"
}
loops() { [[ -n $(of "$1" crash-loop) ]]; }
faults() { [[ -n $(of "$1" "$2") ]]; }
# The only incident of the class; sets `id`.
only()
{
	id=$(of "$1" "$2")
	[[ $id =~ ^[0-9]+$ ]] || bad "$1: incidents of $2: '$id'"
}

agent_start
crashes shop "$looks"
crashes broken "$deploys"
for app in shop broken; do
	wait_for 120 loops "$app" || bad "$app: no crash loop is told"
	only "$app" crash-loop
	state_is "$id" reported 60
done
wait_for 60 faults broken failed-migration || bad 'the failed migration is not told'
only broken failed-migration
state_is "$id" reported 60
expect 'its cause' "$(show "$id" .cause)" failed-migration
expect 'its migration' "$(show "$id" .object.migration)" "$failed"
wait_until "$id" '.count >= 2' 60
shown 'migrate deploy fails at each start: one incident of the loop, one of the migration'

wait_for 60 faults shop missing-table || bad 'the missing table is not told'
only shop missing-table
mended=$id
state_is "$mended" awaiting-approval 90
for app in shop broken; do
	docker service scale -d "srv-captain--$app=0" >/dev/null
done
containers() { docker ps -aq --filter "label=com.docker.swarm.service.name=srv-captain--$1"; }
gone() { docker container prune -f >/dev/null && [[ -z $(containers shop) ]]; }
wait_for 90 gone || bad 'its containers are not gone'
lm approve "$mended" "$(show "$mended" .approval.code)" >/dev/null
state_is "$mended" resolved 90
has_table shop AnalyticsEvent || bad 'the table is not there'
expect attempts "$(show "$mended" '.attempts | length')" 1
none_is_left() { [[ -z $(docker ps -aq --filter label=logmend.made-for) ]]; }
wait_for 30 none_is_left || bad 'a container that was made for it is left'
shown 'the table is mended without any container of the app'

docker service scale -d srv-captain--shop=1 >/dev/null
swarm_awaits srv-captain--shop
time_passes 610
only shop crash-loop
state_is "$id" resolved 60
expect 'the mend' "$(show "$mended" .state)" resolved
for app in shop broken; do
	only "$app" crash-loop
done
only broken failed-migration
shown 'then the app lives, and the incident of its loop ends'
agent_stop
