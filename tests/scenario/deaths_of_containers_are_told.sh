#!/bin/bash
# A real Docker Engine in swarm mode, in namespaces of its own. Through its socket
# logmend hears how containers end: by themselves, again and again, for their
# health; and wakes nobody where somebody stopped, replaced or scaled them. Each
# incident says what changed before it, and no value of an environment variable
# leaves the host.
. "$(dirname "$0")/../support/sh.bash"
. "$TOP/tests/support/docker.bash"

docker_enter "$0" "$@"
docker_open 'docker-socket = /run/docker.sock'
build_helpers clockshift.so
clocks_open
docker_image tiny:2
mkdir "$stage/shared"
secret=hunter2-and-a-half
apps='shop crash sick still once later last torn shot bell swept'
for app in $apps; do
	stage_config "
[app $app]
notify = local"
done

# service NAME COMMAND [ARGUMENT...]
service()
{
	local name=$1 command=$2
	shift 2
	docker_service "$name" --env "DATABASE_URL=postgres://u:$secret@db/x" \
		--mount "type=bind,src=$stage/shared,dst=/shared" "$@" \
		-- "$command"
}
# Fails the first time, and lives from then on.
once() { echo "test -e /shared/$1 && exec sleep 1000; touch /shared/$1; exit 3"; }
# Ends for each time that somebody asks it to, once.
on_demand() { echo "until rm /shared/$1 2>/dev/null; do sleep 0.1; done; exit 3"; }
ends_now() { touch "$stage/shared/$1"; }
# Sets `ids`: those that run, asked for once, as Docker answers each time anew.
runs()
{
	ids=$(containers "$1")
	[[ $(wc -w <<<"$ids") == "${2-1}" ]]
}
containers()
{
	docker ps -q --filter "label=com.docker.swarm.service.name=$1" \
		--filter status=running
}
becomes() { wait_for "${3-60}" told "$1" "$2" || bad "$1: no incident of $2"; }
never() { ! told "$1" "$2" || bad "$1: an incident of class $2"; }
ended() { [[ -z $(incident "$1" "$2") ]]; }
changed() { show "$1" '.findings[] | select(.name == "what-changed")'"$2"; }

# --- the way ------------------------------------------------------------------
output=$(lm check-config 2>&1)
says 'docker: through /run/docker.sock, version '
agent_start
speaks() { [[ $(lm status --json | jq -r .docker.way) == socket ]]; }
wait_for 20 speaks || bad 'the socket is not used'
role=$(role_pid docker) || bad 'there is no role docker'
expect 'capabilities of the role' \
	"$(awk '/^Cap(Prm|Eff|Inh|Amb)/ { print $2 }' "/proc/$role/status" |
		sort -u)" 0000000000000000
shown 'status and check-config say that Docker is asked through its socket, by a role without any capability'

# --- a deploy, and a fault behind it --------------------------------------------
service shop 'exec sleep 1000'
wait_for 60 runs shop || bad 'shop does not run'
docker service update -d --image tiny:2 --quiet \
	--args "sh -c 'cat /fault >&2; exec sleep 1000'" shop >/dev/null 2>&1
becomes shop missing-table
id=$(incident shop missing-table)
expect 'whether something changed' "$(changed "$id" .answer)" yes
output=$(changed "$id" .text)
says 'with image tiny:2 (sha256:'
says 'in the place of image tiny:1 (sha256:'
says 'its service was changed '
output=$(lm show "$id")
says 'what-changed'
noticed() { jq -e "select(.text | contains(\"What changed: container shop.1.\"))" \
	"$stage/notices"; }
wait_for 20 noticed || bad 'no notice says what changed'
shown "a fault behind a deploy names both images, in show and in the notice"

# --- stops, redeploys and fewer replicas are no faults ---------------------------
service still 'trap "exit 1" TERM; while :; do sleep 0.1; done' --replicas 2
wait_for 60 runs still 2 || bad 'still does not run'
docker service scale -d still=1 >/dev/null
wait_for 60 runs still 1 || bad 'still is not scaled'
old=$ids
# One runs, and it is another one.
replaced() { runs "${1-still}" && [[ $ids != "$old" ]]; }
docker service update -d --force --stop-grace-period 0s still >/dev/null 2>&1
wait_for 60 replaced || bad 'still is not replaced'
old=$ids
docker kill "$old" >/dev/null
wait_for 60 replaced || bad 'still is not started anew'
docker service rm still >/dev/null
gone() { [[ -z $(containers still) ]]; }
wait_for 60 gone || bad 'still is not gone'

# --- by itself ------------------------------------------------------------------
service once "$(once once)"
becomes once container-died
output=$(lm show "$(incident once container-died)")
says 'ended, and nobody asked for it, with exit code 3'
# What came before it was told before it.
never still container-died
never still crash-loop
shown 'a container that ends by itself is told, those that were stopped, replaced, killed or scaled are not'
wait_for 60 runs once || bad 'once does not live on'
time_passes 70
wait_for 150 ended once container-died || bad 'the incident does not end'
shown 'its incident ends when the next container lives on'

service crash 'exit 7'
becomes crash crash-loop 90
output=$(lm show "$(incident crash crash-loop)")
says 'containers of service crash end again and again: 3 times within '
wait_for 20 ended crash container-died ||
	bad 'the single death is told beside the loop'
shown 'three deaths of a replica are one crash loop'
docker service rm crash >/dev/null

service sick 'touch /ok; sleep 2; rm /ok; exec sleep 1000' \
	--health-cmd 'test -e /ok' --health-interval 500ms --health-retries 1
