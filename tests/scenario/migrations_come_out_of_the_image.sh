#!/bin/bash
# The migrations of an app are read out of its image, on a real Docker Engine in
# swarm mode: from its container, from a dead one of an app that crashes at start,
# and from one that is made for the purpose, never started and removed. A file that
# somebody changed in the container is asked about by its name, and whoever had a
# migration proposed is told to commit it, and reminded until an image that has it
# is deployed. No copy stays behind.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

db=srv-captain--db
swarm_stage
receiver_start
stage_policy act
for app in shop crash edited stray; do
	pg_database "$app" app first_four
done
swarm_open
swarm_database "$db"

said=$TOP/tests/data/prisma/p2021-5.22.0-rust/console-error.NODE_ENV_production.stderr
# An image whose fifth migration is pending: in its folder, or as a stray file.
image_of()
{
	local app=$1 root=$stage/$1/usr/src/app
	mkdir -p "$root"
	cp "$said" "$root/said"
	# shellcheck disable=SC2086,SC2154 # several names
	prisma_folder "$root/prisma/migrations" $first_four "$the_fifth"
	cp "$moving/schema.prisma" "$root/prisma/"
	[[ $app != stray ]] || {
		mv "$root/prisma/migrations/$the_fifth/migration.sql" \
			"$root/prisma/analytics_event.sql"
		rmdir "$root/prisma/migrations/$the_fifth"
	}
	swarm_image "img-$app:1" "$stage/$app" 'WORKDIR /usr/src/app'
}
config_of()
{
	stage_config "[app $1]
database-url = container
migrations = ${2-container}
policy = ${3-p}
remedy.missing-table = prisma
notify = local
proposals = $stage/proposals"
}
url_of() { echo "DATABASE_URL=postgresql://app:app@$db:5432/$1"; }
waits='while :; do if rm now 2>/dev/null; then cat said >&2; fi; sleep 0.1; done'
starts() { swarm_service "srv-captain--$1" "img-$1:1" --env "$(url_of "$1")" -- sh -c "$waits"; }
fails() { docker exec "$(swarm_container "srv-captain--$1")" touch now; }
is_clean() { [[ -z $(ls -A "$stage/state/inside") ]]; }

mkdir -m 0750 "$stage/proposals"
chown nobody: "$stage/proposals"
stage_config '[policy ask]
mode = ask
quiet = 1s
cooldown = 0s'
for app in shop crash edited stray; do
	image_of "$app"
done
config_of shop
config_of crash container:/usr/src/app/prisma/migrations
config_of edited
config_of stray container ask
lm check-config >/dev/null 2>&1 && bad 'an app without a container is fine'
starts shop
starts edited
starts stray

expect_status 0 lm diagnose shop missing-table AnalyticsEvent
says 'container:/usr/src/app/prisma/migrations are those of the image img-shop:1'
says 'cause:  pending-migration'
is_clean || bad 'a copy stays behind'
shown 'migrations are found in the container that runs, and read there'

# An app that ends at once leaves dead containers, as a crash loop does.
docker service create -d --no-resolve-image --name srv-captain--crash \
	--network "$swarm_network" --endpoint-mode dnsrr \
	--restart-condition none --env "$(url_of crash)" img-crash:1 \
	sh -c 'exit 1' >/dev/null
crashed()
{
	docker ps -aq --filter status=exited --filter \
		label=com.docker.swarm.service.name=srv-captain--crash | grep .
}
wait_for 60 crashed || bad 'the app did not crash'
expect_status 0 lm diagnose crash missing-table AnalyticsEvent
says 'which runs no more'
says 'cause:  pending-migration'
shown 'an app that crashes at start is looked at by its dead container'
docker container prune -f >/dev/null
before=$(docker ps -aq | sort)
expect_status 0 lm diagnose crash missing-table AnalyticsEvent
says 'those of the image img-crash:1 that is deployed'
says 'cause:  pending-migration'
expect containers "$(docker ps -aq | sort)" "$before"
shown 'without any container one is made, not started, and removed again'

script=prisma/migrations/$the_fifth/migration.sql
docker exec "$(swarm_container srv-captain--edited)" sh -c \
	"echo '-- by hand' >>$script"
