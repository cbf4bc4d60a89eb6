# Sourced by scenarios with a real PostgreSQL below a real Docker Engine, as on a
# host of CapRover. Comes with docker.bash, whose docker_enter is called first, and
# with stage.bash.
#
#	swarm_stage		stage_open, with the keys of this Docker
#	swarm_open [OPTION...]	starts it, in swarm mode, with CapRover's network,
#				which is created with these options
#	swarm_image NAME FOLDER [CHANGE...]
#				an image of the folder's files and busybox
#	swarm_service NAME IMAGE [OPTION...] [-- COMMAND...]
#				a service, unpublished, and its container runs
#	swarm_container NAME	the id of its container that runs
#	swarm_awaits NAME	until it has one
#	swarm_address NAME	its address on docker_gwbridge
#	swarm_database NAME [OPTION...]
#				the stage's PostgreSQL goes on in a container; psql
#				still reaches it, through its socket's folder
#	swarm_shop HOST PASSWORD	an app `shop`, whose URL of the database at
#				HOST is in its container alone, and whose
#				migrations are a folder of the host; with its
#				section, for stage_policy's `p`
#	swarm_shop_fails	it says what the real one said
# shellcheck shell=bash

. "$TOP/tests/support/docker.bash"

swarm_network=captain-overlay-network

swarm_stage()
{
	# shellcheck disable=SC2034 # of stage.bash
	stage_docker_socket=/run/docker.sock
	stage_open
}

swarm_open()
{
	trap 'swarm_close $?' EXIT
	mount --make-rprivate /
	ip link set lo up 2>/dev/null || true
	mount -t tmpfs tmpfs /run
	dockerd_start || skip 'no Docker Engine can be started here'
	docker swarm init --advertise-addr 127.0.0.1 \
		--listen-addr 127.0.0.1 >"$stage/init.log" 2>&1 &&
		docker network create -d overlay --attachable "$@" \
			"$swarm_network" >"$stage/init.log" 2>&1 || {
		tail -n 5 "$stage/init.log" >&2
		skip 'this Docker Engine can be no swarm'
	}
}

# In order, so that nothing of its containers is left in the host's cgroups.
swarm_close()
{
	trap - EXIT
	docker swarm leave -f >/dev/null 2>&1 || true
	docker ps -aq | xargs -r docker rm -f >/dev/null 2>&1 || true
	[[ -z $dockerd_pid ]] || kill "$dockerd_pid" 2>/dev/null || true
	[[ -z $dockerd_pid ]] || wait "$dockerd_pid" 2>/dev/null || true
	umount -R "$stage/docker" 2>/dev/null || true
	stage_close "$1"
}

# /lib and /lib64 lead to /usr, which a service may be given from the host.
swarm_image()
{
	local name=$1 folder=$2 image change
	local -a changes=()
	shift 2
	for change; do
		changes+=(-c "$change")
	done
	image=$(mktemp -d "$stage/image.XXXXXX")
	chmod 0755 "$image" # becomes the root of the container
	mkdir -p "$image"/{bin,etc,proc,sys,dev,run,tmp,usr}
	cp "$(command -v busybox)" "$image/bin/busybox"
	ln -s usr/lib "$image/lib"
	ln -s usr/lib64 "$image/lib64"
	for change in cat echo ls mkdir rm sh sleep touch; do
		ln -s busybox "$image/bin/$change"
	done
	[[ -z $folder ]] || cp -a "$folder/." "$image/"
	tar -C "$image" -c . | docker import "${changes[@]}" - "$name" \
		>/dev/null
	rm -rf "$image"
}

swarm_container()
{
	local ids
	ids=$(docker ps -q --no-trunc --filter status=running --filter \
		"label=com.docker.swarm.service.name=$1") && [[ -n $ids ]] &&
		echo "${ids%%$'\n'*}"
}

swarm_service()
{
	local name=$1 image=$2
	local -a options=()
	shift 2
	while (($#)) && [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	[[ ${1-} != -- ]] || shift
	# The kernel here need not have what virtual addresses take.
	docker service create -d --no-resolve-image --name "$name" \
		--network "$swarm_network" --endpoint-mode dnsrr \
		"${options[@]}" "$image" "$@" >/dev/null
	swarm_awaits "$name"
}

swarm_awaits()
{
	wait_for 60 swarm_container "$1" || {
		docker service ps --no-trunc "$1" >&2
		bad "the service $1 does not run"
	}
}

swarm_address()
{
	docker network inspect docker_gwbridge | jq -er \
		".[0].Containers[\"$(swarm_container "$1")\"].IPv4Address |
		sub(\"/.*\"; \"\")"
}

swarm_psql_answers() { pg_do -c 'SELECT 1'; }

# Its folder is mounted, socket and all: from here on psql reaches it as before.
swarm_database()
{
	local owner name=$1
	shift
	owner=$(id -u "$pg_owner"):$(id -g "$pg_owner")
	! swarm_psql_answers >/dev/null 2>&1 || pg_down
	export PGPORT=5432
	printf '%s\n' 'local all all trust' 'host all all all scram-sha-256' \
		>"$pg_folder/data/pg_hba.conf"
	rm -f "$pg_folder/data/postmaster.pid"
	swarm_image lab/postgres:1 ''
	swarm_service "$name" lab/postgres:1 --user "$owner" "$@" \
		--mount "type=bind,source=/usr,target=/usr,readonly" \
		--mount "type=bind,source=/etc/ssl,target=/etc/ssl,readonly" \
		--mount "type=bind,source=$pg_folder,target=/pg" -- \
		"$pg_bin/postgres" -D /pg/data -k /pg -p 5432 \
		-c 'listen_addresses=*' -c fsync=off
	wait_for 60 swarm_psql_answers || {
		docker service logs "$name" >&2
		bad 'PostgreSQL does not answer in its container'
	}
}

swarm_shop()
{
	local files=$stage/app host=$1 password=$2
	mkdir -p "$files/usr/src/app" "$stage/fails"
	cp "$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr" "$files/usr/src/app/said"
	swarm_image lab/shop:1 "$files" 'WORKDIR /usr/src/app'
	swarm_service srv-captain--shop lab/shop:1 --env \
		"DATABASE_URL=postgresql://app:$password@$host:5432/shop?schema=public" \
		--mount "type=bind,source=$stage/fails,target=/fails" -- sh -c \
		'while :; do if rm /fails/now 2>/dev/null; then cat said >&2; fi; sleep 0.1; done'
	stage_config "[app shop]
database-url = container
migrations = $stage/shop/prisma/migrations
policy = p
remedy.missing-table = prisma
notify = local"
}

swarm_shop_fails() { touch "$stage/fails/now"; }