becomes sick unhealthy
output=$(lm show "$(incident sick unhealthy)")
says 'is unhealthy: its health check fails'
docker service rm sick >/dev/null
shown 'a container that is unhealthy is told'

# --- while nobody watches ---------------------------------------------------------
agent_kill
service later "$(once later)"
# The first one is dead before anybody looks; another lives.
died()
{
	[[ -n $(docker ps -aq --filter status=exited --filter \
		"label=com.docker.swarm.service.name=$1") ]]
}
wait_for 60 died later || bad 'later does not end'
wait_for 60 runs later || bad 'later does not run'
agent_start
becomes later container-died
id=$(incident later container-died)
agent_stop
agent_start
wait_for 20 speaks || bad 'the socket is not used any more'
service last "$(on_demand last)"
ends_now last
becomes last container-died
expect 'deaths of later' "$(show "$id" .count)" 1
shown 'a death while no agent ran is told by the next one, once'

docker_restart
wait_for 60 runs shop || bad 'shop does not run again'
wait_for 60 speaks || bad 'Docker is not asked again'
ends_now last
# The first incident may be over by now, as its container lived on.
twice()
{
	(($(lm incidents --json | jq -s 'flatten | map(select(.app == "last" and
		.class == "container-died").count) | add // 0') > 1))
}
wait_for 60 twice || bad 'nobody hears of deaths after a restart of Docker'
never shop container-died
shown 'a Docker that is started again is asked again, and its containers that ended with it wake nobody'

# Somebody ends one while the agent watches; that Docker then forgets the signal
# makes no death of it.
service shot 'exec sleep 1000' --restart-delay 1000s
wait_for 60 runs shot || bad 'shot does not run'
docker kill "$ids" >/dev/null
wait_for 60 died shot || bad 'shot does not end'
# What came before this one is heard before it.
service bell 'exit 3' --restart-delay 1000s
becomes bell container-died

# Nobody watches while one dies, and Docker is stopped, which removes all containers,
# the dead, too. Then another dies, and Docker is killed, twice, which ends all when
# it begins again. More happens than Docker remembers.
agent_stop
service swept 'exit 6' --restart-delay 1000s
wait_for 60 died swept || bad 'swept does not end'
# Swarm knows a moment later, and makes another task.
swarm_knows() { (($(docker service ps -q "$1" | wc -l) > 1)); }
wait_for 60 swarm_knows swept || bad 'Swarm does not notice that swept ended'
docker_restart
wait_for 60 runs shop || bad 'shop does not run again'
! died swept || bad 'Docker did not remove the containers when it stopped'
service torn 'exit 5' --restart-delay 1000s
wait_for 60 died torn || bad 'torn does not end'
wait_for 60 swarm_knows torn || bad 'Swarm does not notice that torn ended'
for _ in 1 2; do
	runs shop
	old=$ids
	kill -KILL "$dockerd_pid"
	wait "$dockerd_pid" 2>/dev/null || true
	dockerd_start || bad 'dockerd did not start again'
	wait_for 60 died shop || bad 'Docker did not end shop'
	wait_for 60 replaced shop || bad 'shop does not run again'
done
for ((i = 0; i < 260; i++)); do
	docker tag tiny:1 "many:$i"
done
agent_start
becomes torn container-died
output=$(lm show "$(incident torn container-died)")
says 'ended, and nobody asked for it, with exit code 5'
becomes swept container-died
output=$(lm show "$(incident swept container-died)")
says 'container swept.1.'
says 'ended, and nobody asked for it, with exit code 6'
never shop container-died
never shot container-died
shown 'what somebody ended while the agent watched is no death, also once Docker forgot the signal'
grep -q 'Docker was started at .* ended counts as the end of Docker' \
	"$stage/agent.log" || bad 'nobody is told what ended with Docker'
shown 'of what died while Docker was started again and again and nobody watched, what Swarm knew before is told, also of containers that are gone'

docker service scale -d last=0 >/dev/null
wait_for 150 ended last container-died ||
	bad 'the incident of a service that was scaled to 0 does not end'
scaled() { grep -q '^  last  *report, .*its service is scaled to 0$' <<<"$(lm status)"; }
wait_for 30 scaled || bad "status does not say so: $(lm status)"
shown 'nothing is missing of an app whose service is scaled to 0'

agent_stop

# --- without the socket, and with user namespaces -------------------------------
for file in /etc/subuid /etc/subgid; do
	echo daemon:100000:65536 >"$stage/ids"
	[[ -e $file ]] || touch "$file"
	mount --bind "$stage/ids" "$file"
done
sed -i 's/^docker-socket = .*/docker-socket = off/' "$stage/logmend.conf"
docker service rm shop >/dev/null
chmod 711 "$stage" # for root of the namespace
docker_restart --userns-remap daemon
[[ -d $stage/docker/100000.100000/containers ]] ||
	bad "Docker's folder is elsewhere: $(ls "$stage/docker")"
docker_image tiny:1
docker run -d --name still.1.x --network none --log-driver json-file \
	--label com.docker.swarm.service.name=still tiny:1 \
	sh -c 'cat /fault >&2; exec sleep 1000' >/dev/null
agent_start
becomes still missing-table
output=$(changed "$(incident still missing-table)" .text)
says 'container still.1.x was '
says 'with image tiny:1 (sha256:'
output=$(lm status)
says 'by its own files; deaths of containers are not told: docker-socket is off'
! role_pid docker || bad 'the role docker runs'
shown "without the socket Docker's own files say what changed, also with userns-remap"

agent_stop
! grep -rlF "$secret" "$stage/state" "$stage/agent.log" "$stage/notices" ||
	bad 'the value of a variable left Docker'
shown 'no value of an environment variable is stored, logged or sent'
