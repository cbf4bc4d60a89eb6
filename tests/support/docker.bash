# Sourced by scenarios that need a real Docker Engine. Comes with stage.bash, and
# has a stage without PostgreSQL.
#
#	docker_enter "$0" "$@"	runs the script anew in namespaces of its own, in
#				which everything ends with it; skips where that
#				cannot be
#	docker_open [TEXT]	a stage, a dockerd in swarm mode, and the image
#				`tiny:1`; TEXT are further lines of [agent]
#	docker_image NAME		one more image, of the same files
#	docker_service NAME ARGUMENT... -- COMMAND
#				a service of one replica that runs `sh -c COMMAND`
#	docker_restart [OPTION]...	ends dockerd, and starts it again with these
#				options; containers end with it
#	incident APP CLASS	the number of the open incident
#	told APP CLASS		whether there is one
# shellcheck shell=bash

. "$TOP/tests/support/stage.bash"

dockerd_pid=
dockerd_options=()

# mount, pid, network and ipc are the script's own; --kill-child ends all that
# it started, also containers.
docker_enter()
{
	[[ -z ${DOCKER_ENTERED-} ]] || return 0
	((EUID == 0)) || skip 'starting a Docker Engine takes root'
	local name
	for name in dockerd docker containerd runc unshare busybox; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$name" >/dev/null ||
			skip "$name is missing: apt-get install docker.io \
busybox-static"
	done
	! ldd "$(command -v busybox)" >/dev/null 2>&1 ||
		skip 'busybox needs libraries: apt-get install busybox-static'
	unshare -mnpif --mount-proc --kill-child true 2>/dev/null ||
		skip 'namespaces cannot be made here'
	DOCKER_ENTERED=yes TOP=$TOP BUILT=$BUILT LOGMEND=$LOGMEND \
		exec unshare -mnpif --mount-proc --kill-child bash "$@"
}

# What a container needs of the kernel is there once: dockerd says so itself.
dockerd_start()
{
	PATH=$PATH:/usr/sbin:/sbin dockerd --data-root "$stage/docker" \
		--exec-root /run/docker -p /run/docker.pid \
		-H unix:///run/docker.sock --storage-driver vfs \
		--iptables=false --ip6tables=false --bridge=none \
		--shutdown-timeout 120 --log-level warn "${dockerd_options[@]}" \
		>>"$stage/dockerd.log" 2>&1 &
	dockerd_pid=$!
	if ! wait_for 60 docker version; then
		tail -n 5 "$stage/dockerd.log"
		return 1
	fi
}

docker_restart()
{
	kill "$dockerd_pid"
	wait "$dockerd_pid" || true
	dockerd_options=("$@")
	dockerd_start || bad 'dockerd did not start again'
}

docker_image()
{
	local tree=$stage/tree command
	mkdir -p "$tree"/{bin,etc,tmp,proc,sys,dev}
	cp "$(command -v busybox)" "$tree/bin/"
	for command in sh sleep cat echo kill test rm sed touch date; do
		ln -sf busybox "$tree/bin/$command"
	done
	cp "$TOP/tests/data/prisma/p2021-5.22.0-rust/\
console-error.NODE_ENV_production.stderr" "$tree/fault"
	echo "$1" >"$tree/etc/name"
	tar -C "$tree" -c . | docker import - "$1" >/dev/null
}

docker_service()
{
	local name=$1 arguments=()
	shift
	while [[ $1 != -- ]]; do
		arguments+=("$1")
		shift
	done
	docker service create -d --name "$name" --network host \
		--restart-delay 1s --log-driver json-file \
		--stop-grace-period 2s "${arguments[@]}" \
		tiny:1 sh -c "$2" >/dev/null 2>&1
}

docker_open()
{
	need jq
	build_helpers receiver
	stage=$(mktemp -d "${TMPDIR:-/tmp}/logmend-stage.XXXXXX")
	trap 'docker_close $?' EXIT
	trap 'exit 130' INT TERM HUP
	mount --make-rprivate /
	mount -t tmpfs tmpfs /run
	busybox ip link set lo up
	mkdir -m 0700 "$stage/state"
	mkdir "$stage/docker"
	dockerd_start || skip 'no Docker Engine can be started here'
	docker swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1 \
		>/dev/null || skip 'this Docker Engine can be no swarm'
	docker_image tiny:1
	stage_config "[agent]
store = $stage/state/logmend.db
socket = $stage/control
docker-root = $stage/docker
rules = $TOP/rules
freeze-file = $stage/freeze
${1-}"
	receiver_start
	stage_config "
[notify local]
url-file = $stage/hook.url"
}

# The vfs driver leaves a copy of the image for each container.
docker_close()
{
	local status=$1
	trap - EXIT
	if ((status != 0 && status != 77)); then
		tail -n 30 "$stage/agent.log" >&2 || true
	fi
	agent_kill
	docker swarm leave --force >/dev/null 2>&1 || true
	[[ -z $dockerd_pid ]] || kill "$dockerd_pid" 2>/dev/null || true
	[[ -z $dockerd_pid ]] || wait "$dockerd_pid" 2>/dev/null || true
	umount -R "$stage/docker" 2>/dev/null || true
	[[ -n ${KEEP-} ]] || rm -rf "$stage"
	exit "$status"
}

incident()
{
	lm incidents --json | jq -se "map(select(.app == \"$1\" and
		.class == \"$2\" and .state != \"resolved\" and
		.state != \"closed\"))[0].id // empty"
}

told() { [[ -n $(incident "$1" "$2") ]]; }