expect_status 0 lm diagnose edited missing-table AnalyticsEvent
says "/usr/src/app/$script (changed)"
says 'plan:   remedy prisma, ask:'
shown 'a file that was changed in the container is asked about, by its name'

lm check-config >/dev/null 2>&1 || bad 'the configuration is refused'
agent_start
fails shop
state_is 1 resolved 90
has_table shop AnalyticsEvent || bad 'the table is not there'
shown 'mode act mends an app with the migrations of its image'
fails stray
state_is 2 awaiting-approval 90
lm approve 2 "$(show 2 .approval.code)" >/dev/null
state_is 2 resolved 90
has_table stray AnalyticsEvent || bad 'the table is not there'
folder=$(cd "$stage/proposals" && echo */)
told()
{
	grep -qF "commit the folder $stage/proposals/${folder%/} \
(of nobody:$(id -gn nobody), mode 750)" "$stage/notices"
}
wait_for 20 told || bad 'nobody is told to commit the proposed folder'
expect owner "$(stat -c '%U:%a' "$stage/proposals/$folder" "$stage/proposals/$folder/migration.sql" |
	tr '\n' ' ')" 'nobody:750 nobody:640 '
shown 'a stray file became a migration: the last message says which folder to commit'

name=${folder%/}
# What `status` reminds of says this, or reminds of nothing (`none`).
reminds_of() { [[ $(lm status --json | jq -r '.to_commit[0].text // "none"') == "$1" ]]; }
deploy_stray()
{
	swarm_image "img-stray:$1" "$stage/stray" 'WORKDIR /usr/src/app'
	docker service update -d --no-resolve-image --image "img-stray:$1" \
		srv-captain--stray >/dev/null
}
wait_for 60 reminds_of 'the image img-stray:1 that is deployed does not have it' ||
	bad "status says: $(lm status --json | jq -c .to_commit)"
expect reminder "$(lm status --json | jq -r '.to_commit[] |
	[.incident, .app, .migration, .deployed, .folder] | join(" ")')" \
	"2 stray $name no $stage/proposals/$name"
expect verification "$(show 2 .verification.text)" "the probe no longer shows the \
fault, the history is clean but for $name, which the image img-stray:1 that is \
deployed does not have yet, and it was not logged again"
expect verification "$(show 1 .verification.text)" "the probe no longer shows the \
fault, the history is clean for the image img-shop:1 that is deployed, and it was \
not logged again"
expect_status 0 lm status
says 'To commit (applied, and not seen in the deployed image yet)'
says "(incident 2): commit $stage/proposals/$name; \
the image img-stray:1 that is deployed does not have it; \`logmend close 2\` ends this reminder"
shown 'status reminds of what is to be committed, and which image lacks it'
shown 'and a clean history is said of the deployed image, but for what it lacks'
migrations=$stage/stray/usr/src/app/prisma/migrations
cp -R "$stage/proposals/$name" "$migrations/"
echo '-- by hand' >>"$migrations/$name/migration.sql"
deploy_stray 2
wait_for 90 reminds_of 'the image img-stray:2 that is deployed has it with another migration.sql than the one that was applied' ||
	bad "status says: $(lm status --json | jq -c .to_commit)"
shown 'also of one that was committed with another text'
cp "$stage/proposals/$name/migration.sql" "$migrations/$name/"
deploy_stray 3
# Docker says that an update is over a while after its container runs, and what
# is asked before that is asked again a minute later.
wait_for 240 reminds_of none ||
	bad "status says: $(lm status --json | jq -c .to_commit)"
expect_status 0 lm show 2
says "$name: the image img-stray:3 that is deployed has it; nobody is reminded any more"
expect_status 0 lm diagnose stray missing-table AnalyticsEvent
says 'every migration folder of the deployed image is recorded as applied'
shown 'nobody is reminded any more once an image that has it is deployed'
agent_stop
is_clean || bad 'a copy stays behind'
expect containers "$(docker ps -aq --filter label=logmend.made-for)" ''
shown 'no copy and no container stays behind'
