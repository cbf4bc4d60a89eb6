#!/bin/bash
# The folder of migrations is found in images of each kind: over links of the image,
# by prisma.config.ts and package.json, with a schema of several files, and in
# another package of a monorepo. What only running a program would tell, and what
# may be one folder or another, is asked with the key to set. A link that somebody
# turned in the container is a change like any other. A real Docker Engine in swarm
# mode, one image for each.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/swarm.bash"
docker_enter "$0" "$@"

db=srv-captain--db
swarm_stage
receiver_start
stage_policy act
pg_database shop app first_four
swarm_open
swarm_database "$db"

# tree NAME: the files of an image begin, at $root.
tree()
{
	name=$1 root=$stage/$1
	mkdir -p "$root/usr/src/app"
}
# has FOLDER: migrations lie there.
has()
{
	# shellcheck disable=SC2086,SC2154 # several names
	prisma_folder "$root/$1" $first_four "$the_fifth"
}
# model FILE: a schema, also of a table that no migration makes.
model()
{
	mkdir -p "$(dirname "$root/$1")"
	printf '\nmodel Extra {\n  id Int @id\n}\n' |
		cat "$moving/schema.prisma" - >"$root/$1"
}
# file FILE TEXT
file()
{
	mkdir -p "$(dirname "$root/$1")"
	printf '%s\n' "$2" >"$root/$1"
}
# The service of what was made; $1: its WORKDIR, $2: `migrations`.
runs()
{
	swarm_image "img-$name:1" "$root" "WORKDIR ${1-/usr/src/app}"
	docker service create -d --no-resolve-image \
		--name "srv-captain--$name" --network "$swarm_network" \
		--endpoint-mode dnsrr \
		--env "DATABASE_URL=postgresql://app:app@$db:5432/shop" \
		"img-$name:1" sh -c 'while :; do sleep 1; done' >/dev/null
	swarm_awaits "srv-captain--$name"
	stage_config "[app $name]
database-url = container
migrations = ${2-container}
policy = p
remedy.missing-table = prisma
notify = local"
}
looks() { expect_status 0 lm diagnose "$name" missing-table AnalyticsEvent; }
# found FOLDER [SCHEMA]: it is the one, and mode act may apply it.
found()
{
	looks
	says "container:$1 are those of the image img-$name:1"
	says 'plan:   remedy prisma, auto:'
	[[ -n ${2-} ]] || return 0
	expect_status 0 lm diagnose "$name" missing-table Extra
	says "container:$2 has a model for Extra"
}
# asked TEXT: nothing is found, and why.
asked()
{
	looks
	says "$1"
	says 'cause:  unknown'
}

tree linked
has packages/db/prisma/migrations
model packages/db/prisma/schema.prisma
ln -s ../../../packages/db/prisma "$root/usr/src/app/prisma"
ln -s usr/src/app "$root/app"
runs /app
found /packages/db/prisma/migrations /packages/db/prisma/migrations/../schema.prisma
shown 'a linked WORKDIR and a linked prisma folder are followed'
container=$(swarm_container "srv-captain--$name")
docker exec "$container" sh -c "rm /usr/src/app/prisma && mkdir /other &&
	cat /packages/db/prisma/schema.prisma >/other/schema.prisma"
docker cp -q "$root/packages/db/prisma/migrations" "$container:/other/" 2>/dev/null ||
	docker cp "$root/packages/db/prisma/migrations" "$container:/other/"
docker cp - "$container:/usr/src/app/" < <(cd "$stage" &&
	ln -s /other prisma && tar -c prisma && rm prisma)
looks
says 'plan:   remedy prisma, ask: '
says "the container's files differ from its image"
shown 'a link that was turned in the container is asked about'

tree named
has srv/store/migrations
ln -s /srv/store "$root/usr/src/app/db"
runs /usr/src/app container:/usr/src/app/db/migrations
found /srv/store/migrations
shown 'a folder that is given is reached over a link'

tree config
has usr/src/app/db/migrations
model usr/src/app/data/main.prisma
file usr/src/app/prisma.config.ts "import path from 'node:path';
import { defineConfig } from 'prisma/config';
// migrations: { path: 'nowhere' }
export default defineConfig({
  schema: path.join('data', 'main.prisma'),
  migrations: { path: 'db/migrations', seed: 'tsx seed.ts' },
});"
has usr/src/app/prisma/migrations
runs
found /usr/src/app/db/migrations /usr/src/app/data/main.prisma
shown 'prisma.config.ts names the folder and the schema, and goes before the usual place'

tree schema
has usr/src/app/data/migrations
model usr/src/app/data/schema.prisma
file usr/src/app/prisma.config.mjs "export default { schema: './data/schema.prisma' }"
runs
found /usr/src/app/data/migrations
shown 'or the schema alone, beside which the folder lies'

tree running
has usr/src/app/prisma/migrations
file usr/src/app/prisma.config.ts "export default { schema: process.env.SCHEMA }"
runs
asked '/usr/src/app/prisma.config.ts of the image says where the migrations are in a way that only running it would tell: give their folder, as in `migrations = container:'
shown 'what only running it would tell is asked, with the key to set'

tree package
has packages/db/prisma/migrations
model packages/db/prisma/schema.prisma
file apps/web/package.json '{"prisma":{"schema":"../../packages/db/prisma/schema.prisma"}}'
runs /apps/web
found /packages/db/prisma/migrations
shown 'package.json names a schema of another package'

tree files
has usr/src/app/prisma/schema/migrations
file usr/src/app/prisma/schema/base.prisma 'datasource db { provider = "postgresql" }'
model usr/src/app/prisma/schema/events.prisma
runs
found /usr/src/app/prisma/schema/migrations /usr/src/app/prisma/schema/migrations/..
shown 'a schema of several files has its migrations in its folder'

tree older
has usr/src/app/prisma/migrations
file usr/src/app/prisma/schema/base.prisma 'datasource db { provider = "postgresql" }'
model usr/src/app/prisma/schema/models/events.prisma
file usr/src/app/package.json '{"prisma":{"schema":"./prisma/schema"}}'
runs
found /usr/src/app/prisma/migrations /usr/src/app/prisma/schema
shown 'or beside it'

tree pnpm
has app/packages/db/prisma/migrations
model app/packages/db/prisma/schema.prisma
file app/pnpm-workspace.yaml "packages:
  - 'apps/*'
  - 'packages/*'"
file app/apps/web/package.json '{"name":"web"}'
mkdir -p "$root/app/node_modules/.pnpm" "$root/app/apps/web/node_modules/@shop"
ln -s ../../../../packages/db "$root/app/apps/web/node_modules/@shop/db"
runs /app/apps/web
found /app/packages/db/prisma/migrations
shown 'the package of a monorepo that has the schema is found'

tree several
has app/packages/db/prisma/migrations
has app/packages/audit/prisma/migrations
file app/package.json '{"workspaces":["packages/*"]}'
runs /app
asked 'the image has 2 folders that may be its migrations: /app/packages/audit/prisma/migrations, /app/packages/db/prisma/migrations: say which is meant, as in `migrations = container:/app/packages/audit/prisma/migrations`'
shown 'of several folders it is asked which is meant'

tree nothing
runs
asked 'no migrations were found in the image img-nothing:1, below its WORKDIR /usr/src/app'
[[ -z $(ls -A "$stage/state/inside") ]] || bad 'a copy stays behind'
shown 'an image without any says so'
