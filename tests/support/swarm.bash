# Sourced after stage.bash: a real Docker Engine in swarm mode, in namespaces of
# its own, with the network and the names that CapRover gives. Exits with 77 where
# it cannot be started.
#
#	swarm_enter "$0" "$@"	first of all: runs the script once more, as the first
#				process of namespaces that end with it
#	swarm_open		after stage_open: starts Docker, its swarm and
#				captain-overlay-network; $swarm_root is its root,
#				$swarm_socket its socket
#	swarm_config		lines for [agent]
#	swarm_image NAME FOLDER [CHANGE...]
#				an image of the folder's files and busybox
#	swarm_service NAME IMAGE [OPTION...] [-- COMMAND...]
#				a service, unpublished, and its container runs
#	swarm_container NAME	the id of its container that runs
#	swarm_address NAME	its address on docker_gwbridge
#	swarm_database NAME	the stage's PostgreSQL goes on in a container; psql
#				still reaches it, through its socket's folder
# shellcheck shell=bash

swarm_network=captain-overlay-network
swarm_socket=/run/docker.sock

swarm_enter()
{
	local status=0
	[[ -z ${SWARM-} ]] || return 0
	((EUID == 0)) || skip 'root is needed, to start a Docker Engine'
	need docker
	need dockerd
	need busybox
	need unshare
	need jq
	unshare -mnp true 2>/dev/null || skip 'no namespaces can be made here'
	SWARM=$(mktemp -d "${TMPDIR:-/tmp}/logmend-swarm.XXXXXX")
	chmod 0711 "$SWARM" # PostgreSQL is not root
	export SWARM
	unshare -mnpf --mount-proc --kill-child "$@" || status=$?
	# Only now is nothing of it mounted any more.
	rm -rf "$SWARM"
	exit "$status"
}

# shellcheck disable=SC2034 # used by who sources this
swarm_root=${SWARM-}/data

swarm_config() { printf '%s\n' "docker-socket = $swarm_socket"; }

swarm_answers() { docker version; }

swarm_open()
{
	trap 'swarm_close $?' EXIT
	mount --make-rprivate /
	ip link set lo up
	mount -t tmpfs tmpfs /run
	dockerd --data-root "$swarm_root" --exec-root /run/docker \
		-p /run/docker.pid -H "unix://$swarm_socket" \
		--log-level warn >"$SWARM/dockerd.log" 2>&1 &
	swarm_daemon=$!
	wait_for 30 swarm_answers || {
		tail -n 5 "$SWARM/dockerd.log" >&2
		skip 'a Docker Engine does not start here'
	}
	docker swarm init --advertise-addr 127.0.0.1 \
		--listen-addr 127.0.0.1 >"$SWARM/init.log" 2>&1 &&
		docker network create -d overlay --attachable \
			"$swarm_network" >"$SWARM/init.log" 2>&1 || {
		tail -n 5 "$SWARM/init.log" >&2
		skip 'no swarm can be made here'
	}
}

# In order, so that nothing of its containers is left in the host's cgroups.
swarm_close()
{
	docker swarm leave -f >/dev/null 2>&1 || true
	docker ps -aq | xargs -r docker rm -f >/dev/null 2>&1 || true
	kill "$swarm_daemon" 2>/dev/null || true
	wait "$swarm_daemon" 2>/dev/null || true
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
	image=$(mktemp -d "$SWARM/image.XXXXXX")
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
	docker ps -q --no-trunc --filter status=running --filter \
		"label=com.docker.swarm.service.name=$1" | grep -m 1 .
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
	local owner
	owner=$(id -u "$pg_owner"):$(id -g "$pg_owner")
	! swarm_psql_answers >/dev/null 2>&1 || pg_down
	export PGPORT=5432
	printf '%s\n' 'local all all trust' 'host all all all scram-sha-256' \
		>"$pg_folder/data/pg_hba.conf"
	rm -f "$pg_folder/data/postmaster.pid"
	swarm_image lab/postgres:1 ''
	swarm_service "$1" lab/postgres:1 --user "$owner" \
		--mount "type=bind,source=/usr,target=/usr,readonly" \
		--mount "type=bind,source=/etc/ssl,target=/etc/ssl,readonly" \
		--mount "type=bind,source=$pg_folder,target=/pg" -- \
		"$pg_bin/postgres" -D /pg/data -k /pg -p 5432 \
		-c 'listen_addresses=*' -c fsync=off
	wait_for 60 swarm_psql_answers || {
		docker service logs "$1" >&2
		bad 'PostgreSQL does not answer in its container'
	}
}
