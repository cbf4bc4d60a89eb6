#!/bin/bash
# The migrations of an app are a folder of this host, which somebody forgot to bring
# up to date, or changed: what it lacks of the deployed image, has more than that,
# or has otherwise is said by name, and mode act asks. Where they are the same it
# acts. A real Docker Engine in swarm mode.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

db=srv-captain--db
secret=Kd93hZq7wmT4
swarm_stage
receiver_start
stage_policy act
pg_do -c "ALTER ROLE app PASSWORD '$secret'"
pg_database shop app first_four
host=$stage/shop/prisma/migrations
image=$stage/app/usr/src/app/prisma/migrations
sixth=20251001090000_later
mkdir -p "$host" "$image"
# shellcheck disable=SC2086,SC2154 # several names
prisma_folder "$host" $first_four
# shellcheck disable=SC2086
prisma_folder "$image" $first_four "$the_fifth"
mkdir "$image/$sixth"
echo 'CREATE TABLE "Later" (id integer PRIMARY KEY);' >"$image/$sixth/migration.sql"
swarm_open
swarm_database "$db"
swarm_shop "$db" "$secret"
lm check-config >/dev/null 2>&1 || bad 'the configuration is refused'

looks() { expect_status 0 lm diagnose shop missing-table AnalyticsEvent; }
has='which the image lab/shop:1 that is deployed has (container'
looks
says "the folder $host lacks $the_fifth and 1 more, $has"
says 'cause:  unknown'
[[ -z $(ls -A "$stage/state/inside") ]] || bad 'a copy stays behind'
shown 'a folder that is older than the image is named, with what it lacks'

cp -R "$image/$the_fifth" "$host/"
looks
says "the folder $host lacks $sixth, $has"
says 'cause:  pending-migration'
says "plan:   remedy prisma, ask: the folder $host lacks $sixth"
shown 'what is pending in such a folder is asked about'

cp -R "$image/$sixth" "$host/"
mkdir "$host/20251101090000_mine"
echo 'CREATE TABLE "Mine" (id integer PRIMARY KEY);' \
	>"$host/20251101090000_mine/migration.sql"
looks
says "the folder $host has 20251101090000_mine, which the image lab/shop:1 that is deployed lacks"
says 'plan:   remedy prisma, ask: '
shown 'so is a migration that no image has'
rm -r "$host/20251101090000_mine"

cp "$host/$the_fifth/migration.sql" "$stage/kept"
echo '-- by hand' >>"$host/$the_fifth/migration.sql"
looks
says "the folder $host has another text of $the_fifth than the image lab/shop:1 that is deployed"
says 'plan:   remedy prisma, ask: '
agent_start
swarm_shop_fails
state_is 1 awaiting-approval 90
expect answer "$(show 1 '.findings[] | select(.name == "migrations-deployed") | .answer')" no
shown 'and one with another text, also in mode act; `show` has the finding'
agent_stop

cp "$stage/kept" "$host/$the_fifth/migration.sql"
looks
says "the folder $host has the migrations of the image lab/shop:1 that is deployed"
says 'plan:   remedy prisma, auto: '
agent_start
lm close 1 >/dev/null
swarm_shop_fails
state_is 2 resolved 90
has_table shop AnalyticsEvent || bad 'the table is not there'
agent_stop
shown 'mode act mends with a folder that is as the image has it'

docker service scale -d srv-captain--shop=0 >/dev/null
is_gone() { ! swarm_container srv-captain--shop; }
wait_for 60 is_gone || bad 'the app does not end'
docker container prune -f >/dev/null
looks
[[ $output != *'that is deployed'* ]] || bad 'something is claimed of no container'
shown 'without a container nothing is claimed'
